"""Hostile text through the pure functions: text, log, slip, CSV, refusals, search."""

import csv
import io
import json
import traceback
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from string import Formatter
from typing import Any

from benchmarks.hostile.judging import Tally, judge_csv, progress
from benchmarks.hostile.texts import Hostile
from queueapp import text as words
from queueapp.cli import saying
from queueapp.paper import catalogue_csv
from queueapp.paper import slip as paper
from queueapp.paper import summary_csv as sheet
from queueapp.paper.cells import read_cell
from queueapp.paper.paper_slips import missing_slip
from queueapp.rules import catalogue, chain, errors, recorded, search
from queueapp.rules.summaries import Closing, Correction, Curves, DaySummary, Figures, Measure, Unserved
from queueapp.rules.views import EventView, OfficeView, PriorityView, ServiceView, TicketView
from queueapp.screens.palette import score
from queueapp.settings import SettingsError
from queueapp.widgets.history import history_lines

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
ROWS = 24  # texts in one CSV
FACES = 4  # texts on one slip
NEEDED = ("texts", "slips", "cells", "refusals", "procedures")
LONGEST_CELL = 500
OFFICE = OfficeView("", "Asia/Ho_Chi_Minh", "vi", is_training=False, priorities=())
FIELD = ServiceView("land", "D", "", "", 1, 1, 0, 0, 0, {}, {}, None, None)
TICKET = TicketView(
    "D-001", "land", "land", 1, DAY, "waiting", "elderly", 2, None, None, MORNING, MORNING, 0, None, None, 0, None
)  # fmt: skip
FIGURES = Figures(1, 1, 0, 0, 0, 0, 0, 0, 1, *(Measure(1, 1.5, 1.5, None, 1.5, 1.5),) * 4, 0, {"15": 0, "30": 0})
ERRORS: tuple[type[errors.QueueError], ...] = tuple(
    each
    for each in vars(errors).values()
    if isinstance(each, type)
    and issubclass(each, errors.QueueError)
    and each.__init__ is errors.QueueError.__init__
    and each.template
)
FACTS = sorted({name for each in ERRORS for _text, name, *_rest in Formatter().parse(each.template) if name})


def run(count: int, seed: int) -> Tally:
    """Send so many texts through every pure function."""
    tally = Tally("pure functions", *NEEDED)
    hostile = Hostile(seed)
    for place in range(0, count, ROWS):
        texts = [hostile.text() for _text in range(ROWS)]
        for text in texts:
            _tried(tally, text, lambda text=text: _one(tally, text, hostile))
        for first in range(0, ROWS, FACES):
            some = texts[first : first + FACES]
            _tried(tally, some, lambda some=some: _slip(tally, some, hostile.chance.choice((30, 40))))
        _tried(tally, texts, lambda texts=texts: _csv(tally, texts))
        _tried(tally, texts, lambda texts=texts: _procedures(tally, texts, hostile))
        if place % 10_000 == 0:
            progress(f"{place:,} texts")
    return tally.done()


def _tried(tally: Tally, texts: object, call: Callable[[], None]) -> None:
    try:
        call()
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        tally.check(False, f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})", texts)


def _one(tally: Tally, text: str, hostile: Hostile) -> None:
    tally.counted["texts"] += 1
    cleaned = _clean(tally, text, hostile.chance.choice((1, 2, 7, 40, 60, 300, 500)))
    _mask(tally, text, cleaned)
    _fold(tally, text, hostile)
    _log(tally, cleaned)
    _refusal(tally, text, cleaned, hostile.chance.choice(ERRORS))
    _said(tally, text)


def _clean(tally: Tally, text: str, shorter: int) -> str:
    cleaned = words.clean(text)
    tally.quiet(cleaned, "clean")
    tally.check(len(cleaned) <= words.LONGEST, "too long", text)
    tally.check(unicodedata.is_normalized("NFC", cleaned), "not NFC", text)
    tally.check(words.clean(cleaned) == cleaned, "cleaning twice is not cleaning once", text)
    tally.check(cleaned == " ".join(cleaned.split()), "spaces", text)
    short = words.clean(text, shorter)
    tally.quiet(short, "clean")
    tally.check(len(short) <= shorter and words.clean(short, shorter) == short, "clean, shorter", text)
    return cleaned


def _mask(tally: Tally, text: str, cleaned: str) -> None:
    masked = words.mask(cleaned)
    tally.check(masked is not None, "masked to nothing", text)
    tally.quiet(masked or "", "mask")
    hidden = (masked or "").split()[1:] if len(cleaned.split()) > 1 else (masked or "").split()
    tally.check(all(len(word) == 2 and word.endswith(".") for word in hidden), "mask shows a name", text)
    tally.check(bool(masked) == bool(cleaned), "mask", text)
    tally.quiet(words.mask(text) or "", "mask of a text that came past the doors")


def _fold(tally: Tally, text: str, hostile: Hostile) -> None:
    folded = words.fold(text)
    tally.check(words.fold(folded) == folded, "folding twice is not folding once", text)
    tally.check(not any(map(unicodedata.combining, folded)) and "đ" not in folded, "an accent is left", text)
    tally.check(words.fold(unicodedata.normalize("NFD", text)) == folded, "composed or not is not the same", text)
    begin = hostile.chance.randrange(len(text) + 1)
    part = text[begin : begin + hostile.chance.randrange(1, 20)]
    tally.check(words.fold(part) in folded, "a part is not found", (text, part))
    fit = score(text[:100], text[:100])
    tally.check(0 <= fit <= 1, "score", text)
    if words.fold(text[:100]).split():
        tally.check(fit > 0, "a name is not found by itself", text)


