"""Answers a day of the office taken apart, so that it can be lived again."""

from datetime import date

from queueapp.queries.counters import counter_views
from queueapp.queries.summary import day_visits
from queueapp.rules.expecting import hours_of
from queueapp.rules.halls import COMMUNE
from queueapp.rules.hours import sessions
from queueapp.rules.replaying import Recorded, recorded
from queueapp.session import Session


def recorded_day(session: Session, day: date) -> Recorded:
    """Return a day of the office; where it had no hours, those of a commune's office are taken."""
    open_that_day = sessions(session.office.settings.get("hours", {}), day)
    return recorded(
        day_visits(session, day),
        day=day,
        hours=hours_of(open_that_day) if open_that_day else COMMUNE,
        timezone=session.office.timezone,
        counters={counter.number: counter.services for counter in counter_views(session)},
    )
