"""The office's settings: their form, their default, and their TOML."""

import re
from datetime import date
from importlib.resources import files
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import tomlkit
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from queueapp.i18n import N_, _
from queueapp.rules.hours import WEEKDAYS
from queueapp.rules.limits import Limits
from queueapp.rules.points import CallRule
from queueapp.rules.rights import RIGHTS
from queueapp.text import clean


class SettingsError(ValueError):
    """Settings that are refused; `problems` are (path of the setting, what was expected: a message to translate)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {expected}" for path, expected in problems))
        self.problems = problems

    @property
    def message(self) -> str:
        """Every problem on a line of its own, in the language in use."""
        return "\n".join(f"{clean(path)}: {_(expected)}" if path else _(expected) for path, expected in self.problems)


def _refuse(expected: str) -> PydanticCustomError:
    return PydanticCustomError("expected", "{expected}", {"expected": expected})


def _named(text: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise _refuse(N_("expected a text that is not empty"))
    return cleaned


def _coded(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", text):
        raise _refuse(N_("expected a code of small letters, digits and _ that begins with a letter"))
    return text


def _lettered(text: str) -> str:
    cleaned = clean(text).upper()
    if not re.fullmatch(r"[^\W\d_]{1,2}", cleaned):
        raise _refuse(N_("expected one or two letters"))
    return cleaned


def _in_the_world(text: str) -> str:
    if text not in available_timezones():
        raise _refuse(N_("expected the name of a time zone, such as Asia/Ho_Chi_Minh"))
    return text


def _session(text: str) -> str:
    hour = r"([01]\d|2[0-3]):[0-5]\d"
    if not re.fullmatch(rf"{hour}-{hour}", text) or text[:5] >= text[6:]:
        raise _refuse(N_("expected a stretch of time such as 07:30-11:30"))
    return text


def _day(text: str) -> str:
    if text in WEEKDAYS:
        return text
    try:
        is_day = date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    if not is_day:
        raise _refuse(N_("expected a weekday such as monday, or a day such as 2027-02-17"))
    return text


def _hour(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise _refuse(N_("expected an hour such as 15:00"))
    return text


Name = Annotated[str, AfterValidator(_named)]
Hour = Annotated[str, AfterValidator(_hour)]
Line = Annotated[str, AfterValidator(lambda text: clean(text, 300))]
Code = Annotated[str, AfterValidator(_coded)]
Letter = Annotated[str, AfterValidator(_lettered)]
Timezone = Annotated[str, AfterValidator(_in_the_world)]
Day = Annotated[str, AfterValidator(_day)]
Session = Annotated[str, AfterValidator(_session)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class OfficeSettings(_Part):
    """The centre itself."""

    name: Name
    timezone: Timezone = "Asia/Ho_Chi_Minh"
    language: Literal["vi", "en"] = "vi"


class ServiceSettings(_Part):
    """A field; `daily_quota` 0 means no limit, `recall_limit` the calls before a ticket may become a no-show.

    `usual_minutes` is what a number takes at a counter as the office reckons; the estimates of the first days begin
    with it. 0 says that nobody knows: then they begin once the day itself has shown how fast it goes.
    """

    code: Code
    letter: Letter
    name_vi: Name
    name_en: Name
    recall_limit: Annotated[int, Field(ge=0, le=99)] = 3
    daily_quota: Annotated[int, Field(ge=0, le=99_999)] = 0
    usual_minutes: Annotated[int, Field(ge=0, le=480)] = 0


class CounterSettings(_Part):
    """A counter and the fields it serves.

    With `weights` such as land 2, social_affairs 1 it calls two of the one for one of the other while both wait; a
    field that is not named there has 1.
    """

    number: Annotated[int, Field(ge=1, le=999)]
    services: Annotated[list[Code], Field(min_length=1)]
    weights: dict[Code, Annotated[int, Field(ge=1, le=20)]] = Field(default_factory=dict)


class StaffSettings(_Part):
    """Somebody who works here."""

    name: Name
    role: Literal["receptionist", "clerk", "supervisor", "admin"]


class PrioritySettings(_Part):
    """A reason for priority; `basis` says where it comes from."""

    code: Code
    name_vi: Name
    name_en: Name
    basis: Annotated[str, AfterValidator(lambda text: clean(text, 300))] = ""


_LIMITS = Limits()


class LimitSettings(_Part):
    """The office's limits (see rules/limits.py); `lock_minutes` 0 means never."""

    undo_seconds: Annotated[int, Field(ge=0, le=3600)] = _LIMITS.undo_seconds
    bring_back_minutes: Annotated[int, Field(ge=0, le=1440)] = _LIMITS.bring_back_minutes
    lock_minutes: Annotated[int, Field(ge=0, le=480)] = _LIMITS.lock_minutes
    backups_kept: Annotated[int, Field(ge=1, le=1000)] = _LIMITS.backups_kept
    keep_personal_days: Annotated[int, Field(ge=0, le=3650)] = _LIMITS.keep_personal_days
    fix_minutes: Annotated[int, Field(ge=1, le=480)] = _LIMITS.fix_minutes
    same_day_until: Hour = _LIMITS.same_day_until


