"""The board's page and its events: each call once, none left out, and the last state when nobody answers."""

import asyncio
import shutil
from datetime import datetime
from pathlib import Path

from queueapp.database import Database
from queueapp.operations.calling import call, recall, start
from queueapp.operations.issuing import issue
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import configure
from queueapp.operations.serving import finish
from queueapp.queries.settings import current_settings
from queueapp.session import Session
from queueapp.settings import Settings, VoiceSettings
from queueapp.store import Store
from queueapp.web.boards import MOST_OF_ONE_ADDRESS, Boards
from queueapp.web.hall import Hall as WebHall
from tests.factories import Hall
from tests.web.conftest import Listener, Served, renamed

PATIENCE = 20.0


async def test_a_board_that_starts_is_told_what_is_fresh_and_then_every_call_once(served: Served) -> None:
    served.hall.called(counter=1)
    board = await served.listen()
    first = await board.next()
    assert [(each["code"], each["counter"], each["tell"]) for each in first.data["calls"]] == [("D-001", 1, True)]
    served.hall.called(counter=2, service="civil_status", after=1)
    served.hall.do(recall, counter=1, after=1)
    while len(board.calls) < 3:
        await board.next()
    assert board.calls == ["D-001", "H-001", "D-001"]


async def test_a_board_that_comes_back_is_told_what_it_missed_and_nothing_twice(served: Served) -> None:
    board = await served.listen()
    first = await board.next()
    served.hall.called(counter=1)
    told = await board.next()
    while told.data["latest"] == []:
        told = await board.next()
    board.response.close()
    served.hall.called(counter=2, service="civil_status")
    served.hall.called(counter=3, service="social_affairs")
    again = await served.listen(**{"Last-Event-ID": told.id})
    while len(again.calls) < 2:
        await again.next()
    assert again.calls == ["H-001", "X-001"]
    from_the_start = await served.listen(after=first.id)
    await from_the_start.next()
    assert from_the_start.calls == ["D-001", "H-001", "X-001"]


async def test_what_was_missed_longer_ago_than_the_office_says_is_shown_but_not_told(served: Served) -> None:
    board = await served.listen()
    first = await board.next()
    board.response.close()
    served.hall.called(counter=1)
    served.hall.clock.advance(minutes=5)
    again = await served.listen(after=first.id)
    missed = await again.next()
    assert [(each["code"], each["tell"]) for each in missed.data["calls"]] == [("D-001", False)]
    assert [each["code"] for each in missed.data["latest"]] == ["D-001"]


async def test_what_goes_back_further_than_memory_is_asked_of_the_database(hall: Hall) -> None:
    store = Store(lambda: Database(str(hall.database.path), first=keep_up))
    web = WebHall(store, clock=hall.clock, kept=2)
    await web.look()
    assert web.news is not None
    mark = web.news.mark
    for _n in range(5):
        hall.called(counter=1, after=1)
        hall.database.write(finished, at=hall.clock())
        await web.look()
    following = web.follow(mark)
    heard = [await anext(following), await anext(following)]
    await following.aclose()
    store.close()
    assert [each["code"] for each in heard[1].data["calls"]] == ["D-001", "D-002", "D-003", "D-004", "D-005"]


async def test_a_mark_of_another_log_is_not_believed(served: Served) -> None:
    served.hall.called(counter=1)
    for mark in ("1-000000000000", "999999-0123456789ab", "nonsense", "-1-00", "9" * 40):
        board = await served.listen(after=mark)
        told = await board.next()
        assert board.calls == ["D-001"]
        assert told.id.split("-")[0] == str(served.hall.database.revision())
        board.response.close()


async def test_while_the_database_is_away_the_last_state_stays_with_its_time_and_then_nothing_is_missing(
    served: Served, tmp_path: Path
) -> None:
    served.hall.called(counter=1)
    board = await served.listen()
    await board.next()
    seen_at = served.hall.clock()
    file = tmp_path / "office.db"
    file.rename(tmp_path / "away.db")
    told = await board.next("beat")
    assert told.data["away"] is True
    assert told.data["as_of"] == round(seen_at.timestamp() * 1000)
    late = await served.listen()
    picture = await late.next(with_mark=False)
    assert ([each["code"] for each in picture.data["latest"]], picture.data["away"]) == (["D-001"], True)
    assert not file.exists()  # a question makes no new file where the office's was
    (tmp_path / "away.db").rename(file)
    served.hall.called(counter=2, service="civil_status")
    while len(board.calls) < 2:
        back = await board.next()
    assert board.calls == ["D-001", "H-001"]
    assert back.data["away"] is False


