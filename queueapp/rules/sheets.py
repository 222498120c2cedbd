"""Writes the figures of a day as plain values: for the report, and for the sheet that is sealed at the day's close."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from queueapp.rules.summaries import DaySummary, Figures

Sheet = dict[str, Any]


def as_sheet(summary: DaySummary) -> Sheet:
    """Return the figures of a day as JSON can hold them, by the names of the report's contract."""
    return {
        "day": summary.day.isoformat(),
        "services": _each(summary.services),
        "all": asdict(summary.all),
        "counters": _each(summary.counters),
        "clerks": _each(summary.clerks),
        "hours": _each(summary.hours),
        "picked": summary.picked,
        "unserved": [
            {
                "ticket": each.code,
                "service": each.service,
                "end": each.end,
                "reason": each.reason,
                "waited": each.waited,
            }
            for each in summary.unserved
        ],
    }


_LATER = ("reworked", "estimate.bias")  # figures that a sheet sealed by an earlier version does not know
_GROUPS = ("services", "counters", "clerks", "hours")


def as_known_by(kept: Sheet, sheet: Sheet) -> Sheet:
    """Return a rebuilt sheet without the figures that the kept one does not know, because it is older than they are."""
    unknown = [path.split(".") for path in _LATER if not _has(kept["all"], path.split("."))]
    if not unknown:
        return sheet
    groups = {group: {name: _without(figures, unknown) for name, figures in sheet[group].items()} for group in _GROUPS}
    return sheet | groups | {"all": _without(sheet["all"], unknown)}


def _has(figures: Sheet, path: list[str]) -> bool:
    return path[0] in figures and (len(path) == 1 or _has(figures[path[0]], path[1:]))


def _without(figures: Sheet, unknown: list[list[str]]) -> Sheet:
    known = dict(figures)
    for name, *deeper in unknown:
        if deeper:
            known[name] = _without(known[name], [deeper])
        else:
            del known[name]
    return known


def sealed(sheet: Sheet) -> tuple[str, str]:
    """Return a sheet as the text that is kept, and its fingerprint (SHA-256) that goes into the chain."""
    text = json.dumps(sheet, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text, fingerprint(text)


def fingerprint(text: str) -> str:
    """Return the fingerprint of a kept sheet."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def first_difference(expected: Any, found: Any, path: str = "") -> tuple[str, Any, Any] | None:
    """Return where two sheets differ first: the path of the figure, what was expected, what was found."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted(expected.keys() | found.keys()):
            step = first_difference(expected.get(name), found.get(name), f"{path}.{name}" if path else str(name))
            if step is not None:
                return step
        return None
    return None if expected == found else (path, expected, found)


def _each(groups: dict[str, Figures]) -> Sheet:
    return {name: asdict(figures) for name, figures in groups.items()}
