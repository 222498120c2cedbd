"""What the simulated citizens say to who learns the work, at a counter and at reception."""

from datetime import timedelta

from queueapp.cli.clerks import Clerks
from queueapp.cli.coaching import Citizens
from queueapp.operations.calling import call, recall, start
from queueapp.operations.counters import pause
from queueapp.operations.issuing import issue
from queueapp.operations.serving import finish, transfer
from queueapp.rules.recorded import Arrival
from tests.factories import Hall

NAMES = {"land": "Land", "civil_status": "Civil status"}


class Learner:
    """Somebody at counter 1 (or reception), and what was said to them."""

    def __init__(self, hall: Hall, *, counter: int | None = 1) -> None:
        self.hall = hall
        self.said: list[str] = []
        self.clerks = Clerks(hall.database, {}, {}, is_patient=True)
        self.citizens = Citizens(
            hall.database, self.clerks, self.said.append, NAMES, {"elderly": "Elderly"}, counter=counter
        )
        self.citizens.attend()

    def comes(self, *, minutes: float = 5, is_no_show: bool = False, then: str | None = None) -> None:
        """Let a citizen come for land, and take a number by itself."""
        later = () if then is None else ((then, 60.0),)
        arrival = Arrival(
            self.hall.clock(), "land", service_seconds=minutes * 60, is_no_show=is_no_show, then=later
        )  # fmt: skip
        self.clerks.expect([arrival], self.hall.clock())
        self.clerks.step()

    def hears(self, *, after: float = 0) -> list[str]:
        """Return what is said within so many seconds, from what was done before on."""
        self.citizens.look(self.hall.clock())
        self.citizens.look(self.hall.clock.advance(seconds=after))
        said, self.said[:] = list(self.said), []
        return said


def test_who_is_called_comes_is_served_and_has_done(hall: Hall) -> None:
    learner = Learner(hall)
    learner.comes(minutes=5)
    hall.do(call, counter=1)
    assert learner.hears(after=10) == []
    assert learner.hears(after=15) == ["D-001 stands at your counter: F6."]
    hall.do(start, counter=1)
    assert learner.hears(after=290) == []
    assert learner.hears(after=15) == ["D-001 has done: F7."]
    assert learner.hears(after=300) == ["D-001 has done: F7."], "who looked away is told again"
    hall.do(finish, counter=1)
    assert learner.hears(after=300) == []
    assert learner.citizens.slips.counts() == (0, 0, 0)


def test_nobody_comes_for_who_is_absent_however_often_they_are_called(hall: Hall) -> None:
    learner = Learner(hall)
    learner.comes(is_no_show=True)
    hall.do(call, counter=1)
    words = ["Nobody comes for D-001: call again (F5), or absent (F8)."]
    assert learner.hears(after=35) == words
    hall.do(recall, counter=1)
    assert learner.hears(after=35) == words


def test_who_is_finished_too_early_says_so(hall: Hall) -> None:
    learner = Learner(hall)
    learner.comes(minutes=5)
    hall.do(call, counter=1)
    learner.hears(after=1)
    hall.do(start, counter=1)
    learner.hears(after=1)
    hall.do(finish, counter=1)
    assert learner.hears() == ["D-001 had not done yet."]
    assert learner.citizens.slips.counts() == (1, 0, 0)


def test_who_needs_another_field_says_so_and_is_missed_where_it_is_forgotten(hall: Hall) -> None:
    for is_sent, slips in ((True, (0, 0, 0)), (False, (0, 1, 0))):
        learner = Learner(hall)
        learner.comes(minutes=1, then="civil_status")
        code = hall.ticket(call, counter=1).code
        learner.hears()
        hall.do(start, counter=1)
        assert f"{code} has done here and needs Civil status too: F10." in learner.hears(after=70)
        if is_sent:
            sent = hall.ticket(transfer, counter=1, to="civil_status")
            assert learner.clerks.stay(sent).seconds == 60
        else:
            hall.do(finish, counter=1)
        learner.hears(after=1)
        assert learner.citizens.slips.counts() == slips


def test_a_counter_that_calls_nobody_is_reminded(hall: Hall) -> None:
    learner = Learner(hall)
    learner.comes()
    learner.comes()
    hall.do(call, counter=1)
    learner.hears()
    hall.do(start, counter=1)
    learner.hears(after=301)
    hall.do(finish, counter=1)
    words = ["Somebody waits for your counter: F4."]
    assert learner.hears(after=91) == words
    assert learner.hears(after=60) == []
    assert learner.hears(after=181) == words
    hall.do(pause, counter=1, reason="meeting")
    assert learner.hears(after=600) == []


def test_a_number_that_is_issued_while_one_speaks_is_seen_too(hall: Hall) -> None:
    learner = Learner(hall, counter=None)
    say = learner.citizens.say

    def say_and_issue(words: str) -> None:
        say(words)
        if "Civil" in words:
            hall.do(issue, service="civil_status")

    learner.citizens.say = say_and_issue
    for service in ("land", "civil_status", "land"):
        learner.citizens.ask(Arrival(hall.clock(), service))
    hall.do(issue, service="land")
    learner.hears()
    assert learner.hears() == []
    assert [each.service for each in learner.citizens.asking()] == ["land"]


def test_at_reception_they_ask_one_after_the_other_and_see_what_they_get(hall: Hall) -> None:
    learner = Learner(hall, counter=None)
    at = hall.clock()
    for service, priority in (("land", "elderly"), ("civil_status", None), ("land", None)):
        learner.citizens.ask(Arrival(at, service, priority))
    assert learner.hears() == ["“A number for Land, please.” (Elderly)"]
    hall.do(issue, service="land", priority="elderly")
    assert learner.hears() == ["“A number for Civil status, please.”"]
    hall.do(issue, service="land")
    assert learner.hears() == ["Not what was asked for: D-002.", "“A number for Land, please.”"]
    assert len(learner.citizens.asking()) == 1
    assert learner.citizens.slips.counts() == (0, 0, 1)
    assert learner.clerks.arrived() == dict.fromkeys(("D-001", "D-002"), at)
    assert hall.clock() - at < timedelta(minutes=5)
