"""What the pages in a browser show: views in, plain values and words out, in Vietnamese and in English."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from queueapp.clock import zone
from queueapp.i18n import LANGUAGES, N_, in_both
from queueapp.rules.announcing import latest_by_ticket, to_announce
from queueapp.rules.estimate_words import short_range, turn_words, why_words
from queueapp.rules.estimated import Estimate
from queueapp.rules.stopped import Light
from queueapp.rules.stopping import is_nearly_out
from queueapp.rules.stopping_words import NEARLY_OUT, NO_MORE, NOT_SURE
from queueapp.rules.views import BoardView, CallView, CounterView, ServiceView
from queueapp.text import clean

HASH_LETTERS = 12
EARLIER_CALLS = 8
_NO_PRINTED_SIGN = "–"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far somebody has read the log: the number of an event, and the beginning of its hash.

    The hash tells a log that goes on from one that was put in its place (a restored backup), where the same number
    stands for something else.
    """

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}-{self.hash}"


def parse_mark(text: str) -> Mark | None:
    """Return the mark that was written as `text`; None for anything else."""
    parts = re.fullmatch(rf"(\d{{1,18}})-([0-9a-f]{{{HASH_LETTERS}}})", text)
    return Mark(int(parts[1]), parts[2]) if parts else None


@dataclass(frozen=True, slots=True)
class VoiceOfBoard:
    """How a board speaks: in which languages, how often and how loud, until when a call is worth telling, when not.

    `recordings` is the setting of where they lie.
    """

    languages: str = "vi"
    times: int = 1
    volume: int = 100
    stale_seconds: int = 120
    quiet: tuple[str, ...] = ()
    recordings: str = ""


@dataclass(frozen=True, slots=True)
class BoardNews:
    """The board, and the calls since the mark that was asked from, oldest first.

    One that does not `follow` was asked without a mark, or with one of another log: its `calls` are none. `address` is
    where the slips' codes lead, if the office says so.
    """

    view: BoardView
    calls: tuple[CallView, ...]
    mark: Mark
    follows: bool
    voice: VoiceOfBoard = VoiceOfBoard()
    address: str = ""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """What who holds a slip may know of its ticket; no name, no note.

    `is_over` says that its day has passed; `estimate` is its wait from the moment `at` on.
    """

    office: str
    timezone: str
    is_training: bool
    code: str
    service_vi: str
    service_en: str
    day: date
    state: str
    is_over: bool
    ahead: int | None
    counter: int | None
    fix_by: datetime | None
    valid_on: date | None
    estimate: Estimate | None = None
    light: Light | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """A ticket's place in one language: one large sentence, and small ones below it."""

    large: str
    small: tuple[str, ...]


def said(message: str, language: str) -> str:
    """Return a message of the catalogue in `language`, whatever language is in use."""
    return in_both(message)[LANGUAGES.index(language)]


def both(message: str) -> str:
    """Return a message of the catalogue in both languages, for the whole hall."""
    return " / ".join(in_both(message))


def is_quiet(voice: VoiceOfBoard, at: datetime, timezone: str) -> bool:
    """Say whether the office wants no voice at the moment `at`."""
    hour = f"{at.astimezone(zone(timezone)):%H:%M}"
    return any(stretch[:5] <= hour < stretch[6:] for stretch in voice.quiet)


def to_tell(news: BoardNews, at: datetime) -> frozenset[int]:
    """Return the numbers of the calls that a board should tell now: fresh, and the citizen not yet at the counter."""
    calls = news.calls if news.follows else news.view.calls
    stale_after = timedelta(seconds=news.voice.stale_seconds)
    return frozenset(call.seq for call in to_announce(calls, 0, at, stale_after))


def board_page(news: BoardNews, at: datetime) -> dict[str, Any]:
    """Return what the board's page paints; calls that are new to it have `tell` where they are to be told."""
    view, telling = news.view, to_tell(news, at)
    fresh = [call for call in sorted(view.calls, key=lambda each: each.seq) if call.seq in telling]
    services = {service.code: service for service in view.services}
    return {
        "office": clean(view.office.name),
        "training": view.office.is_training,
        "latest": [_call(call) for call in latest_by_ticket(view.calls, EARLIER_CALLS + 1)],
        "calls": [{**_call(call), "tell": call.seq in telling} for call in (news.calls if news.follows else fresh)],
        "counters": [_counter(counter, services) for counter in view.counters],
        "waiting": [
            {
                "field": _names(service),
                "count": service.waiting,
                "expected": _expected(service),
                "says": _stopped(service),
                "full": service.stop is not None and service.stop.light == "red",
            }
            for service in view.services
        ],
        "stale_ms": news.voice.stale_seconds * 1000,
        "times": news.voice.times,
        "volume": news.voice.volume,
        **clock_of_page(at, view.office.timezone),
    }


