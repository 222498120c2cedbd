"""Random sequences of all verbs by several counters, held against a small model of our own."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from queueapp.database import Database
from queueapp.operations.calling import call, no_show, recall, start
from queueapp.operations.closing import close_day
from queueapp.operations.counters import close_counter, open_counter, pause, unpause
from queueapp.operations.fixing import return_from_fix, send_to_fix
from queueapp.operations.issuing import issue, serve
from queueapp.operations.leaving import leave, void
from queueapp.operations.office import found
from queueapp.operations.papers import precheck
from queueapp.operations.priority import set_priority
from queueapp.operations.returning import bring_back
from queueapp.operations.serving import finish, hold, put_back, resume, transfer
from queueapp.operations.undoing import undo
from queueapp.queries.estimates import expected
from queueapp.queries.missing import missing_report
from queueapp.queries.summary import day_summary, day_visits
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify
from queueapp.rules.errors import QueueError
from queueapp.rules.lifecycle import END_STATES
from queueapp.settings import Settings, default_settings
from tests.conftest import MORNING
from tests.postgres import Server

FIELDS = {"land": "D", "civil_status": "H", "social_affairs": "X"}
LIMITS = {"land": 3, "civil_status": 0, "social_affairs": 2}
SKILLS = {1: {"land"}, 2: {"civil_status"}, 3: {"land", "social_affairs"}, 4: set(FIELDS)}
STEP = timedelta(microseconds=1)
PACE = timedelta(seconds=7)
BONUS = TURNS = timedelta(minutes=10)
PAPERS = st.lists(st.sampled_from(["form", "photo", "identity card"]), min_size=1, max_size=3, unique=True)
OPEN = {"waiting", "called", "serving", "held"}
counters = st.sampled_from(sorted(SKILLS))
fields = st.sampled_from(sorted(FIELDS))


@dataclass
class Known:
    """What the model knows of a ticket."""

    code: str
    queue: str
    place: datetime
    issued_at: datetime
    is_priority: bool
    order: int
    state: str = "waiting"
    calls: int = 0
    counter: int | None = None
    is_first: bool = False
    fix_by: datetime | None = None
    missing: tuple[str, ...] = ()
    verbs: list[str] = field(default_factory=list)
    before: "Known | None" = None
    changed_at: datetime = MORNING

    @property
    def in_class(self) -> tuple[datetime, int, int]:
        """The order among those with priority, and among those without."""
        return (self.place, int(self.code[2:]), self.order)

    def keep(self, now: datetime) -> None:
        """Remember how the ticket was, so that the next change can be taken back."""
        self.before, self.changed_at = replace(self, verbs=list(self.verbs), before=None), now


@dataclass
class Call:
    """A call that was made and not taken back."""

    ticket: Known
    counter: int
    is_priority: bool


def points(ticket: Known, at: datetime) -> timedelta:
    """Return the points of a ticket: a minute is one, with priority ten and three a minute."""
    waited = at - ticket.place
    return BONUS + 3 * waited if ticket.is_priority else waited


class Queue(RuleBasedStateMachine):
    """The real queue and the model, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(self.address())
        self.now = MORNING
        self.day = MORNING.date()
        self.is_later = False
        self.tickets: list[Known] = []
        self.calls: list[Call] = []
        self.numbers = dict.fromkeys(FIELDS, 0)
        self.counters = dict.fromkeys(SKILLS, "open")
        self.lacked = {"counter": 0, "reception": 0}  # the counter's: on the days before this one

    def address(self) -> str:
        """Return where the queue is kept."""
        return str(Path(self.folder.name) / "office.db")

    @initialize()
    def found(self) -> None:
        """Make the office."""
        given = default_settings().model_dump()
        given["counters"] = [{"number": number, "services": sorted(codes)} for number, codes in SKILLS.items()]
        for service in given["services"]:
            service["recall_limit"] = LIMITS[service["code"]]
        self.database.write(found, Settings.model_validate(given), is_training=True, at=self.now)
        # What the test proves is the logic; that commits survive is proved elsewhere.
        if self.database.path is not None:
            self.database._driver.execute("PRAGMA synchronous=OFF")

    def close_the_day(self) -> None:
        """Close the day: it asks exactly for the open ones, and the sheet agrees with the events alone."""
        still_open = sorted(each.code for each in self.tickets if each.state in OPEN)
        if still_open:
            self.do(close_day, "open_tickets", reason="test")
            ends = ("left", "sent_home:portal_down", "carried_over", "served", "void")
            unserved = {code: ends[place % len(ends)] for place, code in enumerate(still_open)}
        else:
            unserved = {}
        self.do(close_day, None, unserved=unserved, reason="test")
        figures = self.database.read(day_summary, self.day, at=self.now).all
        ends_sum = sum(getattr(figures, end) for end in END_STATES)
        assert (figures.issued, figures.still_open, ends_sum) == (len(self.tickets), 0, len(self.tickets))
        self.check_missing()
        verdict = self.database.read(verify, from_seal=self.is_later)
        assert (verdict.difference, verdict.days) == (None, 0 if self.is_later else 1)

    def check_missing(self) -> None:
        """Count the missing papers of the first month once more."""
        if f"{self.now:%Y-%m}" != f"{MORNING:%Y-%m}":
            return  # the report is of one month
        report = self.database.read(missing_report, at=self.now)
        papers = [paper for each in report.procedures for paper in each.papers]
        here = self.lacked["counter"] + sum(len(each.missing) for each in self.tickets if each.state != "void")
        assert sum(paper.counter for paper in papers) == here
        assert sum(paper.reception for paper in papers) == self.lacked["reception"]

    def next_day(self) -> None:
        """Let the night pass: the hall is empty, the counters are as they were."""
        self.lacked["counter"] += sum(len(each.missing) for each in self.tickets if each.state != "void")
        self.now = (self.now + timedelta(days=1)).replace(hour=8, minute=0)
        self.day = self.now.date()
        self.is_later = True
        self.tickets, self.calls = [], []
        self.numbers = dict.fromkeys(FIELDS, 0)

    def teardown(self) -> None:
        """Close the day, and give the file back."""
        if self.tickets:
            self.close_the_day()
        self.finish_with_it()

    def finish_with_it(self) -> None:
        """Give the file back."""
        self.database.close()
        self.folder.cleanup()

    def do(self, operation: Callable[..., Any], expected: str | None, **given: Any) -> Any:
        """Do an operation a moment later; the refusal must be the one the model expects."""
        self.now += PACE
        try:
            answer = self.database.write(operation, at=self.now, **given)
        except QueueError as error:
            refusal: QueueError | None = error
        else:
            refusal = None
        assert (refusal.code if refusal else None) == expected, (operation.__name__, given, refusal)
        if refusal is not None:
            return None
        return answer

    def at(self, counter: int) -> Known | None:
        """Return the ticket that is called or served at a counter."""
        here = [each for each in self.tickets if each.counter == counter and each.state in {"called", "serving"}]
        assert len(here) <= 1
        return here[0] if here else None

    @property
    def soon(self) -> datetime:
        """When the next operation will be done."""
        return self.now + PACE

    def waiting(self, queues: set[str]) -> list[Known]:
        """Return who waits in these queues, in no order that matters."""
        return [each for each in self.tickets if each.state == "waiting" and each.queue in queues]

    def run(self, calls: list["Call"]) -> int:
        """Return how many of the last calls in a row were of tickets with priority."""
        found = 0
        while found < len(calls) and calls[-1 - found].is_priority:
            found += 1
        return found

    def line(self, queues: set[str], at: datetime, calls: list["Call"]) -> list[Known]:
        """Return who waits in these queues, as they would be called one after the other."""
        left, found, run = self.waiting(queues), [], self.run(calls)
        while left:
            first = [each for each in left if each.is_first]
            best = min(first or left, key=lambda each: (points(each, at) * (not first) * -1, *each.in_class))
            normal = [each for each in left if not each.is_priority]
            if not first and best.is_priority and run >= 2 and normal:
                best = min(normal, key=lambda each: each.in_class)
            run = run + 1 if best.is_priority else 0
            found.append(best)
            left.remove(best)
        return found

    def behind_two(self, ticket: Known, at: datetime) -> datetime:
        """Return the place of somebody who comes back: behind the next two calls, with as many points."""
        line = self.line({ticket.queue}, at, [])[:2]
        places = [ticket.issued_at]
        for each in line:
            if each.is_first:
                continue
            if each.is_priority == ticket.is_priority:
                places.append(each.place + STEP)
            elif ticket.is_priority:
                places.append(at - (points(each, at) - 2 * TURNS - BONUS) // 3 + STEP)
            else:
                places.append(at - points(each, at) + STEP)
        if len(line) < 2:
            same = [each for each in line if each.is_priority == ticket.is_priority and not each.is_first]
            places += [at, *(each.place + STEP for each in same)]
        return max(places)

    def free(self, counter: int) -> str | None:
        """Return why a counter cannot take a ticket."""
        if self.at(counter) is not None:
            return "counter_busy"
        return None if self.counters[counter] == "open" else "counter_closed"

    def here(self, counter: int, *states: str) -> str | None:
        """Return why nothing can be done with a counter's ticket."""
        ticket = self.at(counter)
        if ticket is None:
            return "counter_idle"
        return None if ticket.state in states else "wrong_state"

    @rule(service=fields, priority=st.sampled_from([None, None, "elderly"]))
    def issue(self, service: str, priority: str | None) -> None:
        """Somebody comes."""
        answer = self.do(issue, None, service=service, priority=priority)
        self.numbers[service] += 1
        code = f"{FIELDS[service]}-{self.numbers[service]:03d}"
        assert answer.ticket.code == code
        known = Known(code, service, self.now, self.now, priority is not None, len(self.tickets), verbs=["issue"])
        self.tickets.append(known)
        calls = [each for each in self.calls if each.ticket.queue == service]
        assert answer.ticket.ahead == self.line({service}, self.now, calls).index(known)

    @rule(counter=counters, service=fields)
    def serve(self, counter: int, service: str) -> None:
        """Somebody stands at the counter already."""
        answer = self.do(serve, self.free(counter), counter=counter, service=service)
        if answer:
            self.numbers[service] += 1
            code = f"{FIELDS[service]}-{self.numbers[service]:03d}"
            known = Known(
                code, service, self.now, self.now, False, len(self.tickets), "serving", 0, counter, verbs=["serve"]
            )
            self.tickets.append(known)

    @rule(counter=counters)
    def call(self, counter: int) -> None:
        """The clerk presses next."""
        line = self.line(SKILLS[counter], self.soon, [each for each in self.calls if each.counter == counter])
        answer = self.do(call, self.free(counter) or (None if line else "nobody_waiting"), counter=counter)
        if answer:
            assert answer.ticket.code == line[0].code
            self.take(line[0], counter)

    @rule(counter=counters, place=st.integers(0, 30))
    def pick(self, counter: int, place: int) -> None:
        """The clerk picks one out of order."""
        if not self.tickets:
            return
        ticket = self.tickets[place % len(self.tickets)]
        expected = self.free(counter)
        if expected is None and ticket.state != "waiting":
            expected = "not_waiting"
        elif expected is None and ticket.queue not in SKILLS[counter]:
            expected = "not_allowed"
        if self.do(call, expected, counter=counter, ticket=ticket.code, reason="because"):
            self.take(ticket, counter)

    def take(self, ticket: Known, counter: int) -> None:
        """Write the call into the model."""
        ticket.keep(self.now)
        ticket.state, ticket.counter, ticket.calls = "called", counter, ticket.calls + 1
        self.calls.append(Call(ticket, counter, ticket.is_priority))
        ticket.verbs.append("call")

    @rule(counter=counters)
    def recall(self, counter: int) -> None:
        """The clerk calls again."""
        ticket = self.at(counter)
        if self.do(recall, self.here(counter, "called"), counter=counter) and ticket:
            ticket.keep(self.now)
            ticket.calls += 1
            ticket.verbs.append("recall")

    @rule(counter=counters)
    def start(self, counter: int) -> None:
        """The citizen came."""
        done = self.step(start, counter, ("called",), "serving")
        if done:
            done.is_first = False

    @rule(counter=counters)
    def finish(self, counter: int) -> None:
        """The citizen is served."""
        self.step(finish, counter, ("serving",), "served")

    @rule(counter=counters, papers=PAPERS)
    def finish_missing(self, counter: int, papers: list[str]) -> None:
        """The citizen is sent home for want of papers."""
        done = self.step(finish, counter, ("serving",), "served", missing=papers, procedure="1.001193")
        if done:
            done.missing = tuple(papers)

    @rule(papers=PAPERS)
    def precheck(self, papers: list[str]) -> None:
        """Somebody has not all papers and takes no number."""
        self.do(precheck, None, procedure="1.000894", missing=papers)
        self.lacked["reception"] += len(papers)

    @rule(counter=counters, minutes=st.sampled_from([1, 30]))
    def send_to_fix(self, counter: int, minutes: int) -> None:
        """The citizen puts a form right."""
        done = self.step(send_to_fix, counter, ("serving",), "held", minutes=minutes)
        if done:
            done.fix_by = self.now + timedelta(minutes=minutes)

    @rule(place=st.integers(0, 30))
    def return_from_fix(self, place: int) -> None:
        """The citizen is back with the form."""
        if not self.tickets:
            return
        away = [each for each in self.tickets if each.fix_by] or self.tickets
        ticket = away[place % len(away)]
        expected = None if ticket.state == "held" and ticket.fix_by else "wrong_state"
        line = [each for each in self.waiting({ticket.queue}) if each.is_priority == ticket.is_priority]
        if not self.do(return_from_fix, expected, ticket=ticket.code) or ticket.fix_by is None:
            return
        ticket.keep(self.now)
        is_late = self.now > ticket.fix_by
        behind = max([self.now, *(each.place + STEP for each in line if not each.is_first)])
        ticket.place, ticket.is_first = (behind, False) if is_late else (ticket.issued_at, True)
        ticket.state, ticket.counter, ticket.fix_by = "waiting", None, None
        ticket.verbs.append("return_from_fix")

    @rule(counter=counters)
    def hold(self, counter: int) -> None:
        """The ticket is set aside."""
        self.step(hold, counter, ("serving",), "held")

    @rule(counter=counters)
    def no_show(self, counter: int) -> None:
        """Nobody came."""
        ticket = self.at(counter)
        goes_back = ticket is not None and ticket.calls < LIMITS[ticket.queue]
        place = self.behind_two(ticket, self.soon) if ticket is not None else self.now
        done = self.step(no_show, counter, ("called",), "waiting" if goes_back else "no_show")
        if done and goes_back:
            done.place = place
        if done:
            done.is_first = done.is_first and not goes_back

    @rule(counter=counters, to=fields)
    def transfer(self, counter: int, to: str) -> None:
        """The citizen is sent to another field."""
        done = self.step(transfer, counter, ("called", "serving"), "waiting", to=to)
        if done:
            done.queue, done.place, done.is_first = to, done.issued_at, False

    @rule(counter=counters, position=st.sampled_from(["own", "front", "end"]))
    def put_back(self, counter: int, position: str) -> None:
        """The ticket goes back into its queue."""
        ticket = self.at(counter)
        places = [each.place for each in self.waiting({ticket.queue})] if ticket else []
        done = self.step(put_back, counter, ("called", "serving"), "waiting", position=position)
        if done:
            own, front = done.issued_at, min([*places, self.now]) - timedelta(microseconds=1)
            done.place = {"own": own, "front": front, "end": max([self.now, *(each + STEP for each in places)])}[
                position
            ]

    def step(
        self, operation: Callable[..., Any], counter: int, sources: tuple[str, ...], target: str, **given: Any
    ) -> Known | None:
        """Do a verb with a counter's ticket and return the ticket if it was done."""
        ticket = self.at(counter)
        answer = self.do(operation, self.here(counter, *sources), counter=counter, **given)
        if answer is None or ticket is None:
            return None
        assert (answer.ticket.code, answer.ticket.state) == (ticket.code, target)
        ticket.keep(self.now)
        ticket.state = target
        ticket.verbs.append(operation.__name__)
        if target == "waiting":
            ticket.counter = None
        return ticket

    @rule(counter=counters, place=st.integers(0, 30))
    def resume(self, counter: int, place: int) -> None:
        """A held ticket is taken up again."""
        if not self.tickets:
            return
        held = [each for each in self.tickets if each.state == "held"] or self.tickets
        ticket = held[place % len(held)]
        expected = self.free(counter) or (None if ticket.state == "held" else "wrong_state")
        if self.do(resume, expected, counter=counter, ticket=ticket.code):
            ticket.keep(self.now)
            ticket.state, ticket.counter, ticket.fix_by = "serving", counter, None
            ticket.verbs.append("resume")

    @rule(place=st.integers(0, 30))
    def leave(self, place: int) -> None:
        """The citizen goes away."""
        self.end(leave, place, {"waiting", "called", "held"}, "left")

    @rule(place=st.integers(0, 30))
    def void(self, place: int) -> None:
        """The ticket was a mistake."""
        self.end(void, place, {"waiting", "held"}, "void", reason="mistake")

    def end(self, operation: Callable[..., Any], place: int, sources: set[str], target: str, **given: Any) -> None:
        """End a ticket by its code."""
        if not self.tickets:
            return
        ticket = self.tickets[place % len(self.tickets)]
        expected = None if ticket.state in sources else "wrong_state"
        if self.do(operation, expected, ticket=ticket.code, **given):
            ticket.keep(self.now)
            ticket.state, ticket.fix_by = target, None
            ticket.verbs.append(operation.__name__)

    @rule(place=st.integers(0, 30))
    def bring_back(self, place: int) -> None:
        """Somebody who was absent or gone comes after all."""
        if not self.tickets:
            return
        away = [each for each in self.tickets if each.state in {"no_show", "left"}] or self.tickets
        ticket = away[place % len(away)]
        expected = None if ticket.state in {"no_show", "left"} else "wrong_state"
        line = self.waiting({ticket.queue})
        behind = self.behind_two(ticket, self.soon)
        answer = self.do(bring_back, expected, ticket=ticket.code)
        if answer is None:
            return
        is_in_time = self.now - ticket.changed_at <= timedelta(minutes=30)
        ticket.keep(self.now)
        same = [each for each in line if each.is_priority == ticket.is_priority and not each.is_first]
        ticket.is_first = False
        ticket.place = behind if is_in_time else max([self.now, *(each.place + STEP for each in same)])
        ticket.state, ticket.counter = "waiting", None
        ticket.verbs.append("bring_back")

    @rule(place=st.integers(0, 30), priority=st.sampled_from([None, "elderly"]))
    def set_priority(self, place: int, priority: str | None) -> None:
        """The priority of a ticket is put right."""
        if not self.tickets:
            return
        ticket = self.tickets[place % len(self.tickets)]
        expected = None if ticket.state in OPEN else "wrong_state"
        if self.do(set_priority, expected, ticket=ticket.code, priority=priority, reason="so"):
            ticket.keep(self.now)
            ticket.is_priority = priority is not None
            ticket.verbs.append("set_priority")

    @rule(place=st.integers(0, 30), wait=st.sampled_from([0, 0, 0, 61]))
    def undo(self, place: int, wait: int) -> None:
        """A wrong key is taken back, mostly in time."""
        if not self.tickets:
            return
        recent = sorted(self.tickets, key=lambda each: each.changed_at)[-3:] or self.tickets
        ticket = recent[place % len(recent)]
        self.now += timedelta(seconds=wait)
        before = ticket.before
        expected = None
        if before is None:
            return  # the issue itself was the last, which is tested elsewhere, or an undo was
        if self.now + timedelta(seconds=7) - ticket.changed_at > timedelta(seconds=60):
            expected = "undo_expired"
        elif before.state in {"called", "serving"} and ticket.state != before.state:
            there = self.at(before.counter or 0)
            if (there is not None and there is not ticket) or self.counters[before.counter or 0] == "closed":
                expected = "undo_superseded"
        if self.do(undo, expected, ticket=ticket.code):
            if ticket.verbs[-1] == "call":
                self.calls.remove([each for each in self.calls if each.ticket is ticket][-1])
            verbs = [*ticket.verbs, "undo"]
            names = ("queue", "place", "is_priority", "state", "calls", "counter", "is_first", "fix_by", "missing")
            for name in names:
                setattr(ticket, name, getattr(before, name))
            ticket.verbs, ticket.before = verbs, None
            self.do(undo, "undo_superseded", ticket=ticket.code)

    @rule(counter=counters, verb=st.sampled_from([open_counter, close_counter, pause, unpause]))
    def counter_verb(self, counter: int, verb: Callable[..., Any]) -> None:
        """A counter is opened, closed, paused."""
        expected = None
        if verb is close_counter and self.at(counter) is not None:
            expected = "counter_busy"
        elif verb in {pause, unpause} and self.counters[counter] == "closed":
            expected = "counter_closed"
        given = {"reason": "lunch"} if verb is pause else {}
        if self.do(verb, expected, counter=counter, **given):
            states = {open_counter: "open", close_counter: "closed", pause: "paused", unpause: "open"}
            self.counters[counter] = states[verb]

    @invariant()
    def states_spans_and_events_agree(self) -> None:
        """Compare the tables and the events with the model."""
        if not self.tickets:
            return
        visits = {visit.code: visit for visit in self.database.read(day_visits, self.day)}
        assert set(visits) == {each.code for each in self.tickets}
        for known in self.tickets:
            visit = visits[known.code]
            assert visit.state == known.state
            spans = visit.spans
            assert all(before.ended_at == after.started_at for before, after in pairwise(spans)) or (
                "undo" in known.verbs or "bring_back" in known.verbs
            )
            assert spans[0].started_at == known.issued_at
            still_open = [span.kind for span in spans if span.ended_at is None]
            assert still_open == ([known.state] if known.state in OPEN else [])

    @invariant()
    def a_terminal_that_remembers_the_day_expects_the_same_as_one_that_reads_it_anew(self) -> None:
        """Compare the waits to come with those of a terminal that was only now started."""
        if self.is_later:
            return
        remembered = self.database.read(expected, at=self.now)
        kept = dict(self.database._memory)
        self.database._memory.clear()
        assert self.database.read(expected, at=self.now) == remembered
        self.database._memory.update(kept)

    def check_events(self) -> None:
        """Rebuild every ticket's verbs and state from the events alone."""
        events = [each for start in range(0, 3000, 1000) for each in self.database.read(events_after, start)]
        assert [each.seq for each in events] == list(range(1, len(events) + 1))
        for known in self.tickets:
            mine = [each for each in events if each.ticket == known.code]
            assert [each.verb for each in mine] == known.verbs
            assert mine[-1].detail.get("to", known.state) == known.state
        self.check_missing()
        verdict = self.database.read(verify)
        assert verdict.difference is None
        assert (verdict.events, verdict.tickets) == (len(events), len(self.tickets))

    @rule()
    def read_the_events(self) -> None:
        """Look into the log now and then."""
        self.check_events()


def bounds(examples: int) -> settings:
    """Return how many sequences are tried."""
    return settings(
        max_examples=int(os.environ.get("QUEUEAPP_EXAMPLES", examples)),
        stateful_step_count=60,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_no_sequence_of_verbs_parts_the_queue_from_its_model() -> None:
    run_state_machine_as_test(Queue, settings=bounds(24))


def test_nor_on_postgres(postgres: Server) -> None:
    class QueueOnPostgres(Queue):
        def address(self) -> str:
            return postgres.new_office()

        def finish_with_it(self) -> None:
            super().finish_with_it()
            postgres.drop(self.database.url.render_as_string())

    run_state_machine_as_test(QueueOnPostgres, settings=bounds(6))
