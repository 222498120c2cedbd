"""Answers who the office is."""

from queueapp.database import Session
from queueapp.rules.views import OfficeView, PriorityView


def office_view(session: Session) -> OfficeView:
    """Return the office as every screen shows it."""
    office = session.office
    priorities = tuple(PriorityView(**each) for each in office.settings.get("priorities", []))
    return OfficeView(office.name, office.timezone, office.language, office.is_training, priorities)
