"""Keys in numbers of the pre-printed paper roll, after a power cut, with their real times."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from queueapp.clock import business_day, is_plausible, zone
from queueapp.i18n import N_
from queueapp.models import days, spans, tickets
from queueapp.operations.checks import known_priority
from queueapp.operations.issuing import MOST_DOSSIERS, opened_day
from queueapp.operations.moving import set_columns
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right
from queueapp.queries.rows import (
    ServiceRow,
    code_of,
    counter_numbered,
    service_named,
    staff_id_of,
    ticket_numbered,
    today,
)
from queueapp.queries.tickets import ticket_view
from queueapp.rules.chain import microseconds
from queueapp.rules.errors import BadRequestError, RollDayClosedError
from queueapp.rules.rebuilt import SPAN
from queueapp.rules.views import Answer
from queueapp.session import Session
from queueapp.statement import Statement

OLDEST = timedelta(days=31)  # before which nobody keys in numbers any more; our choice
ROLL_ENDS = ("waiting", "served", "left", "no_show")
_KNOWN = Statement(
    select(tickets.c.id, tickets.c.state, tickets.c.is_from_roll).where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        tickets.c.issued_for_id == bindparam("service"),
        tickets.c.number == bindparam("number"),
    )
)
_COLUMNS = tuple(column.name for column in tickets.c if column.name != "id")
_TICKET = Statement(insert(tickets).values({name: bindparam(name) for name in _COLUMNS}).returning(tickets.c.id))
_FIXED = {"office_id", "day", "issued_for_id", "number"}  # of a number that is keyed in again
_DAY = Statement(
    select(days.c.closed_at).where(days.c.office_id == bindparam("office"), days.c.date == bindparam("day"))
)
_LAST_CLOSED = Statement(
    select(func.max(days.c.date)).where(days.c.office_id == bindparam("office"), days.c.closed_at.is_not(None))
)
_UNDONE = Statement(update(spans).where(spans.c.ticket_id == bindparam("ticket")).values(is_undone=True))
_SPAN = Statement(insert(spans).values({name: bindparam(name) for name in ("office_id", "ticket_id", *SPAN)}))


@dataclass(frozen=True, slots=True)
class _Times:
    """When it really happened, as far as it was noted on paper."""

    issued: datetime
    called: datetime | None
    started: datetime | None
    ended: datetime | None

    @property
    def noted(self) -> list[datetime]:
        """The moments that are known, in the order in which they must lie."""
        return [each for each in (self.issued, self.called, self.started, self.ended) if each is not None]


@by_right
def enter(
    session: Session,
    *,
    service: str,
    number: int,
    issued: str,
    called: str | None = None,
    started: str | None = None,
    ended: str | None = None,
    counter: int | None = None,
    end: str | None = None,
    day: date | None = None,
    dossiers: int = 1,
    priority: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Key in a number of the paper roll, with what was noted of it: `HH:MM` on the `day` (today if none is given).

    `end` is served (with `started`, `ended` and `counter`; `called` if it was noted), left or no_show (`ended`), or
    waiting: then it is called in the place of its real time. Its times count as all others do, and it bears a flag. One
    that was keyed in wrongly and is void by now may be keyed in again.
    Errors: unknown_service, unknown_counter, bad_request (number, times), day_closed.
    """
    field = service_named(session, service)
    asked = day or today(session, at)
    times = _Times(*(_moment(session, each, asked, at) for each in (issued, called, started, ended)))  # type: ignore[arg-type]
    state = _end_of(end, times)
    _check_day(session, asked, at)
    _check(session, times, state, asked, at)
    wrong = _check_number(session, field, number, asked)
    if not 1 <= dossiers <= MOST_DOSSIERS:
        raise BadRequestError(N_("The number of dossiers must be between 1 and {most}."), most=MOST_DOSSIERS)
    if state in {"served", "no_show"} and counter is None:
        raise BadRequestError(N_("Say at which counter it was."))
    desk_id = counter_numbered(session, counter).id if counter is not None and state != "waiting" else None
    opened_day(session, asked, at)
    who = staff_id_of(session, staff)
    wish = {"number": number, "dossiers": dossiers, "priority": known_priority(session, priority)}
    wish["priority_by_id"] = who if priority else None
    row = _row(session, field, times, state, asked, desk_id) | wish
    if wrong is None:
        inserted = session.row(_TICKET, **row)
        ticket_id = int(inserted[0]) if inserted else 0
    else:
        ticket_id, row = wrong, {name: value for name, value in row.items() if name not in _FIXED}
        set_columns(session, ticket_numbered(session, wrong), row)
        session.run(_UNDONE, ticket=wrong)
    lived = _spans(times, state, field.id, desk_id)
    for span in lived:
        session.run(_SPAN, office_id=session.office.id, ticket_id=ticket_id, **span)
    said: dict[str, Any] = {"service": field.code, "number": number, "day": asked.isoformat(), "to": state}
    told = [[_plain(span[name]) for name in SPAN] for span in lived]
    # Not at the counter: what its clerk does next there is not to take this back.
    by = Where(staff_id=who)
    record(session, "enter", at=at, ticket_id=ticket_id, where=by, changes=row, spans=told, **said)
    return Answer(ticket_view(session, ticket_id, at=at))