async def test_a_file_put_in_place_of_the_office_is_noticed(served: Served, tmp_path: Path) -> None:
    board = await served.listen()
    await board.next()
    other = tmp_path / "other.db"
    shutil.copy(tmp_path / "office.db", other)
    copy = Database(str(other), first=keep_up)
    renamed(Hall(copy, served.hall.clock), office="Trung tâm khác")
    copy.close()
    served.hall.waiting()  # the one that goes is further on than the one that comes
    served.hall.database.close()
    other.replace(tmp_path / "office.db")
    while (await board.next()).data["office"] != "Trung tâm khác":
        pass


async def test_after_a_backup_was_restored_the_board_goes_on_from_there(served: Served, tmp_path: Path) -> None:
    served.hall.called(counter=1)
    served.hall.database.copy_to(tmp_path / "backup.db")
    served.hall.called(counter=2, service="civil_status")
    board = await served.listen()
    await board.next()
    assert board.calls[-1] == "H-001"
    served.hall.database.overwrite_from(tmp_path / "backup.db")
    while len((await board.next()).data["latest"]) != 1:
        pass
    served.hall.called(counter=3, service="social_affairs")
    while "X-001" not in board.calls:
        await board.next()


async def test_hostile_names_are_only_text(served: Served) -> None:
    hostile = '<script>alert("1")</script> & \' \\ [/]'
    renamed(served.hall, office=hostile, field=hostile)
    board = await served.listen()
    told = await board.next()
    while told.data["office"] != hostile:
        told = await board.next()
    assert told.data["waiting"][0]["field"] == f"{hostile} / Land"
    for path in ("/board", "/"):
        assert "<script>alert" not in await served.text(path)


async def test_the_board_holds_nothing_personal(served: Served) -> None:
    settings: Settings = served.hall.database.read(current_settings)
    allowed = settings.model_copy(update={"personal": settings.personal.model_copy(update={"name": True})})
    served.hall.database.write(configure, allowed, at=served.hall.clock())
    served.hall.called(counter=1, name="Nguyễn Văn An", note="đi xe lăn")
    board = await served.listen()
    await board.next()
    assert "Nguy" not in str(board.heard)
    assert "xe lăn" not in str(board.heard)


async def test_a_call_is_heard_and_only_a_call_of_today(served: Served) -> None:
    served.hall.called(counter=1)
    board = await served.listen()
    told = await board.next()
    seq = told.data["calls"][0]["seq"]
    async with served.client.get(f"/board/sound/{seq}") as heard:
        assert (heard.status, heard.content_type) == (200, "audio/wav")
        assert (await heard.read())[:4] == b"RIFF"
    await served.text(f"/board/sound/{seq + 1}", 404)
    await served.text("/board/sound/x", 404)
    settings: Settings = served.hall.database.read(current_settings)
    quiet = settings.model_copy(update={"voice": VoiceSettings(quiet=["00:00-23:59"])})
    served.hall.database.write(configure, quiet, at=served.hall.clock())
    await served.server.hall.look()
    assert await served.text(f"/board/sound/{seq}", 204) == ""


async def test_twenty_boards_are_told_the_same_in_the_same_order(served: Served) -> None:
    boards = [await served.listen() for _n in range(20)]
    for board in boards:
        await board.next()
    for _n in range(10):
        served.hall.do(issue, service="land", after=1)
        served.hall.do(call, counter=1, after=1)
        served.hall.database.write(finished, at=served.hall.clock())

    async def all_of(board: Listener) -> list[str]:
        while len(board.calls) < 10:
            await board.next()
        return board.calls

    heard = await asyncio.wait_for(asyncio.gather(*map(all_of, boards)), PATIENCE)
    assert heard == [[f"D-{n:03d}" for n in range(1, 11)]] * 20


def finished(session: Session, *, at: datetime) -> None:
    """Serve the ticket of counter 1."""
    start(session, counter=1, at=at)
    finish(session, counter=1, at=at)


async def test_one_address_does_not_take_the_boards_of_all_others(served: Served) -> None:
    boards = Boards(served.server.hall, None)
    for address in ("192.0.2.7", "127.0.0.1"):
        boards._following[address] = MOST_OF_ONE_ADDRESS
    assert boards.is_full_for("192.0.2.7")
    assert not boards.is_full_for("192.0.2.8")
    assert not boards.is_full_for("127.0.0.1")
    boards.close()