_CALLING = CallRule()


class CallingSettings(_Part):
    """Whom to call next (see rules/points.py); `cap` 0 means any number of priority calls in a row."""

    rule: Literal["points", "first_come", "strict", "alternate"] = "points"
    bonus_minutes: Annotated[int, Field(ge=0, le=480)] = _CALLING.bonus_minutes
    factor: Annotated[int, Field(ge=1, le=100)] = _CALLING.factor
    cap: Annotated[int, Field(ge=0, le=99)] = _CALLING.cap


class StoppingSettings(_Part):
    """When the day can carry no more numbers (see rules/stopping.py): refuse them, only warn, or say nothing."""

    rule: Literal["refuse", "warn", "off"] = "refuse"


class PersonalSettings(_Part):
    """Whether a name, or a note from clerk to clerk, may be kept with a ticket; by default no name is asked for."""

    name: bool = False
    note: bool = True


class PrinterSettings(_Part):
    """The printer of slips: how it is reached, at which machine (empty: at any), and what stands on the paper.

    `target` is an address (network), vendor:product (usb), a path (serial, device), a queue (cups, windows) or a folder
    for pictures (folder).
    """

    connection: Literal["none", "network", "usb", "serial", "device", "cups", "windows", "folder"] = "none"
    target: Line = ""
    host: Line = ""
    paper_mm: Literal[80, 58] = 80
    languages: Literal["vi", "both"] = "vi"


class VoiceSettings(_Part):
    """The voice in the hall; `quiet` are stretches of local time without it, `recordings` a folder of the office's."""

    on: bool = False
    languages: Literal["vi", "both"] = "vi"
    times: Annotated[int, Field(ge=1, le=2)] = 1
    volume: Annotated[int, Field(ge=0, le=100)] = 100
    stale_seconds: Annotated[int, Field(ge=10, le=3600)] = 120
    quiet: list[Session] = Field(default_factory=list)
    recordings: Line = ""


class WebSettings(_Part):
    """The pages of `queueapp serve`; `address` is what the QR of a slip leads to (empty: it says the token)."""

    address: Line = ""


class HookSettings(_Part):
    """Scripts of the office's own, run after each event: a folder of executables, a command, the seconds they get.

    Of an event that is older than `stale_seconds` they are told nothing any more.
    """

    folder: Line = ""
    command: Line = ""
    seconds: Annotated[int, Field(ge=1, le=600)] = 10
    stale_seconds: Annotated[int, Field(ge=10, le=604800)] = 3600


class RollSettings(_Part):
    """The numbers of each field on the pre-printed paper roll, for a power cut."""

    first: Annotated[int, Field(ge=100, le=99_999)] = 901
    last: Annotated[int, Field(ge=100, le=99_999)] = 999


class LetterheadSettings(_Part):
    """The head of written reports: the body above the office, its place, the symbol after the number, who signs."""

    superior: Line = ""
    place: Line = ""
    symbol: Line = ""
    signer: Line = ""


class Settings(_Part):
    """All that an office can be told in one file."""

    office: OfficeSettings
    hours: dict[Day, list[Session]] = Field(default_factory=dict)
    services: Annotated[list[ServiceSettings], Field(min_length=1)]
    counters: Annotated[list[CounterSettings], Field(min_length=1)]
    staff: list[StaffSettings] = Field(default_factory=list)
    priorities: list[PrioritySettings] = Field(default_factory=lambda: default_priorities())  # noqa: PLW0108 - it stands below

    limits: LimitSettings = Field(default_factory=lambda: LimitSettings())  # noqa: PLW0108 - frozen, but a model each
    personal: PersonalSettings = Field(default_factory=lambda: PersonalSettings())  # noqa: PLW0108
    rights: dict[str, list[Literal["receptionist", "clerk", "supervisor", "admin"]]] = Field(default_factory=dict)
    printer: PrinterSettings = Field(default_factory=lambda: PrinterSettings())  # noqa: PLW0108
    voice: VoiceSettings = Field(default_factory=lambda: VoiceSettings())  # noqa: PLW0108
    web: WebSettings = Field(default_factory=lambda: WebSettings())  # noqa: PLW0108
    hooks: HookSettings = Field(default_factory=lambda: HookSettings())  # noqa: PLW0108
    roll: RollSettings = Field(default_factory=lambda: RollSettings())  # noqa: PLW0108
    calling: CallingSettings = Field(default_factory=lambda: CallingSettings())  # noqa: PLW0108
    letterhead: LetterheadSettings = Field(default_factory=lambda: LetterheadSettings())  # noqa: PLW0108
    stopping: StoppingSettings = Field(default_factory=lambda: StoppingSettings())  # noqa: PLW0108

    @classmethod
    def from_toml(cls, text: str) -> "Settings":
        """Return the settings written in `text`; SettingsError names each wrong one and what was expected."""
        try:
            settings = cls.model_validate(tomlkit.parse(text).unwrap())
        except ValidationError as error:
            raise SettingsError([(_path(each["loc"]), _expected(each)) for each in error.errors()]) from None
        except tomlkit.exceptions.TOMLKitError as error:
            raise SettingsError([_misread(error)]) from None
        problems = _contradictions(settings)
        if problems:
            raise SettingsError(problems)
        return settings

    def to_toml(self) -> str:
        """Return the settings as a file that `from_toml` reads back.

        A list or table that is empty unless something is said is left out: whoever adds the first entry below would
        write it a second time.
        """
        written = {name: value for name, value in self.model_dump().items() if value or name not in _EMPTY_UNLESS_SAID}
        for counter in written["counters"]:
            if not counter["weights"]:
                del counter["weights"]
        return tomlkit.dumps(written)


