"""Counts missing papers by procedure: how often each, at the counter and at reception apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from queueapp.rules.catalogue_views import MissingCount, ProcedureMissing
from queueapp.text import fold


@dataclass(frozen=True, slots=True)
class Lacked:
    """A paper that somebody lacked; `seq` is the event that says so, `is_at_counter` where it was found."""

    seq: int
    day: date
    procedure: str | None
    paper: str
    is_at_counter: bool


def counted(lacked: Iterable[Lacked], names: Mapping[str, tuple[str, str]]) -> tuple[ProcedureMissing, ...]:
    """Return the missing papers of each procedure, the most frequent first; `names` are (vi, en) by code.

    One paper written with and without accents or capitals is one paper, under the words that were used first.
    """
    groups: dict[str | None, list[Lacked]] = {}
    for each in lacked:
        groups.setdefault(each.procedure, []).append(each)
    found = [_of_procedure(code, rows, names.get(code or "", ("", ""))) for code, rows in groups.items()]
    return tuple(sorted(found, key=lambda each: (-each.n, each.procedure or "")))


def _of_procedure(code: str | None, rows: list[Lacked], name: tuple[str, str]) -> ProcedureMissing:
    papers: dict[str, MissingCount] = {}
    for each in rows:
        paper = papers.setdefault(fold(each.paper), MissingCount(each.paper))
        papers[fold(each.paper)] = replace(
            paper, counter=paper.counter + each.is_at_counter, reception=paper.reception + (not each.is_at_counter)
        )
    at_counter = {each.seq for each in rows if each.is_at_counter}
    return ProcedureMissing(
        procedure=code,
        name_vi=name[0],
        name_en=name[1],
        counter=len(at_counter),
        reception=len({each.seq for each in rows} - at_counter),
        papers=tuple(sorted(papers.values(), key=lambda each: (-each.n, each.paper))),
        since=min(each.day for each in rows),
    )
