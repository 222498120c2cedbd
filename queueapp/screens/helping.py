"""Offers the move that helps a jammed field, with why and what it saves, and afterwards the way back."""

from collections.abc import Callable, Sequence
from typing import Any

from textual.binding import Binding

from queueapp.i18n import N_, _
from queueapp.rules.views import ServiceView
from queueapp.screens.base import QueueScreen
from queueapp.screens.dialogs import Confirm

# Not in the line of keys, which is full: the alert itself names it, and so does the help.
MOVE_KEY = Binding(
    "ctrl+g,j",
    "move",
    N_("Help a jammed field"),
    tooltip=N_(
        "Three or more wait for a field, for 20 minutes or longer, while a counter has nobody to call: why that "
        "counter should take the field too, and let it. Afterwards: let it give the field back."
    ),
    show=False,
    id="move",
)


async def propose(screen: QueueScreen[Any], services: Sequence[ServiceView]) -> None:
    """Offer the move that helps now; where none does, that a counter gives back what it took."""
    # Home is painted before SQLModel is loaded, and most days nothing is jammed.
    from queueapp.operations.lending import give_back, take_field  # noqa: PLC0415
    from queueapp.queries.moves import lent_fields  # noqa: PLC0415
    from queueapp.rules.moving import said  # noqa: PLC0415

    names = {each.code: each.name for each in services}
    with screen.reporting():
        jam = screen.terminal.jam
        if jam is not None:
            stays = _("It does so until it gives the field back: the same key, once the jam is over. Let it?")
            words = f"{said(jam.move, names)} {stays}"
            await _ask(screen, words, take_field, jam.move.counter, (jam.move.service, names))
            return
        lent = await screen.terminal.store.read(lent_fields)
        if not lent:
            screen.tell(_("No field is jammed beside a counter that has nobody to call."))
            return
        counter, service = lent[-1]
        words = _("No field is jammed now. Counter {counter} took {field} to help: let it give the field back?")
        words = words.format(counter=counter, field=names.get(service, service))
        await _ask(screen, words, give_back, counter, (service, names))


async def _ask(
    screen: QueueScreen[Any],
    question: str,
    operation: Callable[..., None],
    counter: int,
    field: tuple[str, dict[str, str]],
) -> None:
    """Ask, do it after a yes, and say which fields the counter's next call is of."""
    service, names = field
    if await screen.app.push_screen_wait(Confirm(question)):
        await screen.write(operation, counter=counter, service=service)
        screen.terminal.jam = None
        takes = operation.__name__ == "take_field"
        words = _("Counter {counter} takes {field} too from its next call on.")
        words = words if takes else _("Counter {counter} no longer takes {field}.")
        screen.tell(words.format(counter=counter, field=names.get(service, service)))
