"""Missing papers: named at the counter and at reception, counted, taken back, and proved by the events."""

import random

import pytest

from benchmarks.tampering import Tamperer
from queueapp.database import Database
from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day, correct
from queueapp.operations.papers import precheck, print_paper
from queueapp.operations.serving import finish
from queueapp.operations.undoing import undo
from queueapp.queries.missing import missing_lately, missing_report
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify
from queueapp.rules.catalogue_views import ProcedureMissing
from queueapp.rules.errors import BadRequestError
from queueapp.session import Session
from tests.factories import Hall

BIRTH = "1.001193"


def report(hall: Hall, month: str | None = None) -> dict[str | None, ProcedureMissing]:
    found = hall.database.read(missing_report, month=month, at=hall.clock())
    return {each.procedure: each for each in found.procedures}


def figures(hall: Hall) -> dict[str, tuple[int, int]]:
    return {paper.paper: (paper.counter, paper.reception) for each in report(hall).values() for paper in each.papers}


def test_a_visit_ends_with_the_papers_that_were_missing(hall: Hall) -> None:
    hall.serving(counter=2, service="civil_status", procedure=BIRTH)
    ticket = hall.ticket(finish, counter=2, missing=["Tờ khai", " Tờ  khai", "Ảnh", ""])
    assert (ticket.state, ticket.outcome, ticket.procedure) == ("served", "missing_papers", BIRTH)
    assert hall.database.read(events_after)[-1].detail["missing"] == ["Tờ khai", "Ảnh"]
    assert figures(hall) == {"Tờ khai": (1, 0), "Ảnh": (1, 0)}
    (found,) = report(hall).values()
    assert (found.name, found.counter, found.reception) == ("Birth registration", 1, 0)
    assert hall.database.read(verify).difference is None


def test_the_procedure_may_be_said_at_the_end(hall: Hall) -> None:
    hall.serving()
    assert hall.ticket(finish, counter=1, missing=["Đơn"], procedure="1.012817").procedure == "1.012817"
    hall.serving()
    assert hall.ticket(finish, counter=1, procedure="1.012817").outcome == "done"
    hall.serving()
    hall.do(finish, counter=1, outcome="missing_papers", missing=["Đơn"])
    assert {code: found.n for code, found in report(hall).items()} == {"1.012817": 1, None: 1}
    assert hall.database.read(verify).difference is None


def test_papers_are_missing_with_no_other_outcome(hall: Hall) -> None:
    hall.serving()
    with pytest.raises(BadRequestError, match="outcome missing_papers"):
        hall.do(finish, counter=1, outcome="done", missing=["Đơn"])
    with pytest.raises(BadRequestError, match="At most"):
        hall.do(finish, counter=1, missing=[str(number) for number in range(51)])
    assert hall.ticket(finish, counter=1, outcome="missing_papers").outcome == "missing_papers"


def test_papers_looked_at_before_a_number_use_up_no_number(hall: Hall) -> None:
    answer = hall.do(precheck, procedure=BIRTH, missing=["Tờ khai"])
    assert (answer.ticket, answer.procedure, answer.missing) == (None, BIRTH, ("Tờ khai",))
    assert figures(hall) == {"Tờ khai": (0, 1)}
    assert hall.waiting("civil_status").code == "H-001"
    with pytest.raises(BadRequestError):
        hall.do(precheck, procedure=BIRTH, missing=[" "])
    assert hall.database.read(verify).difference is None


def test_what_is_taken_back_counts_never_and_its_rows_say_so(hall: Hall) -> None:
    hall.serving(counter=2, service="civil_status", procedure=BIRTH)
    hall.do(finish, counter=2, missing=["Tờ khai"])
    hall.do(precheck, procedure=BIRTH, missing=["Ảnh"], after=1)
    hall.do(undo, ticket="H-001", after=1)
    assert figures(hall) == {"Ảnh": (0, 1)}
    assert rows(hall.database) == [("Tờ khai", True), ("Ảnh", False)]
    assert hall.database.read(verify).difference is None
    hall.do(finish, counter=2, missing=["Giấy chứng sinh"])
    assert figures(hall) == {"Ảnh": (0, 1), "Giấy chứng sinh": (1, 0)}
    assert hall.database.read(verify).difference is None


