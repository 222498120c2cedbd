"""Goes through the boxes that ask about papers: search, look, name what is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from queueapp.i18n import N_, _, language
from queueapp.operations.papers import print_paper
from queueapp.paper.content import Content
from queueapp.paper.said import TONGUES
from queueapp.paper.slip import as_text
from queueapp.queries.missing import missing_lately
from queueapp.queries.procedures import catalogue
from queueapp.rules.procedures import ProcedureView, is_too_late
from queueapp.rules.search import Index
from queueapp.rules.views import OfficeView, ServiceView, TicketView
from queueapp.screens.base import QueueScreen
from queueapp.screens.finding import FindProcedure
from queueapp.screens.preview import Preview
from queueapp.screens.procedures import Looked, MissingDialog, ProcedureDialog


async def hand_over(
    screen: QueueScreen[Any], words: str, kind: str, office: OfficeView, slip: Callable[..., Content]
) -> None:
    """Let a slip be printed, where the office has a printer, and show it: it can be read out where there is none.

    `slip` lays it out in `tongues`: it is printed in the languages of the office's paper, and shown in the one of the
    screen.
    """
    content = slip(tongues=TONGUES[office.paper_languages])
    with screen.reporting():
        await screen.terminal.write(print_paper, kind=kind, content=content.as_json(), at=screen.now)
    await screen.app.push_screen_wait(Preview(words, as_text(slip(tongues=(language(),)).lines)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of the boxes: the procedure if one was said, what is to be done, the hour if it is too late for it."""

    procedure: ProcedureView | None
    looked: Looked
    late_after: str | None = None


async def look_at_papers(screen: QueueScreen[Any], services: Sequence[ServiceView]) -> Asked | None:
    """Ask which procedure and which papers the citizen has; None when given up (QueueError).

    Who goes back from the papers goes on with the search as it was.
    """
    store, now = screen.terminal.store, screen.now
    known = await store.read(catalogue)
    lately = await store.read(missing_lately, at=now)
    if not screen.is_current:  # a second key was quicker than the store
        return None
    names = {service.code: service.name for service in services}
    index, typed = Index(known.procedures), ""
    while True:
        search = FindProcedure(_("Which procedure? Type its name or code."), index, typed=typed)
        found = await screen.app.push_screen_wait(search)
        if found is None:
            return None
        typed = search.typed
        is_late = is_too_late(found, now, known.office.timezone, known.same_day_until)
        late_after = known.same_day_until if is_late else None
        field = names.get(found.service or "", "")
        box = ProcedureDialog(found, field, missing=lately.get(found.code), late_after=late_after)
        looked = await screen.app.push_screen_wait(box)
        if looked is not None:
            return Asked(found, looked, late_after)


async def ask_missing(screen: QueueScreen[Any], ticket: TicketView) -> Asked | None:
    """Ask which papers the citizen at a counter lacks, first for which procedure where none is known (QueueError)."""
    store = screen.terminal.store
    known = (await store.read(catalogue)).procedures
    lately = await store.read(missing_lately, at=screen.now)
    if not screen.is_current:
        return None
    procedure = next((each for each in known if each.code == ticket.procedure), None)
    if ticket.procedure is None:
        own_first = sorted(known, key=lambda each: each.service != ticket.service)
        question = _("{code}: papers missing for which procedure? Esc goes on without one.").format(code=ticket.code)
        procedure = await screen.app.push_screen_wait(FindProcedure(question, Index(own_first), esc=N_("No procedure")))
    often = None if procedure is None else lately.get(procedure.code)
    looked = await screen.app.push_screen_wait(MissingDialog(ticket.code, procedure, missing=often))
    return None if looked is None else Asked(procedure, looked)
