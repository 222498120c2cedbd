"""The outbox of the printer: nothing printed twice by itself, nothing lost, no ticket delayed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day
from queueapp.operations.leaving import leave
from queueapp.operations.office import configure
from queueapp.operations.outbox import Job, ask_print, holder_of, settle_print, take_print
from queueapp.operations.printing import answer_papers, confirm_print, print_slip, reprint
from queueapp.operations.roll import enter
from queueapp.operations.running import Other
from queueapp.operations.serving import finish
from queueapp.operations.undoing import undo
from queueapp.queries.days import closing, open_days, open_tickets
from queueapp.queries.hall import reception
from queueapp.queries.prints import has_prints_to_do, prints_of, token_of
from queueapp.queries.tickets import ticket
from queueapp.queries.verifying import verify
from queueapp.rules.views import PrintView
from queueapp.settings import Settings, default_settings
from tests.factories import Hall
from tests.store.test_closing import refused

HERE, ME, SOMEBODY = "desk", holder_of("desk", 11, "boot:1"), holder_of("desk", 12, "boot:2")


def everybody_lives(_other: Other, _at: datetime) -> bool:
    return True


def nobody_lives(_other: Other, _at: datetime) -> bool:
    return False


@pytest.fixture
def desk(hall: Hall) -> Hall:
    return printing(hall)


def printing(hall: Hall, **printer: Any) -> Hall:
    given = {"connection": "network", "target": "192.0.2.1:9100"} | printer
    settings = Settings.model_validate(default_settings().model_dump() | {"printer": given})
    hall.do(lambda session, *, at: configure(session, settings, at=at))
    return hall


def issued(hall: Hall) -> str:
    code = hall.waiting().code
    hall.do(print_slip, ticket=code, after=0)
    return code


def take(
    hall: Hall, *, after: float = 0, holder: str = ME, host: str = HERE, is_alive: Any = everybody_lives
) -> Job | None:
    job: Job | None = hall.do(take_print, after=after, host=host, holder=holder, is_alive=is_alive)  # type: ignore[assignment]
    return job


def settle(hall: Hall, job: Job | None, state: str, error: str | None = None) -> None:
    assert job is not None
    hall.do(settle_print, after=1, job=job.id, state=state, error=error)


def troubles(hall: Hall) -> list[PrintView]:
    return list(hall.database.read(reception, at=hall.clock()).prints)


def states(hall: Hall) -> list[tuple[str | None, str]]:
    return [(each.ticket, each.state) for each in troubles(hall)]


def test_an_office_without_a_printer_prints_nothing(hall: Hall) -> None:
    code = issued(hall)
    assert troubles(hall) == []
    assert take(hall) is None
    assert refused(hall, reprint, ticket=code) == "bad_request"


def test_a_slip_is_taken_once_and_in_the_order_of_the_numbers(desk: Hall) -> None:
    codes = [issued(desk), issued(desk)]
    first, second = take(desk), take(desk, holder=SOMEBODY)
    assert first is not None
    assert second is not None
    assert first.id < second.id
    assert take(desk) is None
    settle(desk, second, "printed")
    assert states(desk) == [(codes[0], "printing")]
    settle(desk, first, "printed")
    assert states(desk) == []
    assert desk.database.read(verify).difference is None


def test_a_slip_is_printed_at_its_own_machine(hall: Hall) -> None:
    desk = printing(hall, host="desk")
    issued(desk)
    assert take(desk, host="elsewhere") is None
    assert not desk.database.read(has_prints_to_do, host="elsewhere")
    assert desk.database.read(has_prints_to_do, host="desk")
    assert take(desk) is not None


def test_a_printer_that_does_not_answer_is_tried_again_after_growing_pauses_and_then_a_person_is_asked(
    desk: Hall,
) -> None:
    code = issued(desk)
    tries = 0
    for _second in range(15 * 60):
        job = take(desk, after=1)
        if job is not None:
            tries += 1
            hall_now = desk.clock()
            desk.do(settle_print, after=0, job=job.id, state="pending", error="no answer")
            assert desk.clock() == hall_now
    assert 20 <= tries <= 30
    assert states(desk) == [(code, "failed")]
    assert troubles(desk)[0].error == "no answer"


def test_what_somebody_was_printing_who_is_gone_waits_for_a_person(desk: Hall) -> None:
    code = issued(desk)
    assert take(desk, holder=SOMEBODY) is not None
    assert take(desk) is None
    assert states(desk) == [(code, "printing")]
    assert take(desk, is_alive=nobody_lives) is None
    assert states(desk) == [(code, "uncertain")]


def test_what_one_prints_oneself_is_not_in_doubt(desk: Hall) -> None:
    code = issued(desk)
    assert take(desk) is not None
    assert take(desk, is_alive=nobody_lives) is None
    assert states(desk) == [(code, "printing")]


def test_a_copy_is_marked_and_has_the_same_token(desk: Hall) -> None:
    code = issued(desk)
    settle(desk, take(desk), "uncertain", "paper jam")
    assert states(desk) == [(code, "uncertain")]
    desk.ticket(reprint, ticket=code)
    job = take(desk)
    assert job is not None
    assert job.is_copy
    assert "bản sao" in str(job.content)
    settle(desk, job, "printed")
    assert states(desk) == []
    key = desk.database.read(_key, code, at=desk.clock())
    tokens = {each.token for each in desk.database.read(prints_of, key)}
    assert tokens == {desk.database.read(token_of, key)}
    assert len(tokens.pop() or "") >= 16
    verbs = [event.verb for event in desk.database.read(ticket, code, at=desk.clock()).events or ()]
    assert verbs == ["issue", "reprint"]
    assert desk.database.read(verify).difference is None


def test_a_copy_of_an_ended_ticket_is_printed_because_somebody_asked(desk: Hall) -> None:
    code = issued(desk)
    settle(desk, take(desk), "printed")
    desk.ticket(leave, ticket=code)
    desk.ticket(reprint, ticket=code)
    job = take(desk)
    assert job is not None
    assert job.is_copy


def test_a_slip_that_came_out_is_said_to_be_out(desk: Hall) -> None:
    code = issued(desk)
    settle(desk, take(desk), "uncertain")
    desk.ticket(confirm_print, ticket=code)
    assert states(desk) == []
    assert take(desk) is None


def test_who_has_gone_needs_no_slip(desk: Hall) -> None:
    code = issued(desk)
    desk.do(leave, ticket=code)
    assert take(desk) is None
    assert states(desk) == []


def test_a_copy_is_printed_also_of_a_number_that_was_served(desk: Hall) -> None:
    code = issued(desk)
    settle(desk, take(desk), "printed")
    desk.ticket(call, counter=1)
    desk.ticket(start, counter=1)
    desk.ticket(finish, counter=1)
    desk.ticket(reprint, ticket=code)
    job = take(desk)
    assert job is not None
    assert job.is_copy


def test_what_was_done_before_a_slip_was_printed_again_can_be_taken_back(desk: Hall) -> None:
    code = issued(desk)
    desk.ticket(call, counter=1, after=1)
    desk.ticket(reprint, ticket=code, after=1)
    assert desk.ticket(undo, counter=1, after=1).state == "waiting"
    assert desk.database.read(verify).difference is None


def test_a_slip_is_still_printed_for_somebody_who_is_called_at_once(desk: Hall) -> None:
    issued(desk)
    desk.do(call, counter=1, after=0)
    desk.do(start, counter=1, after=0)
    assert take(desk) is not None


def test_two_answers_to_one_print_change_nothing(desk: Hall) -> None:
    code = issued(desk)
    job = take(desk)
    settle(desk, job, "uncertain")
    settle(desk, job, "printed")
    assert states(desk) == [(code, "uncertain")]


def test_old_trouble_is_not_told_for_ever(desk: Hall) -> None:
    issued(desk)
    settle(desk, take(desk), "uncertain")
    desk.clock.advance(minutes=timedelta(hours=13) / timedelta(minutes=1))
    assert states(desk) == []


def test_slips_of_long_ago_are_kept_no_longer_than_somebody_may_ask_for_them(desk: Hall) -> None:
    code = issued(desk)
    key = desk.database.read(_key, code, at=desk.clock())
    for days, kept in ((29, 1), (1, 0)):
        desk.clock.advance(minutes=days * 24 * 60 + 10)
        desk.waiting()
        for day, left in desk.database.read(_open):
            desk.do(close_day, day=day, unserved=dict.fromkeys(left, "left"), reason="late", after=0)
        assert len(desk.database.read(prints_of, key)) == kept
    assert desk.database.read(verify).difference is None


def _open(session: Any) -> list[tuple[Any, list[str]]]:
    return [(day, [ticket.code for ticket in open_tickets(session, day)]) for day in open_days(session)]


def _key(session: Any, code: str, *, at: datetime) -> int:
    from queueapp.queries.rows import ticket_coded  # noqa: PLC0415

    return ticket_coded(session, code, at=at).id


def test_the_slip_names_what_is_only_shown_among_the_papers_to_bring(desk: Hall) -> None:
    code = desk.waiting("civil_status", procedure="1.000894").code
    desk.do(print_slip, ticket=code, after=0)
    job = take(desk)
    assert job is not None
    items = [line["text"] for line in job.content["lines"] if line["style"] == "item"]
    assert any(text.endswith("(chỉ xuất trình)") for text in items)
    assert not any("tự tra cứu" in text for text in items)


def test_papers_of_no_ticket_are_told_until_somebody_answers(desk: Hall) -> None:
    content = {"lines": [{"text": "V-1", "style": "huge"}], "qr": ""}
    for _place in range(2):
        desk.do(ask_print, kind="voucher", content=content, after=0)
    settle(desk, take(desk), "uncertain", "paper jam")
    desk.clock.advance(minutes=11)
    assert take(desk) is None
    desk.clock.advance(minutes=14 * 60)
    found = troubles(desk)
    assert [(each.kind, each.state) for each in found] == [("voucher", "uncertain"), ("voucher", "failed")]
    again: Any = desk.do(answer_papers, prints=[each.id for each in found], is_out=False)
    assert again == 2
    unsure, failed = take(desk), take(desk)
    assert unsure is not None
    assert failed is not None
    assert (unsure.is_copy, failed.is_copy) == (True, False)
    assert "bản sao" in str(unsure.content)
    settle(desk, unsure, "uncertain")
    settle(desk, failed, "printed")
    desk.do(answer_papers, prints=[each.id for each in troubles(desk)], is_out=True)
    assert troubles(desk) == []
    assert take(desk) is None
    assert desk.database.read(verify).difference is None


def test_a_slip_does_not_wait_behind_the_vouchers(desk: Hall) -> None:
    content = {"lines": [{"text": "V-1", "style": "huge"}], "qr": ""}
    desk.do(ask_print, kind="voucher", content=content, after=0)
    issued(desk)
    first, second = take(desk), take(desk)
    assert first is not None
    assert second is not None
    assert (first.kind, second.kind) == ("slip", "voucher")


def test_the_close_says_which_papers_are_not_out(desk: Hall) -> None:
    content = {"lines": [{"text": "V-1", "style": "huge"}], "qr": ""}
    desk.do(ask_print, kind="voucher", content=content, after=0)
    settle(desk, take(desk), "uncertain")
    found = desk.database.read(closing, at=desk.clock()).prints
    assert [(each.kind, each.state) for each in found] == [("voucher", "uncertain")]


@pytest.mark.parametrize("has_ended", [False, True])
def test_the_first_slip_of_a_number_is_no_copy_unless_it_has_ended(hall: Hall, has_ended: bool) -> None:
    code = issued(hall)
    desk = printing(hall)
    if has_ended:
        desk.ticket(leave, ticket=code)
    assert desk.do(reprint, ticket=code).is_copy is has_ended
    job = take(desk)
    assert job is not None
    assert job.is_copy is has_ended
    assert ("bản sao" in str(job.content)) is has_ended


def test_what_the_printer_makes_of_a_number_of_the_roll_is_a_copy(desk: Hall) -> None:
    desk.clock.advance(minutes=60)
    code = desk.ticket(enter, service="land", number=901, issued="8:05").code
    assert desk.do(reprint, ticket=code).is_copy
    job = take(desk)
    assert job is not None
    assert job.is_copy