def _moment(session: Session, text: str | None, day: date, at: datetime) -> datetime | None:
    if text is None or not text.strip():
        return None
    said = text.strip().replace("h", ":").replace("H", ":").replace(".", ":")
    said += "00" if said.endswith(":") else ""  # 8h is said of the full hour
    try:
        if "T" in said or "-" in said:
            moment = datetime.fromisoformat(said)
        else:
            parts = [int(part) for part in (said if ":" in said else f"{said[:-2]}:{said[-2:]}").split(":")]
            hour, minute, second = (*parts, 0)[:3]
            moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone(session.office.timezone))
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None or not is_plausible(moment):
        raise BadRequestError(N_("“{text}” is no time such as 8:05."), text=text[:20])
    return moment.astimezone(at.tzinfo)


def _end_of(end: str | None, times: _Times) -> str:
    state = end or ("served" if times.ended is not None else "waiting")
    if state not in ROLL_ENDS:
        raise BadRequestError(N_("An end must be one of: {known}."), known=", ".join(ROLL_ENDS))
    return state


def _check_day(session: Session, day: date, at: datetime) -> None:
    """Refuse a day that is closed, and one that nobody would key in now: it would have to be closed first."""
    known = session.row(_DAY, office=session.office.id, day=day)
    if known is not None and known[0] is not None:
        raise RollDayClosedError(day=day.isoformat())
    row = session.row(_LAST_CLOSED, office=session.office.id)
    last = row[0] if row else None
    present = today(session, at)
    if known is None and ((last is not None and day < last) or day < present - OLDEST):
        sentence = N_(
            "{day} is too long ago: numbers are keyed in for a day after the last closed one, 31 days at most."
        )
        raise BadRequestError(sentence, day=day.isoformat())


def _check(session: Session, times: _Times, state: str, day: date, at: datetime) -> None:
    if times.issued is None:
        raise BadRequestError(N_("Say when the number was taken."))
    needed = {"served": (times.started, times.ended), "left": (times.ended,), "no_show": (times.ended,)}.get(state, ())
    if None in needed:
        raise BadRequestError(N_("Say when the service began and ended, or when the citizen went."))
    if state == "waiting" and len(times.noted) > 1:
        raise BadRequestError(N_("Who still waits has no other time than that of the number."))
    noted = times.noted
    if noted != sorted(noted) or noted[-1] > at:
        raise BadRequestError(N_("The times must follow one another, and none lies in the future."))
    if any(business_day(each, session.office.timezone) != day for each in noted):
        raise BadRequestError(N_("All times must lie on {day}."), day=day)


def _check_number(session: Session, field: ServiceRow, number: int, day: date) -> int | None:
    """Return the ticket that has this number because it was keyed in wrongly; None for a new one."""
    roll = session.office.settings.get("roll", {})
    first, last = roll.get("first", 901), roll.get("last", 999)
    if not first <= number <= last:
        sentence = N_("The numbers of the paper roll are {first} to {last}.")
        raise BadRequestError(sentence, first=first, last=last)
    known = session.row(_KNOWN, office=session.office.id, day=day, service=field.id, number=number)
    if known is not None and not (known[1] == "void" and known[2]):
        sentence = N_("{ticket} was keyed in already. If that was wrong, find it (F3), void it, and key it in again.")
        raise BadRequestError(sentence, ticket=code_of(field.letter, number))
    return None if known is None else int(known[0])


def _row(
    session: Session, field: ServiceRow, times: _Times, state: str, day: date, desk_id: int | None
) -> dict[str, Any]:
    blank: dict[str, Any] = {name: False if name.startswith("is_") else None for name in _COLUMNS}
    return blank | {
        "office_id": session.office.id,
        "day": day,
        "issued_for_id": field.id,
        "service_id": field.id,
        "state": state,
        "issued_at": times.issued,
        "place": times.issued,
        "calls": int(state in {"served", "no_show"}),
        "counter_id": desk_id,
        "ended_at": None if state == "waiting" else times.ended,
        "outcome": "done" if state == "served" else None,
        "is_from_roll": True,
    }


def _spans(times: _Times, state: str, service_id: int, desk_id: int | None) -> list[dict[str, Any]]:
    """Return what the paper tells: a wait; a way where the call was noted; a service."""
    found: list[tuple[str, datetime, datetime | None, str | None]]
    if state == "waiting":
        found = [("waiting", times.issued, None, None)]
    elif state == "left":
        found = [("waiting", times.issued, times.ended, "leave")]
    elif state == "no_show":
        called = times.called or times.ended
        found = [("waiting", times.issued, called, "call"), ("called", called or times.issued, times.ended, "no_show")]
    else:
        found = [("waiting", times.issued, times.called or times.started, "call")]
        if times.called is not None:
            found.append(("called", times.called, times.started, "start"))
        found.append(("serving", times.started or times.issued, times.ended, "finish"))
    return [
        {
            "kind": kind,
            "service_id": service_id,
            "counter_id": None if kind == "waiting" else desk_id,
            "staff_id": None,
            "started_at": since,
            "ended_at": until,
            "ended_by": verb,
            "is_undone": False,
        }
        for kind, since, until, verb in found
    ]


def _plain(value: Any) -> Any:
    return microseconds(value) if isinstance(value, datetime) else value
