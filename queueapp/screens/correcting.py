"""Asks what is to be put right of a ticket of a closed day."""

from typing import Any

from queueapp.i18n import _
from queueapp.rules.errors import state_words
from queueapp.rules.lifecycle import END_STATES
from queueapp.screens.dialogs import Ask, Choose
from queueapp.screens.refusing import RefusingScreen

CORRECTABLE = tuple(state for state in END_STATES if state != "carried_over")  # that one needs a voucher, at the close


async def ask_correction(screen: RefusingScreen) -> dict[str, Any] | None:
    """Ask over `screen` what is wrong and what it should be, as `correct` takes it; None when given up."""
    answers = [("end", _("the end")), ("dossiers", _("the number of dossiers")), ("times", _("the times"))]
    what = await screen.app.push_screen_wait(Choose(_("What is wrong?"), answers))
    if what == "end":
        ends = [(state, state_words(state)) for state in CORRECTABLE]
        end = await screen.app.push_screen_wait(Choose(_("What really became of the citizen?"), ends))
        return None if end is None else {"end": end}
    if what == "dossiers":
        return await _ask_dossiers(screen)
    if what == "times":
        known = [(True, _("wrong: leave them out of the figures")), (False, _("right: count them"))]
        is_wrong = await screen.app.push_screen_wait(Choose(_("Are the ticket's times wrong or right?"), known))
        return None if is_wrong is None else {"time_unreliable": is_wrong}
    return None


async def _ask_dossiers(screen: RefusingScreen) -> dict[str, Any] | None:
    number = await screen.app.push_screen_wait(Ask(_("How many dossiers were there?"), "1", longest=6))
    if number is not None and not (number.isascii() and number.isdigit()):
        screen.tell(_("“{text}” is not a number. Nothing was changed.").format(text=number), is_warning=True)
        return None
    return None if number is None else {"dossiers": int(number)}
