"""Says how many counters each hour of a coming day needs, and what is expected of it."""

import sys
from argparse import Namespace
from dataclasses import asdict

from queueapp.cli.checking import day_of
from queueapp.cli.progress import Bar
from queueapp.cli.tables import bars, table
from queueapp.cli.wire import Json
from queueapp.database import Database
from queueapp.i18n import N_, _, name_of
from queueapp.queries.moves import helpful_move
from queueapp.queries.past import past_days
from queueapp.queries.settings import current_settings
from queueapp.rules.errors import BadRequestError
from queueapp.rules.expecting import FEWEST_DAYS, FEWEST_SERVICES, WEEKS, Expected, expected
from queueapp.rules.halls import Hall
from queueapp.rules.moving import said
from queueapp.rules.planning import MARGIN, REPLICATIONS, Staffing, Target, needs
from queueapp.rules.scenarios import Scenario
from queueapp.session import Session
from queueapp.terminal import clock_of

MOST_SHARE, MOST_MINUTES = 99, 480  # percent; a day
LACKING = {
    "hours": N_("The office is closed on {day}."),
    "days": N_(
        "Too little is known for {day}: {n} days of that weekday in the last {weeks} weeks, {least} are needed."
    ),
    "services": N_("Too little is known for {day}: fewer than {least} services with their times."),
}


def run_staffing(given: Namespace, database: Database) -> tuple[int, str, Json]:
    """Return the exit status, the words and the answer about a coming day, or about the present."""
    if given.now:
        return _moved(database)
    if not (0 < given.share <= MOST_SHARE and 0 <= given.limit <= MOST_MINUTES):
        words = N_("The share must lie above 0 and be at most {share} %, the minutes between 0 and {minutes}.")
        raise BadRequestError(words, share=MOST_SHARE, minutes=MOST_MINUTES)
    target = Target(given.share / 100, given.limit)
    day = day_of("day", given.day) if given.day else None
    past = database.read(past_days, day, at=clock_of(database)())
    plan = expected(past)
    if plan.scenario is None:
        least = FEWEST_DAYS if plan.lacking == "days" else FEWEST_SERVICES
        words = _(LACKING[plan.lacking or "days"])
        sentence = words.format(day=plan.day.isoformat(), n=plan.days, weeks=WEEKS, least=least)
        return 0, sentence, {"ok": True, "day": plan.day.isoformat(), "days": plan.days, "lacking": plan.lacking}
    staffing = needs(plan.scenario, target, progress=Bar(_("Simulating"), sys.stderr))
    names = database.read(_names)
    return (
        0,
        "\n".join(_said(plan, plan.scenario, staffing, target, names)),
        _json(plan, plan.scenario.hall, staffing, target, list(past.counters)),
    )


def _moved(database: Database) -> tuple[int, str, Json]:
    move = database.read(helpful_move, at=clock_of(database)())
    nothing = _("No field is jammed beside a counter that has nobody to call.")
    sentence = nothing if move is None else said(move, database.read(_names))
    return 0, sentence, {"ok": True, "move": None if move is None else asdict(move)}


def _names(session: Session) -> dict[str, str]:
    return {each.code: name_of(each.name_vi, each.name_en) for each in current_settings(session).services}


def _said(plan: Expected, scenario: Scenario, staffing: Staffing, target: Target, names: dict[str, str]) -> list[str]:
    lines = [
        _("{day}: about {n} citizens, from {days} days of that weekday").format(
            day=plan.day.isoformat(), n=round(scenario.citizens), days=plan.days
        )
    ]
    for field in plan.fields:
        words = _("{name}: {n} a day, {minutes} min at a counter ({services} services)")
        if not field.services:
            words = _("{name}: {n} a day, {minutes} min at a counter (too few services of its own: mean of all fields)")
        shown = words.format(
            name=names.get(field.service, field.service),
            n=f"{field.arrivals:.0f}",
            minutes=f"{field.minutes:.1f}",
            services=field.services,
        )
        lines.append(f"  {shown}")
    lines += ["", *table([_head(), *_rows(scenario.hall, staffing)]), ""]
    lines += _explained(scenario.hall, staffing, target)
    lines += ["", _("Expected arrivals by half hour (and on four days of five):")]
    shown_halves = [(f"{_clock(half.begins)} ({half.low:.0f}-{half.high:.0f})", half.mean) for half in plan.halves]
    return [*lines, *bars(shown_halves, unit=_("citizens"))]


def _head() -> list[str]:
    return [
        *(_("hour"), _("expected"), _("planned"), _("in time")),
        *(_("needed"), _("in time"), _("Erlang C"), _("lagging load")),
    ]


def _rows(hall: Hall, staffing: Staffing) -> list[list[str]]:
    return [
        [
            _clock(hall.hours.to_clock(need.begins)),
            f"{need.arrivals:.0f}",
            str(len(hall.desks)),
            f"{need.now_in_time:.0%}",
            str(need.counters),
            f"{need.in_time:.0%}",
            str(need.erlang_c),
            str(need.mol),
        ]
        for need in staffing.needs
    ]


def _explained(hall: Hall, staffing: Staffing, target: Target) -> list[str]:
    short = [need for need in staffing.needs if need.now_in_time < target.share]
    to_clock = hall.hours.to_clock
    verdict = _("The planned counters keep {share} % within {limit} minutes in every hour.")
    if short:
        verdict = _("With the planned counters fewer than {share} % are served within {limit} minutes at: {hours}.")
    return [
        verdict.format(
            share=f"{target.share * 100:g}",
            limit=f"{target.limit:g}",
            hours=", ".join(_clock(to_clock(need.begins)) for need in short),
        ),
        _("After closing, on average: {now} min with the planned counters, {needed} min with those needed.").format(
            now=f"{staffing.now_overtime:.0f}", needed=f"{staffing.overtime:.0f}"
        ),
        _(
            "“Needed” is simulated on {days} days with a margin of {margin} points, each counter serving every field; "
            "“planned” has the fields as they are set. Erlang C is a check by formula."
        ).format(days=REPLICATIONS, margin=f"{MARGIN * 100:g}"),
    ]


def _clock(minute: float) -> str:
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def _json(plan: Expected, hall: Hall, staffing: Staffing, target: Target, counters: list[int]) -> Json:
    to_clock = hall.hours.to_clock
    return {
        "ok": True,
        "day": plan.day.isoformat(),
        "days": plan.days,
        "lacking": None,
        "target": asdict(target),
        "day_variation": plan.variation,
        "planned": counters,
        "fields": [asdict(field) for field in plan.fields],
        "half_hours": [asdict(half) | {"begins": _clock(half.begins)} for half in plan.halves],
        "hours": [asdict(need) | {"begins": _clock(to_clock(need.begins))} for need in staffing.needs],
        "overtime": {"planned": staffing.now_overtime, "needed": staffing.overtime},
    }