def _log(tally: Tally, cleaned: str) -> None:
    detail = {"reason": cleaned, "note": cleaned or None, "settings": {"office": {"name": cleaned}}}
    kept = chain.written(detail)
    tally.quiet(kept, "the log")
    said = {name: value for name, value in detail.items() if value is not None}
    tally.check(json.loads(kept) == said, "the log says something else", cleaned)
    hashed = chain.link(chain.GENESIS, 1, 1, 0, "void", 1, 1, None, kept)
    tally.check(len(hashed) == len(chain.GENESIS), "no hash", cleaned)


def _slip(tally: Tally, texts: list[str], width: int) -> None:
    """Print four texts on one slip: the office, the field, a priority of the list, and one that is on none."""
    one, two, three, four = texts
    for code in ("elderly", four):
        office = replace(OFFICE, name=one, priorities=(PriorityView("elderly", three, three),), is_training=True)
        ticket = replace(TICKET, name=one, note=two, reason=three, priority=code)
        lines = paper.slip(ticket, office, replace(FIELD, name_vi=two, name_en=two), is_copy=code != four)
        tally.counted["slips"] += 1
        tally.quiet_lines(paper.as_text(lines, width), "slip")
        for line in lines:
            tally.quiet(line.text, "a line of the slip")


def _refusal(tally: Tally, text: str, cleaned: str, kind: type[errors.QueueError]) -> None:
    tally.counted["refusals"] += 1
    plain: dict[str, Any] = dict.fromkeys(FACTS, cleaned)
    said = kind(**plain).message
    tally.quiet(said, "a refusal")
    if any("{" + name + "}" in kind.template for name in FACTS):
        tally.check(cleaned in said, f"{kind.__name__} does not say what it was told", cleaned)
    bad = errors.BadRequestError("“{do}” has no field “{field}”.", do=cleaned, field=cleaned).message
    tally.check(f"“{cleaned}” has no field “{cleaned}”." in bad, "a refusal reads braces in a text", cleaned)
    refused = recorded.RecordRefusedError([(2, "there is no field “{value}”", text)]).message
    tally.quiet_lines(refused, "a refused record")
    tally.quiet_lines(SettingsError([(text, "expected a table")]).message, "refused settings")


def _said(tally: Tally, text: str) -> None:
    tally.quiet(saying.clean_line(text), "a line of a command")
    event = EventView(1, MORNING, text or "void", "D-001", DAY, 1, text, {"reason": text, "note": text})
    for line in history_lines(replace(TICKET, events=(event,)), OFFICE.timezone):
        tally.quiet(line.plain, "history")


def _csv(tally: Tally, texts: list[str]) -> None:
    said = [words.clean(text, LONGEST_CELL) for text in texts]
    judge_csv(tally, sheet.summary_csv(_summary(texts), {"land": texts[0]}), said)


def _procedures(tally: Tally, texts: list[str], hostile: Hostile) -> None:
    """Read a list of procedures with hostile cells: each is taken clean and goes round unchanged, or is refused."""
    columns = ("name_vi", "name_en", "papers", "legal_basis", "source", "notes")
    written = io.StringIO()
    table = csv.DictWriter(written, catalogue.COLUMNS, restval="", delimiter=hostile.chance.choice(",;"))
    table.writeheader()
    for number, text in enumerate(texts):
        row = {"code": f"1.{number:06d}", "verified": "no", "name_vi": "x", hostile.chance.choice(columns): text}
        table.writerow(row)
    try:
        found = catalogue.read_catalogue(written.getvalue(), ("land",), read_cell)
    except catalogue.CatalogueError as error:
        tally.quiet_lines(error.message, "a refused list of procedures")
        return
    tally.counted["procedures"] += len(found)
    for each in found:
        for said in (
            each.name_vi,
            each.name_en,
            each.source,
            each.notes,
            *(each_paper.text for each_paper in each.papers),
        ):
            tally.quiet(said, "a procedure")
    again = catalogue.read_catalogue(catalogue_csv.catalogue_csv(found), ("land",), read_cell)
    tally.check(again == found, "a list of procedures written and read back is another", texts)
    index = search.Index(found)
    for text in texts:
        tally.check(set(index.find(text)) <= set(found), "the search", text)
    slip = missing_slip(found[0], [words.clean(text, 300) for text in texts], OFFICE, MORNING, tongues=("vi", "en"))
    tally.quiet_lines(paper.as_text(slip.lines), "a slip of missing papers")


def _summary(texts: list[str]) -> DaySummary:
    unserved = tuple(_unserved(texts))
    curves = Curves((), (), (), ())
    groups = dict.fromkeys(texts[:2], FIGURES)
    services = {"land": FIGURES} | groups
    put_right = tuple(Correction(MORNING, text, text, text, text, text, text) for text in texts[:2])
    closing = Closing(MORNING, texts[2], texts[3], 1, texts[4], corrections=put_right)
    return DaySummary(
        DAY,
        services,
        FIGURES,
        {"1": FIGURES},
        groups,
        {"8": FIGURES},
        unserved,
        texts[5],
        curves,
        closing=closing,
    )


def _unserved(texts: list[str]) -> Iterator[Unserved]:
    for text in texts:
        yield Unserved(text[:20], text[20:60], "void", text, 1.5)