def rows(database: Database) -> list[tuple[str, bool]]:
    def ask(session: Session) -> list[tuple[str, bool]]:
        found = session._driver.execute("SELECT paper, is_undone FROM missing ORDER BY id").fetchall()
        return [(paper, bool(is_undone)) for paper, is_undone in found]

    return database.read(ask)


def test_a_void_ticket_counts_never(hall: Hall) -> None:
    hall.serving(counter=2, service="civil_status")
    hall.do(finish, counter=2, missing=["Tờ khai"])
    day = hall.clock().date()
    hall.do(close_day, reason="an exercise")
    assert figures(hall) == {"Tờ khai": (1, 0)}
    hall.do(correct, ticket="H-001", day=day, end="void", reason="not real")
    assert figures(hall) == {}
    assert hall.database.read(verify).difference is None


def test_a_month_is_counted_apart_and_lately_looks_over_months(hall: Hall) -> None:
    hall.do(precheck, procedure=BIRTH, missing=["Tờ khai"])
    hall.clock.advance(minutes=20 * 24 * 60)
    hall.do(precheck, procedure=BIRTH, missing=["Tờ khai", "Ảnh"])
    assert report(hall, "2026-11")[BIRTH].n == 1
    assert [each.n for each in report(hall)[BIRTH].papers] == [1, 1]
    lately = hall.database.read(missing_lately, at=hall.clock())[BIRTH]
    assert ([(each.paper, each.n) for each in lately.papers], lately.n) == ([("Tờ khai", 2), ("Ảnh", 1)], 2)
    hall.clock.advance(minutes=100 * 24 * 60)
    assert hall.database.read(missing_lately, at=hall.clock()) == {}
    with pytest.raises(BadRequestError, match="month"):
        report(hall, "soon")


def test_the_answer_to_a_repeated_key_writes_the_papers_once(hall: Hall) -> None:
    hall.serving(counter=2, service="civil_status")
    for _time in range(2):
        hall.once(finish, "k1", counter=2, missing=("Tờ khai",))
        hall.once(precheck, "k2", procedure=BIRTH, missing=("Ảnh",))
    assert figures(hall) == {"Tờ khai": (1, 0), "Ảnh": (0, 1)}


def test_from_the_last_seal_the_papers_since_are_proved(hall: Hall) -> None:
    hall.do(precheck, procedure=BIRTH, missing=["Tờ khai"])
    hall.waiting()
    hall.do(close_day, unserved={"D-001": "left"}, reason="an exercise")
    hall.clock.advance(minutes=24 * 60)
    hall.serving(counter=2, service="civil_status")
    hall.do(finish, counter=2, missing=["Ảnh"])
    assert hall.database.read(verify, from_seal=True).difference is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE missing SET paper = 'x' WHERE paper = 'Ảnh'", "missing 2.paper"),
        ("UPDATE missing SET procedure = NULL WHERE paper = 'Ảnh'", "missing 2.procedure"),
        ("UPDATE missing SET is_undone = NOT is_undone WHERE paper = 'Tờ khai'", "missing 1.is_undone"),
        ("UPDATE missing SET day = '2026-10-01' WHERE paper = 'Ảnh'", "missing 2.day"),
        ("DELETE FROM missing WHERE paper = 'Ảnh'", "missing paper of event"),
        (
            "INSERT INTO missing (office_id, seq, day, paper, is_undone)"
            " SELECT 1, 99, day, 'y', is_undone FROM missing WHERE paper = 'Ảnh'",
            "missing 3",
        ),
    ],
)
def test_a_row_of_missing_papers_that_was_changed_is_named(hall: Hall, change: str, named: str) -> None:
    hall.serving(counter=2, service="civil_status", procedure=BIRTH)
    hall.do(finish, counter=2, missing=["Tờ khai", "Ảnh"])
    tamperer = Tamperer(hall.database, random.Random(1))
    tamperer.driver.execute(change)
    tamperer.close()
    difference = hall.database.read(verify).difference
    assert difference is not None
    assert difference.row.startswith(named)
    assert difference.day is not None


def test_no_slip_is_asked_for_where_there_is_no_printer(hall: Hall) -> None:
    hall.database.write(print_paper, kind="missing", content={"lines": [], "qr": ""}, at=hall.clock())
    hall.waiting()
    hall.do(call, counter=1)
    assert hall.ticket(start, counter=1).state == "serving"
