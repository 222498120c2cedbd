"""Asks who works at a terminal: when it begins, on a key, when it locks itself, when somebody comes to a counter."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from textual.screen import ModalScreen

from queueapp.application import Application
from queueapp.i18n import _
from queueapp.rules.errors import QueueError
from queueapp.seating import Seating
from queueapp.terminal import Terminal


class Asking:
    """Asks one question at a time; one that `is_voluntary` was asked of somebody who is signed in.

    `stage` is held while somebody is asked to sign in: no other screen may come to stand over the question.
    """

    def __init__(self, app: Application, seating: Seating) -> None:
        self._app = app
        self._seating = seating
        self._touched_at: datetime | None = None
        self._is_asking = False
        self._is_overdue = False
        self.is_voluntary = False
        self.stage = asyncio.Lock()

    @property
    def _terminal(self) -> Terminal:
        return self._app.terminal

    def touch(self) -> None:
        """Notice a key."""
        self._touched_at = self._terminal.clock()

    def lock_when_due(self, now: datetime) -> None:
        """Lock this terminal after the office's minutes without a key."""
        if self._is_time_to_lock(now):
            self._give_up()
            self.ask(is_lock=True)

    def _is_time_to_lock(self, now: datetime) -> bool:
        office = self._seating.office
        if office is None or not office.is_guarded or not office.lock_minutes or self._terminal.staff is None:
            return False
        return self._touched_at is not None and now - self._touched_at >= timedelta(minutes=office.lock_minutes)

    def _give_up(self) -> None:
        """Take away a question that somebody signed in has left open: below it the terminal would never lock."""
        if self._is_asking and self.is_voluntary:
            self._is_overdue = True
            if isinstance(self._app.screen, ModalScreen):
                self._app.screen.dismiss(None)

    def ask(self, *, is_lock: bool = False, because: str = "") -> None:
        """Ask who works here, and say why it is asked, unless that is being asked already."""
        if self._terminal.run is None:
            self._app.notify(_("The data is still being opened."), markup=False)
        elif not self._is_asking:
            self._is_asking = True
            self._run(self._ask(is_lock=is_lock, because=because))

    def be_left(self, person: str) -> None:
        """Ask who works here, now that somebody has left this terminal by sitting down at another."""
        self._terminal.staff = None
        words = _("{person} is no longer signed in at this terminal: it was taken over elsewhere.")
        self.ask(because=words.format(person=person))

    def follow(self) -> None:
        """Notice that this terminal has gone to work at another place, or come back to a counter."""
        # While somebody is being asked the place stays; it is looked at again after that.
        if self._is_asking or not self._seating.place.follow(self._app.current_mode):
            return
        person = self._terminal.staff
        if self._seating.counter is not None and person is not None and self._seating.is_guarded:
            self._is_asking = self.is_voluntary = True
            self._run(self._come_to_counter(person))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._app.run_worker(work, group="presence", exit_on_error=True)

    async def _come_to_counter(self, person: str) -> None:
        """Ask before a counter is taken over from a colleague; who declines goes home."""
        seating = self._seating
        counter = seating.counter
        try:
            async with self.stage:
                if counter is None or not await seating.are_others_at(counter, person):
                    return
                is_taken = await seating.may_sit(person)
            if is_taken:
                await seating.sit_down(person, counter)
            else:
                seating.go_home()
        except QueueError as error:
            self._app.notify(error.message, severity="warning", markup=False)
        finally:
            self._end()

    def _end(self) -> None:
        self._is_asking = self.is_voluntary = False
        if not self._is_overdue:
            self.touch()
        self._is_overdue = False
        self._seating.repaint()

    async def _ask(self, *, is_lock: bool, because: str) -> None:
        try:
            if not self._seating.is_guarded:
                self._app.notify(_("Nobody has a PIN: everybody may do everything."), markup=False)
                return
            async with self.stage:
                if is_lock:
                    await self._ask_to_unlock()
                else:
                    self.is_voluntary = self._terminal.staff is not None
                    await self._ask_and_sit(because)
        finally:
            self._end()

    async def _ask_to_unlock(self) -> None:
        """Ask until the one who works here, or another person in their place, has proved who they are."""
        from queueapp.screens.signing import SignInDialog  # noqa: PLC0415 - only an office with PINs needs it

        owner, prove = self._terminal.staff or "", self._seating.prove
        question, is_open = _("This terminal locked itself. What is open stays open."), False
        while not is_open:
            person = await self._app.push_screen_wait(SignInDialog(question, prove, name=owner, is_lock=True))
            is_open = person is not None and await self._seating.sit(person, instead_of=owner)

    async def _ask_and_sit(self, because: str) -> None:
        from queueapp.screens.signing import SignInDialog  # noqa: PLC0415 - only an office with PINs needs it

        present, seating = self._terminal.staff, self._seating
        if present is not None and not await self._may_ask_another(present):
            return
        name = seating.named or "" if present is None else ""
        question = _("Who works here?")
        dialog = SignInDialog(f"{because} {question}".strip(), seating.prove, name=name)
        person = await self._app.push_screen_wait(dialog)
        if person is not None:
            await seating.sit(person)

    async def _may_ask_another(self, present: str) -> bool:
        """Let who is signed in sign out, or another person sign in instead; True for another person."""
        from queueapp.screens.dialogs import Choose  # noqa: PLC0415 - after the first frame

        question = _("{person} is signed in at this terminal.").format(person=present)
        answers = [("out", _("Sign out")), ("other", _("Another person signs in"))]
        chosen = await self._app.push_screen_wait(Choose(question, answers))
        if chosen == "out":
            await self._seating.stand_up()
        return chosen == "other"
