"""What may be personal: not asked for, masked for others, kept apart from the chain, and gone after the purge."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from queueapp.backups.keeping import copies_beside, folder_of, kept_in, make_at_close, purge_kept
from queueapp.backups.listing import checked
from queueapp.backups.proving import prove
from queueapp.backups.restoring import restore
from queueapp.cli.wire import Wire
from queueapp.clock import business_day, zone
from queueapp.database import Database
from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day
from queueapp.operations.issuing import issue
from queueapp.operations.office import configure
from queueapp.operations.personal import purge
from queueapp.operations.serving import put_back, transfer
from queueapp.queries.hall import status
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import events_after, ticket
from queueapp.queries.verifying import verify
from queueapp.rules.errors import BadRequestError, NotAllowedError
from queueapp.session import Session
from queueapp.settings import Settings, default_settings
from tests.factories import Hall

ZONE = "Asia/Ho_Chi_Minh"
NAME, NOTE, SECOND_NOTE = "Nguyễn Thị Bí Mật", "ghi chú kín đáo", "lời nhắn kín đáo"
MASKED = "Nguyễn T. B. M."


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def with_names(hall: Hall) -> Hall:
    """Let the office keep names."""
    named = default_settings().model_dump() | {"personal": {"name": True}}
    hall.do(configure, settings=Settings.model_validate(named))
    return hall


def told(hall: Hall) -> None:
    """Give a ticket a name and two notes, one of them at a transfer, and answers that are kept by a key."""
    hall.once(issue, "a-key", service="land", name=NAME, note=NOTE)
    hall.do(call, counter=1)
    hall.do(start, counter=1)
    hall.once(transfer, "b-key", counter=1, to="civil_status", note=SECOND_NOTE)


def purged(hall: Hall, days: int) -> int:
    """Purge as the command does, and return how many tickets lost their texts."""
    at = hall.clock.advance(minutes=1)
    before = business_day(at, ZONE) - timedelta(days=days - 1)
    until = datetime.combine(before, time.min, tzinfo=zone(ZONE))
    removed: int = hall.database.write(purge, before=before, until=until, at=at)
    hall.database.scrub()
    purge_kept(hall.database, before=before, until=until, is_any=removed > 0, at=at)
    return removed


def kept(session: Session) -> list[tuple[str | None, str | None]]:
    """Return every name and note."""
    return session._driver.execute("SELECT name, note FROM personal ORDER BY ticket_id").fetchall()  # type: ignore[no-any-return]


def rows_of(session: Session, table: str) -> str:
    """Return all that a table holds."""
    return str(session._driver.execute(f"SELECT * FROM {table}").fetchall())


def files_with(folder: Path, text: str) -> list[str]:
    """Return the files in which a text stands."""
    wanted = text.encode()
    return [each.name for each in folder.rglob("*") if each.is_file() and wanted in each.read_bytes()]


def test_no_name_is_kept_unless_the_office_turns_it_on(hall: Hall) -> None:
    with pytest.raises(BadRequestError, match="keeps no names"):
        hall.waiting(name=NAME)
    assert hall.database.revision() == 1
    assert hall.database.read(kept) == []
    with_names(hall)
    hall.waiting(name=NAME)
    assert hall.database.read(kept) == [(NAME, None)]


def test_by_default_a_day_keeps_nothing_personal(hall: Hall) -> None:
    hall.serving()
    hall.waiting(service="civil_status", priority="elderly")
    assert hall.database.read(kept) == []


def test_a_name_is_masked_in_every_answer(hall: Hall) -> None:
    told(with_names(hall))
    wire = Wire(ZONE)
    hall.do(call, counter=2)
    answers = (
        wire.ticket(hall.database.read(ticket, "D-001", at=hall.clock())),
        wire.status(hall.database.read(status, at=hall.clock())),
        wire.answer(hall.once(issue, "a-key", service="land", name=NAME, note=NOTE)),
        wire.answer(hall.do(put_back, counter=2)),
    )
    for answer in answers:
        said = json.dumps(answer, ensure_ascii=False, default=str)
        assert MASKED in said
        assert NAME not in said


def test_neither_name_nor_note_gets_into_the_log_or_a_sheet(hall: Hall) -> None:
    told(with_names(hall))
    hall.clock.advance(minutes=10 * 60)
    hall.do(close_day, unserved={"D-001": "left"})
    for table in ("event", "day", "ticket", "span", "voucher", "run"):
        held = hall.database.read(rows_of, table)
        for text in (NAME, NOTE, SECOND_NOTE):
            assert text not in held, table
            assert json.dumps(text)[1:-1] not in held, table
    assert hall.database.read(kept) == [(NAME, f"{NOTE} · {SECOND_NOTE}")]


def test_a_purge_removes_the_old_and_leaves_the_new_the_chain_and_the_figures(hall: Hall) -> None:
    told(with_names(hall))
    first = hall.clock()
    hall.clock.advance(minutes=10 * 60)
    hall.do(close_day, unserved={"D-001": "left"})
    hall.clock.advance(minutes=14 * 60)
    hall.once(issue, "c-key", service="land", name="Trần Văn Mới", note="mới")
    day = business_day(first, ZONE)
    before = hall.database.read(day_summary, day, at=hall.clock())
    head = hall.database.revision()
    assert purged(hall, 30) == 0
    assert purged(hall, 1) == 1
    assert hall.database.read(kept) == [("Trần Văn Mới", "mới")]
    assert hall.database.read(day_summary, day, at=hall.clock()) == before
    assert hall.database.read(verify).difference is None
    events = hall.database.read(events_after, after=head)
    assert [(each.verb, each.detail["tickets"]) for each in events] == [("purge", 0), ("purge", 1)]
    requests = hall.database.read(rows_of, "request")
    assert "c-key" in requests
    assert "a-key" not in requests
    assert "b-key" not in requests


def test_after_a_purge_of_everything_no_file_holds_a_byte_of_it(hall: Hall, tmp_path: Path) -> None:
    told(with_names(hall))
    make_at_close(hall.database, at=hall.clock())
    hall.waiting()
    last = make_at_close(hall.database, at=hall.clock())
    if hall.database.path is not None:
        assert len(files_with(tmp_path, NAME)) == 3
    assert purged(hall, 0) == 1
    for text in (NAME, NOTE, SECOND_NOTE):
        assert files_with(tmp_path, text) == []
    made = kept_in(folder_of(hall.database))
    assert len(made) == (2 if hall.database.path else 1)
    for each in made:
        assert prove(each, server=hall.database).difference is None
        assert each.stat().st_mode & 0o077 == 0
    if hall.database.path:
        assert made[-1] == last
        assert checked(last).contents.tickets == 2
    assert len(list(made[0].parent.iterdir())) == 2 * len(made)


def test_backups_without_anything_purged_stay_as_they_are(hall: Hall) -> None:
    hall.waiting()
    made = make_at_close(hall.database, at=hall.clock())
    before = made.read_bytes()
    assert purged(hall, 0) == 0
    assert kept_in(made.parent) == [made]
    assert made.read_bytes() == before


def test_a_backup_that_is_damaged_goes_after_a_new_one_was_made(hall: Hall) -> None:
    if hall.database.path is None:
        pytest.skip("a dump is replaced anyway")
    told(with_names(hall))
    made = make_at_close(hall.database, at=hall.clock())
    made.write_bytes(made.read_bytes()[:-1])
    purged(hall, 0)
    (left,) = kept_in(made.parent)
    assert left != made
    assert prove(left).difference is None


def test_a_restored_backup_brings_back_no_purged_name(hall: Hall) -> None:
    told(with_names(hall))
    make_at_close(hall.database, at=hall.clock())
    purged(hall, 0)
    (made,) = kept_in(folder_of(hall.database))
    restore(hall.database, made, aside=made.with_name("aside"), at=hall.clock.advance(minutes=1))
    assert hall.database.read(kept) == []
    assert hall.database.read(verify).difference is None


def test_copies_that_were_set_aside_are_named(hall: Hall, tmp_path: Path) -> None:
    begin = hall.database.path.name if hall.database.path else "queueapp"
    names = [f"{begin}.before-0003-20261123T010000", f"{begin}.replaced-20261123T010000Z"]
    for name in names:
        (tmp_path / name).write_text("a copy")
    assert [each.name for each in copies_beside(hall.database)] == names


def test_only_who_has_the_right_may_purge(hall: Hall, database: Database) -> None:
    named = default_settings().model_dump() | {"staff": [{"name": "an", "role": "clerk"}], "personal": {"name": True}}
    hall.do(configure, settings=Settings.model_validate(named))
    hall.waiting(name=NAME)
    day = business_day(hall.clock(), ZONE) + timedelta(days=1)
    with pytest.raises(NotAllowedError):
        hall.do(purge, before=day, until=hall.clock(), staff="an")
    assert database.read(kept) == [(NAME, None)]
