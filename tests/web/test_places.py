"""The page behind a slip's QR."""

from datetime import datetime, timedelta

from queueapp.models import Print
from queueapp.operations.calling import call, start
from queueapp.operations.office import configure
from queueapp.operations.serving import finish
from queueapp.queries.settings import current_settings
from queueapp.session import Session
from queueapp.settings import Settings
from tests.factories import Hall
from tests.web.conftest import Served, renamed

TOKEN = "Zk3vQ9rT7yLwXc2a"  # noqa: S105 - it opens nothing


def printed(hall: Hall, ticket_id: int, token: str) -> None:
    """Let a slip with this token be printed."""

    def add(session: Session, *, at: datetime) -> None:
        session.add(
            Print(
                office_id=session.office.id,
                ticket_id=ticket_id,
                kind="slip",
                state="printed",
                token=token,
                created_at=at,
                changed_at=at,
            )
        )

    hall.database.write(add, at=hall.clock())


async def test_whoever_holds_the_slip_sees_the_place_in_both_languages(served: Served) -> None:
    served.hall.waiting()
    served.hall.waiting()
    printed(served.hall, 2, TOKEN)
    said = await served.text(f"/t/{TOKEN}")
    for words in ("D-002", "Đất đai", "Đang chờ, trước ông/bà còn 1 người", "Lúc 08:02:00", '<html lang="vi">'):
        assert words in said
    said = await served.text(f"/t/{TOKEN}?lang=en")
    for words in ("D-002", "Land", "Waiting, 1 before you", "As of 08:02:00", '<html lang="en">', 'href="?lang=vi"'):
        assert words in said
    served.hall.do(call, counter=1)
    assert "Đang chờ: ông/bà là người tiếp theo." in await served.text(f"/t/{TOKEN}")
    served.hall.do(start, counter=1)
    served.hall.do(finish, counter=1)
    served.hall.do(call, counter=1)
    assert "Mời ông/bà đến quầy 1" in await served.text(f"/t/{TOKEN}")


async def test_the_page_knows_no_name_and_no_note(served: Served) -> None:
    settings: Settings = served.hall.database.read(current_settings)
    allowed = settings.model_copy(update={"personal": settings.personal.model_copy(update={"name": True})})
    served.hall.database.write(configure, allowed, at=served.hall.clock())
    served.hall.waiting(name="Nguyễn Văn An", note="đi xe lăn")
    printed(served.hall, 1, TOKEN)
    said = await served.text(f"/t/{TOKEN}")
    assert "D-001" in said
    assert "Nguy" not in said
    assert "xe lăn" not in said


async def test_hostile_names_are_only_text(served: Served) -> None:
    hostile = "<script>alert(1)</script>"
    renamed(served.hall, office=hostile, field=hostile)
    served.hall.waiting()
    printed(served.hall, 1, TOKEN)
    said = await served.text(f"/t/{TOKEN}")
    assert "<script>alert" not in said
    assert said.count("&lt;script&gt;alert(1)") == 2


async def test_a_wrong_token_is_always_answered_alike(served: Served) -> None:
    served.hall.waiting()
    printed(served.hall, 1, TOKEN)
    answers = {
        await served.text(f"/t/{token}", 404)
        for token in (TOKEN[:-1] + "b", TOKEN.lower(), "x", "0" * 16, "..%2f..%2fetc", "%27%20OR%201=1", "a" * 500)
    }
    assert len(answers) == 1


async def test_a_slip_of_an_earlier_day_is_over(served: Served) -> None:
    served.hall.waiting()
    printed(served.hall, 1, TOKEN)
    served.hall.clock.moment += timedelta(days=1)
    assert "Phiếu này của ngày khác và đã hết hiệu lực." in await served.text(f"/t/{TOKEN}")


async def test_who_tries_tokens_is_slowed_down_and_who_holds_one_is_not(served: Served) -> None:
    served.hall.waiting()
    printed(served.hall, 1, TOKEN)
    await served.text(f"/t/{TOKEN}")
    statuses = set()
    for n in range(40):
        async with served.client.get(f"/t/{n:016d}") as response:
            statuses.add(response.status)
    assert statuses == {404, 429}
    assert "D-001" in await served.text(f"/t/{TOKEN}")


async def test_one_slip_asked_for_without_a_pause_keeps_nobody_elses_page_back(served: Served) -> None:
    served.hall.waiting()
    served.hall.waiting()
    printed(served.hall, 1, TOKEN)
    printed(served.hall, 2, TOKEN[::-1])
    statuses = set()
    for _n in range(60):
        async with served.client.get(f"/t/{TOKEN}") as response:
            statuses.add(response.status)
    assert statuses == {200, 429}
    assert "D-002" in await served.text(f"/t/{TOKEN[::-1]}")
