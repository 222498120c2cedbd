"""Answers how the office is set up, as a file could say it."""

from sqlalchemy import bindparam, select

from queueapp.models import counters, services, skills, staff
from queueapp.rules.hours import WEEKDAYS
from queueapp.session import Session
from queueapp.settings import (
    CallingSettings,
    CounterSettings,
    HookSettings,
    LetterheadSettings,
    LimitSettings,
    OfficeSettings,
    PersonalSettings,
    PrinterSettings,
    PrioritySettings,
    RollSettings,
    ServiceSettings,
    Settings,
    StaffSettings,
    StoppingSettings,
    VoiceSettings,
    WebSettings,
)
from queueapp.statement import Statement

_SERVICES = Statement(
    select(
        services.c.code,
        services.c.letter,
        services.c.name_vi,
        services.c.name_en,
        services.c.recall_limit,
        services.c.daily_quota,
        services.c.usual_minutes,
    )
    .where(services.c.office_id == bindparam("office"), services.c.is_active)
    .order_by(services.c.position)
)
_COUNTERS = Statement(
    select(counters.c.number, services.c.code, skills.c.weight)
    .join(skills, skills.c.counter_id == counters.c.id)
    .join(services, services.c.id == skills.c.service_id)
    .where(counters.c.office_id == bindparam("office"), counters.c.is_active)
    .order_by(counters.c.number, services.c.position)
)
_STAFF = Statement(
    select(staff.c.name, staff.c.role)
    .where(staff.c.office_id == bindparam("office"), staff.c.is_active)
    .order_by(staff.c.id)
)


def current_settings(session: Session) -> Settings:
    """Return the office's settings, as a file could say them."""
    office = session.office
    served: dict[int, dict[str, int]] = {}
    for number, code, weight in session.rows(_COUNTERS, office=office.id):
        served.setdefault(number, {})[code] = weight
    said = office.settings["hours"]
    in_order = [*(day for day in WEEKDAYS if day in said), *sorted(said.keys() - set(WEEKDAYS))]
    return Settings(
        office=OfficeSettings.model_validate(
            {"name": office.name, "timezone": office.timezone, "language": office.language}
        ),
        hours={day: said[day] for day in in_order},
        services=[
            ServiceSettings(
                code=code,
                letter=letter,
                name_vi=name_vi,
                name_en=name_en,
                recall_limit=limit,
                daily_quota=quota,
                usual_minutes=minutes,
            )
            for code, letter, name_vi, name_en, limit, quota, minutes in session.rows(_SERVICES, office=office.id)
        ],
        counters=[
            CounterSettings(
                number=number,
                services=list(weights),
                weights={code: weight for code, weight in weights.items() if weight != 1},
            )
            for number, weights in served.items()
        ],
        staff=[StaffSettings(name=name, role=role) for name, role in session.rows(_STAFF, office=office.id)],
        priorities=[PrioritySettings.model_validate(each) for each in office.settings.get("priorities", [])],
        limits=LimitSettings.model_validate(office.settings.get("limits", {})),
        personal=PersonalSettings.model_validate(office.settings.get("personal", {})),
        rights=office.settings.get("rights", {}),
        printer=PrinterSettings.model_validate(office.settings.get("printer", {})),
        voice=VoiceSettings.model_validate(office.settings.get("voice", {})),
        web=WebSettings.model_validate(office.settings.get("web", {})),
        hooks=HookSettings.model_validate(office.settings.get("hooks", {})),
        roll=RollSettings.model_validate(office.settings.get("roll", {})),
        calling=CallingSettings.model_validate(office.settings.get("calling", {})),
        letterhead=LetterheadSettings.model_validate(office.settings.get("letterhead", {})),
        stopping=StoppingSettings.model_validate(office.settings.get("stopping", {})),
    )
