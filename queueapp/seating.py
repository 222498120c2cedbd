"""Who sits at a terminal: by the name it was started with, by a PIN that is right, by taking over from a colleague."""

import contextlib
from typing import TYPE_CHECKING, Any

from textual.worker import Worker

from queueapp.application import Application
from queueapp.i18n import _
from queueapp.place import Place, place_words
from queueapp.rules.errors import QueueError, UnknownStaffError
from queueapp.terminal import Terminal

if TYPE_CHECKING:
    from queueapp.rules.views import OfficeView


class Seating:
    """Lets people sit down at one terminal, and get up again; `named` is whom it proposes when somebody is asked."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._office: OfficeView | None = None
        self._seated: str | None = None
        self.named: str | None = None
        self.place = Place(app.opens)

    @property
    def _terminal(self) -> Terminal:
        return self._app.terminal

    @property
    def office(self) -> "OfficeView | None":
        """The office as the screen that is seen knows it, or knew before another was opened."""
        screen = self._app.queue_screen
        if screen is not None and screen.answer is not None:
            self._office = screen.answer.office
        return self._office

    @property
    def is_guarded(self) -> bool:
        """Whether people have PINs."""
        return self.office is not None and self.office.is_guarded

    @property
    def counter(self) -> int | None:
        """The counter that is seen, where this terminal works at it."""
        return self.place.counter_seen(self._app.current_mode)

    async def believe(self) -> None:
        """Take somebody at their word in an office where nobody has a PIN."""
        # The store answers in the order it is asked: this is known before any key of a screen does anything.
        try:
            self._terminal.staff = await self._terminal.store.read(_believed, self.named or "")
        except UnknownStaffError as error:
            self.named = None
            self._app.notify(error.message, severity="warning", markup=False)
        except QueueError:
            return  # the screen says what is wrong; this is tried again when the run begins
        self.repaint()

    async def prove(self, name: str, pin: str) -> str:
        """Return the name of whoever has this PIN as the office writes it (QueueError where it is wrong)."""
        from queueapp.operations.signing import person_typed, sign_in  # noqa: PLC0415 - only an office with PINs

        store, at = self._terminal.store, self._terminal.clock()
        known = (await store.read(person_typed, name)).name
        person = await store.use(lambda database: sign_in(database, known, pin, at=at, place="terminal"))
        return person.name

    async def sit(self, person: str, *, instead_of: str | None = None) -> bool:
        """Let somebody work here whose PIN was right, unless they think better of what that takes over."""
        counter = self.counter
        try:
            if not await self.may_sit(person, instead_of=instead_of):
                return False
            await self.sit_down(person, counter, instead_of=instead_of)
        except QueueError as error:
            self._app.notify(error.message, severity="warning", markup=False)
            return False
        if counter is not None:
            self.place.settle()
        elif self.place.counter is not None and person != self._seated:
            self.place.move("home")  # the counter was the one's before, not this one's
        self._terminal.staff = self.named = self._seated = person
        return True

    async def sit_down(self, person: str, counter: int | None, *, instead_of: str | None = None) -> None:
        """Note that somebody works here, and at a counter (QueueError)."""
        from queueapp.operations.seats import sit_down  # noqa: PLC0415 - only an office with PINs needs it

        terminal = self._terminal
        given = {"staff": person, "run": terminal.run or 0, "counter": counter, "instead_of": instead_of}
        await terminal.store.write(sit_down, at=terminal.clock(), **given)

    async def are_others_at(self, counter: int, person: str) -> bool:
        """Say whether a colleague of somebody sits at a counter (QueueError)."""
        from queueapp.operations.seats import others_at  # noqa: PLC0415 - after the first frame

        run = self._terminal.run or 0
        return bool(await self._terminal.store.read(others_at, counter=counter, staff=person, run=run))

    async def may_sit(self, person: str, *, instead_of: str | None = None) -> bool:
        """Ask whether somebody takes over who is signed in elsewhere too, or whose counter is a colleague's."""
        from queueapp.operations.seats import others_at, places_of  # noqa: PLC0415 - only an office with PINs
        from queueapp.screens.dialogs import Confirm  # noqa: PLC0415 - as above

        store = self._terminal.store
        given: dict[str, Any] = {"staff": person, "run": self._terminal.run or 0}
        counter = self.counter
        questions = []
        elsewhere = await store.read(places_of, **given)
        if elsewhere:
            question = _("{person} is signed in at {place} too. Take over here? The other one is left.")
            places = ", ".join(place_words(place) for place in elsewhere)
            questions.append(question.format(person=person, place=places))
        others = () if counter is None else await store.read(others_at, counter=counter, **given)
        others = tuple(name for name in others if name != instead_of)  # who left it locked is not asked about again
        if others:
            question = _("{person} sits at counter {number}. Take over counter {number}? It is written down.")
            questions.append(question.format(person=", ".join(others), number=counter))
        for words in questions:
            if not await self._app.push_screen_wait(Confirm(words, is_dangerous=True)):
                return False
        return True

    async def stand_up(self) -> None:
        """Let nobody be signed in here any more."""
        from queueapp.operations.seats import stand_up  # noqa: PLC0415 - only an office with PINs needs it

        terminal = self._terminal
        terminal.staff = None
        self.repaint()
        with contextlib.suppress(QueueError):  # the seat is found empty at the latest when somebody else takes it
            await terminal.store.write(stand_up, run=terminal.run or 0, at=terminal.clock())

    def go_home(self) -> Worker[None]:
        """Leave the counter."""
        self.place.move("home")
        self.place.settle()
        return self._app.action_open("home")

    def repaint(self) -> None:
        """Show who works here now."""
        if self._app.queue_screen is not None:
            self._app.queue_screen.repaint()


def _believed(session: Any, name: str) -> str | None:
    """Return the person of that name as the office writes it; None where people have PINs (UnknownStaffError)."""
    from queueapp.operations.signing import person_typed  # noqa: PLC0415 - on the store's thread

    person = person_typed(session, name)
    return None if session.office.is_guarded else person.name
