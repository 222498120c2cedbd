"""Answers who the office is."""

from queueapp.rules.limits import limits_of
from queueapp.rules.views import OfficeView, PriorityView
from queueapp.rules.voices import voice_of
from queueapp.session import Session

_MICROSECONDS_A_MINUTE = 60_000_000


def office_view(session: Session) -> OfficeView:
    """Return the office as every screen shows it."""
    office = session.office
    priorities = tuple(PriorityView(**each) for each in office.settings.get("priorities", []))
    return OfficeView(
        office.name,
        office.timezone,
        office.language,
        office.is_training,
        priorities,
        is_guarded=bool(office.is_guarded),
        clock_minutes=round(office.clock_offset / _MICROSECONDS_A_MINUTE),
        lock_minutes=limits_of(office.settings).lock_minutes,
        fix_minutes=limits_of(office.settings).fix_minutes,
        keeps_names=bool(office.settings.get("personal", {}).get("name", False)),
        is_voiced=voice_of(office.settings).on,
        paper_languages=office.settings.get("printer", {}).get("languages", "vi"),
    )
