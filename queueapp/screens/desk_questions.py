"""What the clerk of a counter is asked before a key does its work."""

import re
from collections.abc import Sequence

from queueapp.i18n import _
from queueapp.rules.lifecycle import OUTCOMES
from queueapp.rules.views import CounterView, ServiceView, TicketView
from queueapp.screens.dialogs import Ask, Choose, Confirm
from queueapp.screens.refusing import RefusingScreen
from queueapp.widgets.desk import OUTCOME_WORDS, PAUSE_REASONS, POSITION_WORDS

_MINUTES = re.compile(r"([0-9]{1,4})(?:\s*(?:p|ph|phút|phut|min|minutes)\b[\s,.:]*(.*))?", re.IGNORECASE)


async def ask_outcome(screen: RefusingScreen) -> str | None:
    """Ask how it ended."""
    answers = [(outcome, _(OUTCOME_WORDS[outcome])) for outcome in OUTCOMES]
    return await screen.app.push_screen_wait(Choose(_("How did it end?"), answers))


async def ask_to_fix(screen: RefusingScreen, usual: int) -> tuple[int | None, str] | None:
    """Ask for how many minutes the place is kept, if not for the `usual` ones, and what is to be put right."""
    question = _("What is to be put right? Minutes in front (15p) say how long the place is kept, else {n}.")
    said = await screen.app.push_screen_wait(
        Ask(question.format(n=usual), _("15p signature of the spouse"), is_required=False)
    )
    return None if said is None else _timed(said)


async def ask_to_hold(screen: RefusingScreen) -> tuple[int | None, str] | None:
    """Ask after how many minutes a ticket comes back by itself, if it does, and why it is set aside."""
    question = _("Why is it set aside? (may stay empty) Minutes in front (15p) let it come back by itself.")
    said = await screen.app.push_screen_wait(Ask(question, _("15p photocopies"), is_required=False))
    return None if said is None else _timed(said)


async def ask_held(screen: RefusingScreen, held: Sequence[TicketView]) -> str | None:
    """Return the held ticket; of several, ask which."""
    if len(held) <= 1:
        return held[0].code if held else None
    answers = [(each.code, f"{each.code}  {each.reason or ''}") for each in held]
    return await screen.app.push_screen_wait(Choose(_("Which held ticket?"), answers))


async def ask_field(screen: RefusingScreen, question: str, services: Sequence[ServiceView]) -> str | None:
    """Ask for one of the fields."""
    return await screen.app.push_screen_wait(Choose(question, [(each.code, each.name) for each in services]))


async def ask_transfer(
    screen: RefusingScreen, question: str, services: Sequence[ServiceView]
) -> tuple[str, str] | None:
    """Ask to which field a citizen is sent, and with which note."""
    to = await ask_field(screen, question, services)
    if to is None:
        return None
    note = await screen.app.push_screen_wait(Ask(_("A note for the next clerk? (may stay empty)"), is_required=False))
    return None if note is None else (to, note)


async def ask_position(screen: RefusingScreen) -> str | None:
    """Ask to which place a ticket is put back."""
    answers = [(position, _(words)) for position, words in POSITION_WORDS.items()]
    return await screen.app.push_screen_wait(Choose(_("Back to which place?"), answers))


async def ask_pause(screen: RefusingScreen) -> str | None:
    """Ask why the counter is paused."""
    answers = [(_(words), _(words)) for words in PAUSE_REASONS] + [("", _("another reason …"))]
    reason = await screen.app.push_screen_wait(Choose(_("Why is the counter paused?"), answers))
    return await screen.app.push_screen_wait(Ask(_("Why is the counter paused?"))) if reason == "" else reason


async def ask_pick(screen: RefusingScreen) -> tuple[str, str] | None:
    """Ask which ticket is called out of order, and why."""
    code = await screen.app.push_screen_wait(Ask(_("Which ticket is to be called out of order?"), "D-007"))
    if code is None:
        return None
    reason = await screen.app.push_screen_wait(Ask(_("Why before the others? It is written down.")))
    return None if reason is None else (code, reason)


async def may_open(screen: RefusingScreen, counter: CounterView, staff: str | None) -> bool:
    """Ask `staff`, where somebody else sits at the counter, whether it is taken over."""
    clerk = counter.clerk
    if clerk is None or staff in {None, clerk}:
        return True
    question = _("{person} sits at counter {number}. Take over counter {number}? It is written down.")
    words = question.format(person=clerk, number=counter.number)
    return await screen.app.push_screen_wait(Confirm(words, is_dangerous=True))


def _timed(said: str) -> tuple[int | None, str]:
    """Return the minutes that a reason begins with, if any, and the rest of it; “2 photos” begins with none."""
    found = _MINUTES.fullmatch(said)
    return (int(found[1]), found[2] or "") if found else (None, said)
