"""Writes the report of some days as JSON, by the names of the report of one day."""

from dataclasses import asdict

from queueapp.cli.wire import Json
from queueapp.rules.hours import WEEKDAYS
from queueapp.rules.periods import Period, Pooled
from queueapp.rules.reports import DayFacts, Report
from queueapp.rules.summaries import Figures


def report_json(found: Report) -> Json:
    """Return a report as JSON; minutes are not rounded."""
    return {
        **_pooled_days(found.period),
        "counters": {name: asdict(each) for name, each in found.period.counters.items()},
        "clerks": {name: asdict(each) for name, each in found.period.clerks.items()},
        "hours": {name: asdict(each) for name, each in found.period.hours.items()},
        "heat": _heat(found.period),
        "by_day": {day.isoformat(): _day(found.period.by_day[day], facts) for day, facts in found.days.items()},
        "unclosed": [day.isoformat() for day in found.unclosed],
        "outage_minutes": found.outage_minutes,
        "picked": found.picked,
        "unserved": [
            {"service": service, "end": end, "reason": reason, "n": n}
            for (service, end, reason), n in found.unserved().items()
        ],
        "unserved_tickets": _unserved(found.period),
        "corrections": [
            {"day": day.isoformat()} | asdict(each) | {"at": each.at.isoformat()} for day, each in found.corrections
        ],
        "missing": [
            asdict(each) | {"since": None if each.since is None else each.since.isoformat()} for each in found.missing
        ],
        "received": dict(found.received),
    }


def _pooled_days(period: Period) -> Json:
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "days": [day.isoformat() for day in period.days],
        "all": _pooled(period.all),
        "services": {code: _pooled(each) for code, each in period.services.items()},
        "weekdays": {WEEKDAYS[weekday]: _pooled(each) for weekday, each in period.weekdays.items()},
        "little": {day.isoformat(): asdict(each) for day, each in period.little.items()},
    }


def _pooled(each: Pooled) -> Json:
    over = {limit: asdict(share) for limit, share in each.over.items()}
    return {"days": each.days, **asdict(each.figures), "over": over, "certainty": asdict(each.certainty)}


def _heat(period: Period) -> Json:
    found: Json = {}
    for (weekday, hour), cell in period.heat.items():
        found.setdefault(WEEKDAYS[weekday], {})[f"{hour:02d}"] = {"n": cell.n, "median": cell.median, "p90": cell.p90}
    return found


def _day(figures: Figures, facts: DayFacts) -> Json:
    facts_of_day = {"closed": facts.is_closed, "outage_minutes": facts.outage_minutes, "picked": facts.picked}
    return asdict(figures) | facts_of_day


def _unserved(period: Period) -> list[Json]:
    return [
        {
            "day": day.isoformat(),
            "ticket": each.code,
            "service": each.service,
            "end": each.end,
            "reason": each.reason,
            "waited": each.waited,
        }
        for day, those in period.unserved.items()
        for each in those
    ]
