"""Answers where the ticket of a slip stands, for whoever holds the slip."""

from datetime import datetime

from sqlalchemy import bindparam, select

from queueapp.models import prints, services
from queueapp.queries.rows import today
from queueapp.queries.tickets import ticket_view
from queueapp.rules.pages import PlaceView
from queueapp.session import Session
from queueapp.statement import Statement

_TICKET = Statement(
    select(prints.c.ticket_id)
    .where(
        prints.c.office_id == bindparam("office"),
        prints.c.token == bindparam("token"),
        prints.c.ticket_id.is_not(None),
    )
    .order_by(prints.c.id.desc())
    .limit(1)
)
_NAMES = Statement(
    select(services.c.name_vi, services.c.name_en).where(
        services.c.office_id == bindparam("office"), services.c.code == bindparam("code")
    )
)


def ticket_by_token(session: Session, token: str, *, at: datetime) -> PlaceView | None:
    """Return the place of the ticket on whose slip the QR says `token`; None where there is no such slip."""
    row = session.row(_TICKET, office=session.office.id, token=token)
    if row is None:
        return None
    ticket = ticket_view(session, row[0], at=at)
    names = session.row(_NAMES, office=session.office.id, code=ticket.service) or (ticket.service, ticket.service)
    return PlaceView(
        office=session.office.name,
        timezone=session.office.timezone,
        is_training=session.office.is_training,
        code=ticket.code,
        service_vi=names[0],
        service_en=names[1],
        day=ticket.day,
        state=ticket.state,
        is_over=ticket.day < today(session, at),
        ahead=ticket.ahead,
        counter=ticket.counter,
        fix_by=ticket.fix_by,
        valid_on=ticket.valid_on,
        estimate=ticket.estimate,
        light=ticket.light,
        at=at,
    )
