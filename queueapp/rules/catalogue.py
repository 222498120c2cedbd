"""Reads a list of procedures from a table of text, and says what differs between two lists."""

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from queueapp.i18n import N_, _
from queueapp.rules.errors import BadRequestError
from queueapp.rules.lifecycle import TIME_UNITS
from queueapp.rules.procedures import ONLY_SHOWN, Paper, ProcedureView
from queueapp.text import clean

COLUMNS = (
    *("code", "service", "name_vi", "name_en", "time_limit", "time_unit", "fee", "papers"),
    *("legal_basis", "source", "verified", "notes"),
)
FIELDS = (*COLUMNS[1:], "active")  # what can differ between two procedures of one code
_CHECKED = ("time_limit", "time_unit", "fee", "papers", "legal_basis", "source")  # what is checked against a source
# How the published list names its columns and one field.
_OTHER_NAMES = {
    "field": "service",
    "time_limit_working_days": "time_limit",
    "fee_vnd": "fee",
    "documents": "papers",
}
_OTHER_FIELDS = {"social": "social_affairs"}
_LONGEST = {"name_vi": 300, "name_en": 300, "notes": 2000, "source": 1000, "legal_basis": 1000, "papers": 5000}
_LONGEST_NUMBER = 9  # digits
_PAPERS = re.compile(r";(?![^(]*\))")  # between papers, not within brackets
_SHOWN = re.compile(rf"(.+?)\s*[-–]\s*{ONLY_SHOWN}", re.IGNORECASE)
_TRUTHS = {"yes": True, "có": True, "true": True, "1": True, "no": False, "không": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that cannot be used: its line (0: none), its column ("": none), what was expected (a message)."""

    line: int
    column: str
    expected: str

    @property
    def words(self) -> str:
        """The problem in the language in use."""
        line = _("line {n}").format(n=self.line) if self.line else ""
        column = _("column {column}").format(column=clean(self.column, 60)) if self.column else ""
        return f"{', '.join(filter(None, [line, column]))}: {_(self.expected)}"


class CatalogueError(BadRequestError):
    """A list of procedures of which something cannot be used; nothing of it is."""

    template = N_("The procedures cannot be used; nothing was changed.\n{detail}")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("")
        self.problems = tuple(problems)

    @property
    def message(self) -> str:
        """Every problem on a line of its own."""
        return _(self.template).format(detail="\n".join(problem.words for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Change:
    """What differs of one procedure: it is added, removed or changed; `fields` are (before, after) by column."""

    code: str
    name: str
    kind: str
    fields: Mapping[str, tuple[Any, Any]]


def as_fields(procedure: ProcedureView) -> dict[str, Any]:
    """Return a procedure as plain values by column, without its code: as the log tells it."""
    said = {name: getattr(procedure, name) for name in FIELDS if name not in {"papers", "verified", "active"}}
    papers = "; ".join(_written(paper) for paper in procedure.papers)
    all_said = said | {"papers": papers, "verified": procedure.is_verified, "active": procedure.is_active}
    return {name: all_said[name] for name in FIELDS}


def _written(paper: Paper) -> str:
    return f"{paper.text} - {ONLY_SHOWN}" if paper.is_shown_only else paper.text


def differences(
    present: Sequence[ProcedureView], wanted: Sequence[ProcedureView], *, is_whole: bool = True
) -> tuple[Change, ...]:
    """Return what would change from the present list to the wanted one, which is all of it if it `is_whole`."""
    known = {each.code: each for each in present}
    found = [change for each in wanted if (change := _difference(known.get(each.code), each))]
    named = {each.code for each in wanted}
    gone = [each for each in present if is_whole and each.is_active and each.code not in named]
    return (*found, *(Change(each.code, each.name_vi, "removed", {"active": (True, False)}) for each in gone))


def _difference(before: ProcedureView | None, after: ProcedureView) -> Change | None:
    was, now = {} if before is None else as_fields(before), as_fields(after)
    fields = {name: (was.get(name), value) for name, value in now.items() if was.get(name) != value}
    if before is None:
        fields = {name: change for name, change in fields.items() if change[1] not in {None, ""}}
    if not fields:
        return None
    if not after.is_active:
        return Change(after.code, after.name_vi, "removed" if "active" in fields else "changed", fields)
    is_new = before is None or not before.is_active
    return Change(after.code, after.name_vi, "added" if is_new else "changed", fields)


def read_catalogue(
    text: str, services: Collection[str], uncover: Callable[[str], str] = str
) -> tuple[ProcedureView, ...]:
    """Return the procedures of a CSV with commas or semicolons; `services` are the codes of the office's fields.

    `uncover` takes away what a spreadsheet needs around a cell. CatalogueError names every cell that cannot be used.
    """
    rows = _rows(text)
    head = [_OTHER_NAMES.get(name, name) for name in (clean(cell).casefold() for cell in rows[0][1])] if rows else []
    _refuse_head(head)
    problems: list[Problem] = []
    found: dict[str, ProcedureView] = {}
    for line, cells in rows[1:]:
        if len(cells) != len(head):
            problems.append(Problem(line, "", N_("expected as many cells as the first line has")))
            continue
        row = _Row({name: uncover(cell) for name, cell in zip(head, cells, strict=True)}, services, line)
        procedure = row.procedure()
        if procedure.code in found:
            row.refuse("code", N_("expected a value that stands here only once"))
        problems += row.problems
        found[procedure.code] = procedure
    if problems:
        raise CatalogueError(problems)
    return tuple(found.values())


def edited(procedure: ProcedureView, given: Mapping[str, str], services: Collection[str]) -> ProcedureView:
    """Return a procedure with some of its fields said anew, each as a cell would say it (CatalogueError).

    What the source says was checked against it; said otherwise it is not, until somebody says that it is.
    """
    present = {name: _cell(value) for name, value in as_fields(procedure).items()}
    row = _Row({"code": procedure.code} | present | dict(given), {*services, *filter(None, [procedure.service])}, 0)
    is_active = row.truth("active")
    wanted = replace(row.procedure(), is_active=is_active)
    if row.problems:
        raise CatalogueError(row.problems)
    is_as_checked = all(getattr(wanted, name) == getattr(procedure, name) for name in _CHECKED)
    return wanted if is_as_checked or "verified" in given else replace(wanted, is_verified=False)


def _cell(value: Any) -> str:
    return "" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that hold anything, each with the line on which it begins."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
    found, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        raise CatalogueError([Problem(line, "", N_("expected a line of CSV"))]) from None
    return found


def _refuse_head(head: Sequence[str]) -> None:
    problems = [Problem(1, name, N_("there is no such column")) for name in head if name not in COLUMNS]
    problems += [Problem(1, name, N_("expected, but missing")) for name in COLUMNS if name not in head]
    problems += [Problem(1, name, N_("written twice; expected only once")) for name in {*head} if head.count(name) > 1]
    if problems:
        raise CatalogueError(problems)


class _Row:
    """One row while it is read; what cannot be used is collected."""

    def __init__(self, cells: Mapping[str, str], services: Collection[str], line: int) -> None:
        self._cells = cells
        self._services = services
        self._line = line
        self.problems: list[Problem] = []

    def refuse(self, column: str, expected: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(Problem(self._line, column, expected))

    def procedure(self) -> ProcedureView:
        """Return what the row says."""
        limit = self._number("time_limit")
        return ProcedureView(
            code=self._code(),
            service=self._service(),
            name_vi=self._text("name_vi", is_required=True),
            name_en=self._text("name_en"),
            time_limit=limit,
            time_unit=self._unit(limit),
            fee=self._number("fee"),
            papers=self._papers(),
            legal_basis=self._text("legal_basis"),
            source=self._text("source"),
            is_verified=self.truth("verified"),
            notes=self._text("notes"),
        )

    def truth(self, column: str) -> bool:
        """Return what a cell of yes or no says."""
        said = _TRUTHS.get(self._text(column).casefold())
        if said is None:
            self.refuse(column, N_("expected yes or no"))
        return bool(said)

    def _text(self, column: str, *, is_required: bool = False) -> str:
        longest = _LONGEST.get(column, 60)
        text = clean(self._cells[column], longest + 1)
        if len(text) > longest:
            self.refuse(column, N_("expected a shorter text"))
        elif is_required and not text:
            self.refuse(column, N_("expected a text that is not empty"))
        return text

    def _code(self) -> str:
        code = self._text("code")
        # A spreadsheet that takes a code for a number drops its noughts.
        is_number = re.fullmatch(r"[\d.,]+", code) and not re.fullmatch(r"\d\.\d{6}", code)
        if is_number or not re.fullmatch(r"[^\W_](?:[\w.-]{0,28}[^\W_])?", code):
            self.refuse("code", N_("expected a code such as 1.001193, with six digits behind the point"))
        return code

    def _service(self) -> str | None:
        said = self._text("service")
        code = said if said in self._services else _OTHER_FIELDS.get(said, said)
        if code and code not in self._services:
            self.refuse("service", N_("expected the code of a field"))
        return code or None

    def _number(self, column: str) -> int | None:
        text = self._text(column)
        plain = re.sub(r"[.,\s](?=\d{3}\b)", "", text)
        if text and not re.fullmatch(rf"[0-9]{{1,{_LONGEST_NUMBER}}}", plain):
            self.refuse(column, N_("expected a whole number, or nothing where it is not known"))
            return None
        return int(plain) if text else None

    def _unit(self, limit: int | None) -> str | None:
        unit = self._text("time_unit")
        if limit is None and not unit:
            return None
        if unit not in TIME_UNITS:
            self.refuse("time_unit", N_("expected working_day or calendar_day"))
        return unit

    def _papers(self) -> tuple[Paper, ...]:
        papers = {}
        for part in _PAPERS.split(self._text("papers")):
            text = part.strip()
            shown = _SHOWN.fullmatch(text)
            if text:
                papers[shown[1] if shown else text] = Paper(shown[1] if shown else text, shown is not None)
        return tuple(papers.values())
