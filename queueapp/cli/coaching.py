"""The simulated citizens as the learner meets them: they come when called or do not, have done, ask for a number."""

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from queueapp.cli.clerks import Clerks
from queueapp.database import Database
from queueapp.i18n import _
from queueapp.queries.hall import desk
from queueapp.queries.tickets import events_after
from queueapp.queries.tickets import ticket as ticket_of
from queueapp.rules.recorded import Arrival
from queueapp.rules.views import TicketView

WAY, IN_VAIN, REMINDER = timedelta(seconds=20), timedelta(seconds=30), timedelta(seconds=90)
AGAIN = timedelta(minutes=4)  # after which what was said is said again: who looked away must not wait for ever
Present = tuple[str, str, int] | None  # what is at the counter: the number, its state, how often it was called


@dataclass(slots=True)
class Slips:
    """What went wrong: finished too early, sent home though another field was needed, issued otherwise than asked."""

    early: int = 0
    unsent: int = 0
    misissued: int = 0

    def counts(self) -> tuple[int, int, int]:
        """Return the three."""
        return self.early, self.unsent, self.misissued


@dataclass
class Citizens:
    """Whom the learner meets at a counter, or (with None) at reception; `say` is how they speak."""

    database: Database
    clerks: Clerks
    say: Callable[[str], None]
    names: Mapping[str, str]
    priorities: Mapping[str, str]
    counter: int | None
    again: timedelta = AGAIN
    slips: Slips = field(default_factory=Slips)
    _asking: deque[Arrival] = field(default_factory=deque)
    _at_counter: Present = None
    _ends: datetime | None = None
    _then: str | None = None
    _plans: list[tuple[datetime, int, Present, str]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _seen: int = 0
    _reminds_at: datetime | None = None

    def attend(self) -> None:
        """Look from here on."""
        self._seen = self.database.revision()

    def look(self, now: datetime) -> None:
        """See what was done since, and say what is to be said by now."""
        revision = self.database.revision()  # asked first: what is done while we look is seen the next time
        if revision != self._seen:
            if self.counter is None:
                self._look_at_reception(now)
            else:
                self._look_at_counter(now, self.counter)
            self._seen = revision
            self.clerks.wake(now)
        while self._plans and self._plans[0][0] <= now:
            _at, _order, meant, words = heapq.heappop(self._plans)
            if meant == self._at_counter:
                self.say(words)
                self._plan(now + self.again, words)
        if self.counter is not None and self._at_counter is None:
            self._remind(now, self.counter)

    def ask(self, arrival: Arrival) -> None:
        """Let somebody stand at reception."""
        self._asking.append(arrival)
        if len(self._asking) == 1:
            self._speak()

    def asking(self) -> list[Arrival]:
        """Return who stands at reception now."""
        return list(self._asking.copy())

    def _speak(self) -> None:
        first = self._asking[0]
        service = self.names.get(first.service, first.service)
        if first.priority is None:
            self.say(_("“A number for {service}, please.”").format(service=service))
        else:
            priority = self.priorities.get(first.priority, first.priority)
            self.say(_("“A number for {service}, please.” ({priority})").format(service=service, priority=priority))

    def _look_at_reception(self, now: datetime) -> None:
        for event in self.database.read(events_after, self._seen):
            if event.verb != "issue" or event.ticket is None or not self._asking:
                continue
            ticket = self.database.read(ticket_of, event.ticket, at=now, day=event.day)
            first = self._asking.popleft()
            is_right = ticket.service == first.service and (ticket.priority is None) == (first.priority is None)
            self.slips.misissued += not is_right
            if not is_right:
                self.say(_("Not what was asked for: {code}.").format(code=ticket.code))
            self.clerks.came(ticket, first, now)
            if self._asking:
                self._speak()

    def _look_at_counter(self, now: datetime, counter: int) -> None:
        view = self.database.read(desk, counter, at=now)
        ticket = view.counter.ticket
        present = None if ticket is None else (ticket.code, ticket.state, ticket.calls)
        if present == self._at_counter:
            return
        self._leaves_the_counter(present, now)
        self._at_counter = present
        self._reminds_at = None
        if ticket is not None:
            self._comes_to_the_counter(ticket, now)

    def _remind(self, now: datetime, counter: int) -> None:
        """Say that somebody waits, where the counter has had nobody for a while although it could call."""
        if self._reminds_at is None:
            self._reminds_at = now + REMINDER
        elif self._reminds_at <= now:
            self._reminds_at = now + self.again
            view = self.database.read(desk, counter, at=now)
            if view.waiting_count and view.counter.is_open and self.clerks.hours.opens(now) == now:
                self.say(_("Somebody waits for your counter: F4."))

    def _leaves_the_counter(self, present: Present, now: datetime) -> None:
        """See whether the one who was served had done, and was sent to the field that was needed too."""
        was, ends, then = self._at_counter, self._ends, self._then
        self._ends = self._then = None
        if was is None or was[1] != "serving" or (present is not None and present[0] == was[0]):
            return
        state = self.database.read(ticket_of, was[0], at=now).state
        if ends is not None and now < ends and state == "served":
            self.slips.early += 1
            self.say(_("{code} had not done yet.").format(code=was[0]))
        if then is not None and state == "served":
            self.slips.unsent += 1

    def _comes_to_the_counter(self, ticket: TicketView, now: datetime) -> None:
        stay, code = self.clerks.stay(ticket), ticket.code
        if ticket.state == "called" and stay.is_absent:
            words = _("Nobody comes for {code}: call again (F5), or absent (F8).")
            self._plan(now + IN_VAIN, words.format(code=code))
        elif ticket.state == "called":
            self._plan(now + WAY, _("{code} stands at your counter: F6.").format(code=code))
        elif ticket.state == "serving":
            self._ends, self._then = self.clerks.hours.ends(now, stay.seconds), stay.then
            if stay.then is None:
                self._plan(self._ends, _("{code} has done: F7.").format(code=code))
            else:
                words = _("{code} has done here and needs {field} too: F10.")
                self._plan(self._ends, words.format(code=code, field=self.names.get(stay.then, stay.then)))

    def _plan(self, at: datetime, words: str) -> None:
        heapq.heappush(self._plans, (at, next(self._order), self._at_counter, words))
