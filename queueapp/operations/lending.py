"""Lets a counter take one field more for a jam, and give it back: the office's settings, all else as it is."""

from datetime import datetime
from typing import Any

from queueapp.i18n import N_
from queueapp.operations.office import bring_to
from queueapp.operations.rights import by_right, require_right
from queueapp.queries.rows import counter_numbered
from queueapp.queries.settings import current_settings
from queueapp.rules.errors import BadRequestError
from queueapp.session import Session
from queueapp.settings import CounterSettings, Settings


@by_right
def take_field(session: Session, *, counter: int, service: str, staff: str | None = None, at: datetime) -> None:
    """Let a counter take a field too from its next call on, until it gives it back or the settings say otherwise.

    Errors: not_allowed, unknown_counter; BadRequestError where it serves the field already, or there is no such field.
    """
    settings, desk = _desk(session, counter)
    if service in desk.services or service not in {each.code for each in settings.services}:
        raise BadRequestError(
            N_("Counter {counter} serves that field already, or the office has no such field."), counter=counter
        )
    _change(session, settings, desk, [*desk.services, service], staff, at, taken=service)


def give_back(session: Session, *, counter: int, service: str, staff: str | None = None, at: datetime) -> None:
    """Let a counter no longer take a field that it took, by the same right.

    Errors: not_allowed, unknown_counter; BadRequestError where nobody would serve the field, or the counter none.
    """
    require_right(session, "take_field", staff)
    settings, desk = _desk(session, counter)
    left = [code for code in desk.services if code != service]
    others = {code for each in settings.counters if each is not desk for code in each.services}
    if not left or len(left) == len(desk.services) or service not in others:
        raise BadRequestError(
            N_("Counter {counter} cannot give that field back: nobody would serve it, or it serves no other."),
            counter=counter,
        )
    _change(session, settings, desk, left, staff, at, given_back=service)


def _desk(session: Session, counter: int) -> tuple[Settings, CounterSettings]:
    counter_numbered(session, counter)
    settings = current_settings(session)
    return settings, next(each for each in settings.counters if each.number == counter)


def _change(
    session: Session,
    settings: Settings,
    desk: CounterSettings,
    services: list[str],
    staff: str | None,
    at: datetime,
    **said: Any,
) -> None:
    weights = {code: weight for code, weight in desk.weights.items() if code in services}
    changed = desk.model_copy(update={"services": services, "weights": weights})
    counters = [changed if each is desk else each for each in settings.counters]
    wanted = settings.model_copy(update={"counters": counters})
    bring_to(session, wanted, staff=staff, at=at, counter=desk.number, **said)
