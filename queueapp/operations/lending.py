"""Lets a counter serve one field more, as a change of the office's settings that leaves all else as it is."""

from datetime import datetime

from queueapp.i18n import N_
from queueapp.operations.office import configure
from queueapp.operations.rights import require_right
from queueapp.queries.rows import counter_numbered
from queueapp.queries.settings import current_settings
from queueapp.rules.errors import BadRequestError
from queueapp.session import Session


def take_field(session: Session, *, counter: int, service: str, staff: str | None = None, at: datetime) -> None:
    """Let a counter take a field too from its next call on, until the settings say otherwise.

    Errors: not_allowed (the right is that to change the settings), unknown_counter; BadRequestError where it serves the
    field already, or there is no such field.
    """
    require_right(session, "configure", staff)
    counter_numbered(session, counter)
    settings = current_settings(session)
    desk = next(each for each in settings.counters if each.number == counter)
    if service in desk.services or service not in {each.code for each in settings.services}:
        raise BadRequestError(
            N_("Counter {counter} serves that field already, or the office has no such field."), counter=counter
        )
    widened = desk.model_copy(update={"services": [*desk.services, service]})
    counters = [widened if each is desk else each for each in settings.counters]
    configure(session, settings.model_copy(update={"counters": counters}), staff=staff, at=at)
