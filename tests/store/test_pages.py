"""What the pages ask, on both databases: the calls since a mark, and the ticket behind a token."""

from datetime import datetime, timedelta

import pytest

from queueapp.models import Print
from queueapp.queries.calls import board_news
from queueapp.queries.places import ticket_by_token
from queueapp.rules.pages import BoardNews, Mark, PlaceView
from queueapp.session import Session
from tests.factories import Hall


def since(hall: Hall, told: Mark | None) -> BoardNews:
    news: BoardNews = hall.database.read(board_news, told, at=hall.clock())
    return news


def printed(session: Session, *, ticket: int, token: str, at: datetime) -> None:
    """Let a slip with a token be printed."""
    session.add(
        Print(
            office_id=session.office.id,
            ticket_id=ticket,
            kind="slip",
            state="pending",
            token=token,
            created_at=at,
            changed_at=at,
        )
    )


def place(hall: Hall, token: str) -> PlaceView | None:
    found: PlaceView | None = hall.database.read(ticket_by_token, token, at=hall.clock())
    return found


def test_who_follows_the_log_gets_each_call_after_the_mark_once(hall: Hall) -> None:
    first = since(hall, None)
    assert (first.calls, first.follows) == ((), False)
    hall.called(counter=1)
    second = since(hall, first.mark)
    assert ([call.code for call in second.calls], second.follows) == (["D-001"], True)
    hall.waiting()
    assert since(hall, second.mark).calls == ()
    hall.called(counter=2, service="civil_status")
    assert [call.code for call in since(hall, first.mark).calls] == ["D-001", "H-001"]
    assert since(hall, since(hall, None).mark).follows


def test_the_calls_of_yesterday_are_no_news(hall: Hall) -> None:
    first = since(hall, None)
    hall.called(counter=1)
    hall.clock.moment += timedelta(days=1)
    assert (since(hall, first.mark).calls, since(hall, first.mark).follows) == ((), True)


@pytest.mark.parametrize("mark", [Mark(1, "0" * 12), Mark(10**17, "0" * 12), Mark(0, "0" * 12)])
def test_a_mark_that_is_not_of_this_log_is_not_followed(hall: Hall, mark: Mark) -> None:
    hall.called(counter=1)
    assert (since(hall, mark).calls, since(hall, mark).follows) == ((), False)


def test_a_token_leads_to_its_ticket_and_to_no_other(hall: Hall) -> None:
    hall.waiting()
    hall.waiting(service="civil_status")
    hall.database.write(printed, ticket=1, token="first-token", at=hall.clock())  # noqa: S106
    hall.database.write(printed, ticket=2, token="other-token", at=hall.clock())  # noqa: S106
    found = place(hall, "other-token")
    assert found is not None
    assert (found.code, found.service_vi, found.state, found.ahead, found.is_over) == (
        "H-001",
        "Hộ tịch - Tư pháp",
        "waiting",
        0,
        False,
    )
    assert place(hall, "First-token") is None
    assert place(hall, "") is None
    assert place(hall, "' OR 1=1 --") is None
