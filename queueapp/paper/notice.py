"""Puts the quiet hours into words for whoever reads the notice board: the same for the text and for the picture."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from textwrap import wrap

from queueapp.i18n import N_, in_language
from queueapp.rules.quiet import FEWEST, QuietCell, QuietField, QuietHours

SHORT, LONG = 15, 30  # minutes: up to the first a wait is short, above the second it is long
WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
NAME, CELL, FIELDS, WIDTH = 11, 23, 3, 80  # columns of the text, and how many fields stand beside each other


@dataclass(frozen=True, slots=True)
class NoticeCell:
    """What is said of a field and an hour: the large words, the small ones, how long the wait is, whether it is best.

    `level` is 0 for a short wait, 1, 2 for a long one, None where there are not enough figures.
    """

    large: str
    small: str
    level: int | None
    is_quietest: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """The words of a notice. `rows` are (hour, cell of each field); one without rows says why in `empty`."""

    office: str
    title: str
    training: str
    fields: tuple[str, ...]
    rows: tuple[tuple[str, tuple[NoticeCell, ...]], ...]
    advice: str
    weekdays: str
    meaning: str
    legend: tuple[str, ...]
    empty: str


def notice(quiet: QuietHours, language: str) -> Notice:
    """Return the quiet hours in words of a language."""
    say = partial(in_language, tongue=language)
    names = tuple(_name(each, language) for each in quiet.fields)
    rows = tuple((_hours(hour, language), _row(quiet, hour, language)) for hour in quiet.hours)
    days = {"first": f"{quiet.first:%d/%m/%Y}", "last": f"{quiet.last:%d/%m/%Y}"}
    nobody = say(N_("From {first} to {last} nobody took a number: nothing can be said yet.")).format(**days)
    empty = "" if quiet.n else nobody
    return Notice(
        office=quiet.office,
        title=_title(quiet, language),
        training=say(N_("FOR TRAINING ONLY")) if quiet.is_training else "",
        fields=names,
        rows=rows if quiet.n else (),
        advice=_advice(quiet, language),
        weekdays=_weekdays(quiet, language),
        meaning=say(N_("Half of the people were called within so many minutes")),
        legend=() if empty else tuple(_legend(quiet, days, language)),
        empty=empty,
    )


def notice_text(words: Notice) -> str:
    """Return a notice as text of 80 columns, to be pinned up or pasted; three fields stand beside each other."""
    lines = [words.office, words.title, *([f"*** {words.training} ***"] if words.training else []), ""]
    if words.empty:
        return "\n".join([*lines, *wrap(words.empty, WIDTH)]) + "\n"
    lines += [words.meaning, ""]
    for first in range(0, len(words.fields), FIELDS):
        lines += [*_block(words, slice(first, first + FIELDS)), ""]
    said = [each for each in (words.advice, words.weekdays) if each]
    for text in (*said, *([""] if said else []), *words.legend):
        lines += wrap(text, WIDTH) or [""]
    return "\n".join(lines) + "\n"


def _block(words: Notice, fields: slice) -> Iterator[str]:
    yield " " * NAME + "".join(_cut(field).rjust(CELL) for field in words.fields[fields])
    for hour, cells in words.rows:
        yield hour.ljust(NAME) + "".join(_marked(each).rjust(CELL) for each in cells[fields])
        yield " " * NAME + "".join(each.small.rjust(CELL) for each in cells[fields])


def _title(quiet: QuietHours, language: str) -> str:
    title = in_language(N_("When is it quiet?"), language)
    return title if quiet.weekday is None else f"{title} {in_language(WEEKDAYS[quiet.weekday], language)}"


def _marked(each: NoticeCell) -> str:
    return f"★ {each.large}" if each.is_quietest else each.large


def _cut(name: str) -> str:
    return name if len(name) < CELL else name[: CELL - 2] + "…"


def _name(field: QuietField, language: str) -> str:
    names = {"vi": field.name_vi or field.name_en, "en": field.name_en or field.name_vi}
    return names[language]


def _hours(hour: int, language: str) -> str:
    return in_language(N_("{first}–{last} h"), language).format(first=hour, last=hour + 1)


def _row(quiet: QuietHours, hour: int, language: str) -> tuple[NoticeCell, ...]:
    return tuple(
        _cell(quiet.cells.get((field.code, hour), QuietCell(0)), quiet.quietest(field.code) == hour, language)
        for field in quiet.fields
    )


def _cell(cell: QuietCell, is_quietest: bool, language: str) -> NoticeCell:
    say = partial(in_language, tongue=language)
    n = f"n={cell.n}"
    if not cell.is_enough:
        return NoticeCell(say(N_("not enough figures")), n, None)
    if cell.median is None:
        return NoticeCell(say(N_("not known")), n, 2)
    level = 0 if cell.median <= SHORT else 1 if cell.median <= LONG else 2
    most = say(N_("not known")) if cell.p90 is None else _minutes(cell.p90, language)
    if cell.p90 is None:
        level = max(1, level)  # many went away: no hour to be recommended
    return NoticeCell(_minutes(cell.median, language), f"9/10: {most} · {n}", level, is_quietest)


def _minutes(minutes: float, language: str) -> str:
    """Return minutes rounded up: nobody who reads them shall have waited longer than half, or nine of ten, did."""
    whole = math.ceil(minutes - 1e-9)
    return in_language(N_("{minutes} min") if whole else N_("at once"), language).format(minutes=whole)


def _advice(quiet: QuietHours, language: str) -> str:
    best = [(each, quiet.quietest(each.code)) for each in quiet.fields]
    parts = [f"{_name(each, language)} {_hours(hour, language)}" for each, hour in best if hour is not None]
    sentence = in_language(N_("Shortest wait: {parts}"), language)
    return sentence.format(parts=" · ".join(parts)) if parts else ""


def _weekdays(quiet: QuietHours, language: str) -> str:
    parts = [
        f"{in_language(WEEKDAYS[weekday], language)} {_minutes(cell.median, language)}"
        for weekday, cell in sorted(quiet.by_weekday().items())
        if cell.median is not None
    ]
    sentence = in_language(N_("By day of the week, all fields: {parts}"), language)
    return sentence.format(parts=" · ".join(parts)) if len(parts) > 1 else ""


def _legend(quiet: QuietHours, days: dict[str, str], language: str) -> Iterator[str]:
    say = partial(in_language, tongue=language)
    yield say(
        N_(
            "9/10: nine of ten people. Office minutes from taking the number to the first call answered, lunch left "
            "out; who left counts as waiting longer (Kaplan-Meier). Fewer than {fewest} people: not enough figures."
        )
    ).format(fewest=FEWEST)
    yield say(
        N_("From {first} to {last}: {days} days, n = {n} people, by the hour in which the number was taken.")
    ).format(days=quiet.days, n=quiet.n, **days)