def clock_of_page(at: datetime, timezone: str) -> dict[str, int]:
    """Return the moment as a page counts on from it: milliseconds since 1970, and how the office's time is ahead."""
    offset = at.astimezone(zone(timezone)).utcoffset() or timedelta(0)
    return {"now": round(at.timestamp() * 1000), "zone_ms": round(offset.total_seconds() * 1000)}


def _expected(service: ServiceView) -> str:
    """Return the wait that a new ticket of a field would have, for the whole hall; empty where nothing is known."""
    return "" if service.expected is None else both(N_("{minutes} min")).format(minutes=short_range(service.expected))


def _stopped(service: ServiceView) -> str:
    """Return what is said beside a field whose numbers are out, or nearly so; else nothing."""
    if service.stop is not None and service.stop.light == "red":
        return both(NO_MORE).upper()
    return both(NEARLY_OUT) if is_nearly_out(service.stop, service.room) else ""


def _call(call: CallView) -> dict[str, Any]:
    return {"seq": call.seq, "code": call.code, "counter": call.counter, "at": round(call.at.timestamp() * 1000)}


def _counter(counter: CounterView, services: dict[str, ServiceView]) -> dict[str, Any]:
    fields = ", ".join(_names(services[code]) for code in counter.services if code in services)
    return {"number": counter.number, "says": _at_counter(counter), "fields": fields, "open": counter.is_open}


def _at_counter(counter: CounterView) -> str:
    if counter.ticket is not None:
        return counter.ticket.code
    if counter.is_open:
        return _NO_PRINTED_SIGN
    return both(N_("paused") if counter.state == "paused" else N_("closed"))


def _names(service: ServiceView) -> str:
    return f"{clean(service.name_vi)} / {clean(service.name_en)}"


_AT_ITS_END = {
    "served": N_("Done. Thank you."),
    "no_show": N_("Called, but nobody came. Please tell the receptionist."),
    "left": N_("This ticket has ended: gone away."),
    "sent_home": N_("This ticket has ended: not served today."),
    "carried_over": N_("This ticket is carried over to another day."),
    "void": N_("This ticket was voided."),
}


def place_words(place: PlaceView, language: str) -> PlaceWords:
    """Return what a citizen reads of a ticket."""
    return PlaceWords(_place_now(place, language), tuple(_below(place, language)))


def _place_now(place: PlaceView, language: str) -> str:
    if place.is_over and place.state != "carried_over":
        return said(N_("This ticket is of another day and is over."), language)
    if place.state == "waiting":
        if not place.ahead:
            return said(N_("Waiting: you are next."), language)
        return said(N_("Waiting, {n} before you"), language).format(n=place.ahead)
    by_state = {
        "called": N_("Please go to counter {counter}"),
        "serving": N_("You are being served at counter {counter}"),
        "held": N_("On hold: counter {counter} will call you again"),
    }
    return said(by_state.get(place.state) or _AT_ITS_END[place.state], language).format(counter=place.counter)


def _turn(place: PlaceView, language: str) -> str:
    if place.estimate is None or place.at is None:
        return ""
    return turn_words(place.estimate, place.at, place.timezone, language)


def _below(place: PlaceView, language: str) -> list[str]:
    if place.is_over and place.state != "carried_over":
        return []
    lines = []
    if place.light in {"amber", "red"} and place.state == "waiting":
        lines.append(said(NOT_SURE, language))
    if place.estimate is not None and place.state == "waiting":
        lines.append(said(N_("Your turn is expected: {time}"), language).format(time=_turn(place, language)))
        lines.append(why_words(place.estimate, language))
    if place.fix_by is not None and place.state in {"waiting", "held"}:
        until = f"{place.fix_by.astimezone(zone(place.timezone)):%H:%M}"
        lines.append(said(N_("Your place is kept until {time}"), language).format(time=until))
    if place.state == "carried_over" and place.valid_on is not None:
        lines.append(said(N_("Come on {day}, with your voucher"), language).format(day=f"{place.valid_on:%d/%m/%Y}"))
    return lines
