"""Proves the sheet of a closed day: by its fingerprint in the chain, and by the figures rebuilt from the events."""

import json
from datetime import date
from typing import Any

from sqlalchemy import bindparam

from queueapp.models import days
from queueapp.queries.rows import code_of
from queueapp.queries.walked import PartedError, Walk, raw
from queueapp.rules.chain import moment
from queueapp.rules.figures import summarise
from queueapp.rules.promised import read as promised
from queueapp.rules.rebuilt import Life, Lived
from queueapp.rules.rebuilt_settings import InForce
from queueapp.rules.sheets import as_known_by, as_sheet, fingerprint, first_difference, sealed
from queueapp.rules.summaries import Visit
from queueapp.rules.views import SpanView
from queueapp.statement import Statement

_SHEET = Statement(raw(days.c.sheet).where(days.c.office_id == bindparam("office"), days.c.date == bindparam("day")))


def compare_sheet(walk: Walk, detail: dict[str, Any]) -> None:
    """Compare a kept sheet with its fingerprint in the chain, and with the figures rebuilt from the events so far."""
    day = detail["day"]
    row = walk.session.row(_SHEET, office=walk.session.office.id, day=date.fromisoformat(day))
    if row is None or not isinstance(row[0], str):
        raise PartedError(f"day {day}.sheet", day, detail["sheet"], None)
    if fingerprint(row[0]) != detail["sheet"]:
        raise PartedError(f"day {day}.sheet", day, detail["sheet"], fingerprint(row[0]))
    if not walk.is_whole and day not in walk.opened:
        return  # it began before the walk
    lives = [walk.lives[ticket] for ticket in walk.by_day.get(day, ())]
    if any(life.is_partial for life in lives):
        return
    sheet = json.loads(row[0])
    rebuilt = summarise(
        [_visit(walk.settings, life) for life in lives],
        day=date.fromisoformat(day),
        timezone=walk.settings.timezone,
        services=list(sheet["services"]),
        counters=[int(number) for number in sheet["counters"]],
        at=moment(0),
        picked=walk.picked.get(day, 0),
        has_curves=False,
    )
    text, _print = sealed(as_known_by(sheet, as_sheet(rebuilt)))
    parted = None if text == row[0] else first_difference(json.loads(text), sheet)
    if parted is not None:
        raise PartedError(f"day {day}.sheet.{parted[0]}", day, parted[1], parted[2])
    walk.verdict.days += 1


def _visit(settings: InForce, life: Life) -> Visit:
    row = life.row
    code = settings.codes[row["issued_for_id"]]
    return Visit(
        code=code_of(settings.letters[code], row["number"]),
        issued_for=code,
        state=row["state"],
        dossiers=row["dossiers"],
        issued_at=moment(row["issued_at"]),
        counter=settings.numbers.get(row.get("counter_id") or 0),
        clerk=settings.names.get(row.get("staff_id") or 0),
        is_priority=row.get("priority") is not None,
        is_unreliable=row["is_unreliable"],
        is_clock_touched=row.get("is_clock_touched", False),
        is_from_roll=row.get("is_from_roll", False),
        reason=row.get("reason"),
        promise=None if row.get("promise") is None else promised(row["promise"]).estimate,
        spans=tuple([_span(settings, span) for span in life.spans if not span.is_undone]),
    )


def _span(settings: InForce, span: Lived) -> SpanView:
    return SpanView(
        span.kind,
        settings.codes[span.service_id],
        settings.numbers.get(span.counter_id or 0),
        settings.names.get(span.staff_id or 0),
        moment(span.started_at),
        None if span.ended_at is None else moment(span.ended_at),
        span.ended_by,
    )
