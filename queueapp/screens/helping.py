"""Offers the move that helps a jammed field: why, what it saves, and the move itself after a yes."""

from collections.abc import Sequence
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
    tooltip=N_("Why a counter should take a jammed field too, and let it."),
    show=False,
    id="move",
)


async def propose(screen: QueueScreen[Any], services: Sequence[ServiceView]) -> None:
    """Say why a counter should take a jammed field too, and let it after a yes."""
    # Home is painted before SQLModel is loaded, and most days nothing is jammed.
    from queueapp.operations.lending import take_field  # noqa: PLC0415
    from queueapp.rules.moving import said  # noqa: PLC0415

    jam = screen.terminal.jam
    if jam is None:
        screen.tell(_("No field is jammed beside a counter that has nobody to call."))
        return
    move, names = jam.move, {each.code: each.name for each in services}
    stays = _("It stays so until the settings are changed (queueapp config apply FILE). Let it?")
    if await screen.app.push_screen_wait(Confirm(f"{said(move, names)} {stays}")):
        with screen.reporting():
            await screen.write(take_field, counter=move.counter, service=move.service)
            screen.terminal.jam = None
            words = _("Counter {counter} takes {field} too from its next call on.")
            screen.tell(words.format(counter=move.counter, field=names.get(move.service, move.service)))