_EMPTY_UNLESS_SAID = {"hours", "staff", "rights"}


def _misread(error: tomlkit.exceptions.TOMLKitError) -> tuple[str, str]:
    """Return where the file could not be read, and what was expected there."""
    place = _("line {n}").format(n=error.line) if isinstance(error, tomlkit.exceptions.ParseError) else ""
    again = re.search(r'Key "(.*)" already exists', str(error))
    if again is None:
        return place, N_('expected a line of TOML such as name = "…"')
    return ", ".join(part for part in (place, again[1]) if part), N_("written twice; expected only once")


def _contradictions(settings: Settings) -> list[tuple[str, str]]:
    problems = [
        *_repeated("services", "code", [service.code for service in settings.services]),
        *_repeated("services", "letter", [service.letter for service in settings.services]),
        *_repeated("counters", "number", [counter.number for counter in settings.counters]),
        *_repeated("staff", "name", [person.name for person in settings.staff]),
        *_repeated("priorities", "code", [priority.code for priority in settings.priorities]),
    ]
    problems += [(f"rights.{name}", N_("there is no such right")) for name in settings.rights if name not in RIGHTS]
    problems += _of_printer(settings.printer)
    if settings.roll.last < settings.roll.first:
        problems.append(("roll.last", N_("expected a larger number")))
    known = {service.code for service in settings.services}
    for index, counter in enumerate(settings.counters):
        for position, code in enumerate(counter.services):
            path = f"counters[{index}].services[{position}]"
            if code not in known:
                problems.append((path, N_("expected the code of a field")))
            elif code in counter.services[:position]:
                problems.append((path, _ONCE))
        problems += [
            (f"counters[{index}].weights.{code}", N_("expected a field that this counter serves"))
            for code in counter.weights
            if code not in counter.services
        ]
    return problems


def _of_printer(printer: PrinterSettings) -> list[tuple[str, str]]:
    problems = []
    if printer.connection in {"usb", "serial", "device", "windows"} and not printer.host:
        sentence = N_("expected the machine that the printer is at; “queueapp printer show” there says its name")
        problems.append(("printer.host", sentence))
    if printer.target.startswith("-"):
        problems.append(("printer.target", N_("expected a name that does not begin with a hyphen")))
    return problems


_ONCE = N_("expected a value that stands here only once")


def _repeated(place: str, key: str, values: list[Any]) -> list[tuple[str, str]]:
    return [(f"{place}[{index}].{key}", _ONCE) for index, value in enumerate(values) if value in values[:index]]


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        if step == "[key]":  # of a table whose key is wrong
            continue
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    return path


_EXPECTED = {
    "missing": N_("expected, but missing"),
    "extra_forbidden": N_("there is no such setting"),
    "string_type": N_("expected a text in quotes"),
    "int_type": N_("expected a whole number"),
    "list_type": N_("expected a list in [ ]"),
    "dict_type": N_("expected a table"),
    "model_type": N_("expected a table"),
    "too_short": N_("expected at least one"),
    "greater_than_equal": N_("expected a larger number"),
    "less_than_equal": N_("expected a smaller number"),
    "literal_error": N_("expected one of the words listed in the manual"),
}


def _expected(error: Any) -> str:
    if error["type"] == "expected":
        return str(error["ctx"]["expected"])
    return _EXPECTED.get(error["type"], str(error["msg"]))


def default_settings() -> Settings:
    """Return the office that a new database begins with."""
    return Settings.from_toml((files("queueapp") / "default_office.toml").read_text(encoding="utf-8"))


def default_priorities() -> list[PrioritySettings]:
    """Return the reasons for priority of an office that lists none."""
    parsed = tomlkit.parse((files("queueapp") / "default_office.toml").read_text(encoding="utf-8")).unwrap()
    return [PrioritySettings.model_validate(priority) for priority in parsed["priorities"]]
