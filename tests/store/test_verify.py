"""The chain names the first changed row, and the database itself refuses the change."""

import json
import random
from datetime import date
from typing import Any

import pytest

from benchmarks.tampering import Tamperer
from queueapp.database import Database
from queueapp.operations.calling import call
from queueapp.operations.closing import close_day, correct
from queueapp.operations.counters import open_counter, pause
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave, void
from queueapp.operations.office import configure
from queueapp.operations.papers import precheck
from queueapp.operations.serving import finish, hold
from queueapp.operations.undoing import undo
from queueapp.queries.verifying import verify
from queueapp.rules.chain import GENESIS, link
from queueapp.session import Session
from queueapp.settings import Settings, default_settings
from tests.factories import Hall


def lived(hall: Hall) -> None:
    """Live two days, the first closed, the second open."""
    hall.serving(counter=1)
    hall.waiting(note="a note")
    hall.called(counter=2, service="civil_status")
    hall.do(undo, counter=2, after=3)
    hall.do(hold, counter=1)
    hall.do(pause, counter=3, reason="lunch")
    hall.do(precheck, procedure="1.000894", missing=["the form", "a photo"])
    hall.clock.advance(minutes=10 * 60)
    ends = {"D-001": "served", "D-002": "carried_over", "H-001": "sent_home"}
    hall.do(close_day, unserved=ends)
    hall.clock.advance(minutes=14 * 60)
    hall.serving(counter=1)
    hall.waiting(service="civil_status")
    hall.do(call, counter=4)
    hall.do(precheck, procedure="1.000894", missing=["the form"])


def test_what_was_lived_agrees_also_from_the_last_seal(hall: Hall) -> None:
    lived(hall)
    whole = hall.database.read(verify)
    assert (whole.difference, whole.days, whole.tickets) == (None, 1, 5)
    later = hall.database.read(verify, from_seal=True)
    assert later.difference is None
    assert (later.tickets, later.head) == (2, whole.head)
    assert later.from_seq + later.events == whole.events


def test_progress_is_told(hall: Hall) -> None:
    lived(hall)
    told: list[tuple[int, int]] = []
    hall.database.read(verify, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 10


def test_a_changed_row_is_named_whatever_is_changed(hall: Hall) -> None:
    lived(hall)
    tamperer = Tamperer(hall.database, random.Random(1))
    edits = 0
    for _edit in range(120):
        with tamperer.edit() as what:
            if what is not None:
                edits += 1
                verdict = hall.database.read(verify)
                assert verdict.difference is not None, what
                assert verdict.difference.row
    assert edits > 40
    assert hall.database.read(verify).difference is None
    tamperer.close()


STATEMENTS = (
    "UPDATE event SET verb = 'x'",
    "DELETE FROM event",
    "DELETE FROM ticket",
    "DELETE FROM span",
    "UPDATE day SET reason = 'x' WHERE closed_at IS NOT NULL",
    "DELETE FROM day",
    "UPDATE ticket SET number = 99",
    "INSERT INTO event (office_id, seq, at, verb, detail) VALUES (1, 9999, 1, 'x', '{}')",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_itself_refuses(hall: Hall, statement: str) -> None:
    lived(hall)

    def change(session: Session, *, at: object) -> None:  # noqa: ARG001
        session._driver.execute(statement)

    with pytest.raises(Exception, match=r"never|after the last"):
        hall.database.write(change, at=hall.clock())
    assert hall.database.read(verify).difference is None


def test_a_cut_tail_is_found(hall: Hall) -> None:
    lived(hall)
    tamperer = Tamperer(hall.database, random.Random(1))
    tamperer.driver.execute("DELETE FROM event WHERE seq > 12")
    assert hall.database.read(verify).difference is not None
    tamperer.driver.execute("UPDATE head SET seq = 12, hash = (SELECT hash FROM event WHERE seq = 12)")
    assert hall.database.read(verify).difference is not None
    tamperer.close()


def test_an_empty_office_agrees(database: Database, hall: Hall) -> None:
    verdict = database.read(verify)
    assert (verdict.difference, verdict.events) == (None, 1)
    hall.do(issue, service="land")
    assert database.read(verify, from_seal=True).difference is None


PEOPLE = [{"name": "an", "role": "clerk"}, {"name": "chi", "role": "supervisor"}]


def settled(hall: Hall, **parts: Any) -> None:
    """Bring the office to the default settings with some people, and these parts."""
    given = default_settings().model_dump() | {"staff": PEOPLE}
    given["office"] = given["office"] | parts.get("office", {})
    for service in given["services"]:
        service["letter"] = parts.get("letters", {}).get(service["code"], service["letter"])
    hall.do(configure, settings=Settings.model_validate(given))


def promised(hall: Hall) -> tuple[str, str]:
    """Live two days with people and vouchers; return the code of one that was used, and of one that was not."""
    settled(hall)
    hall.do(open_counter, counter=1, staff="an")
    hall.serving(counter=1)
    hall.do(finish, counter=1)
    hall.waiting()
    hall.waiting()
    hall.clock.advance(minutes=10 * 60)
    closed = hall.do(close_day, unserved={"D-002": "carried_over", "D-003": "carried_over"}, staff="chi")
    used, unused = [voucher.code for voucher in closed.vouchers]
    hall.clock.advance(minutes=14 * 60)
    hall.waiting(voucher=used)
    return used, unused


def parted(hall: Hall, *statements: str, from_seal: bool = False) -> tuple[str, str | None]:
    """Change rows behind the back of the queue, and return which row is named, and its day."""
    tamperer = Tamperer(hall.database, random.Random(1))
    for statement in statements:
        tamperer.driver.execute(statement)
    tamperer.close()
    difference = hall.database.read(verify, from_seal=from_seal).difference
    assert difference is not None, statements
    return difference.row, difference.day


@pytest.mark.parametrize("from_seal", [False, True])
def test_settings_that_changed_since_a_day_was_closed_are_no_tampering(hall: Hall, *, from_seal: bool) -> None:
    lived(hall)
    hall.clock.advance(minutes=9 * 60)
    hall.do(close_day, unserved={"D-001": "served", "H-001": "left"}, reason="done")
    settled(hall, office={"timezone": "Asia/Tokyo"}, letters={"land": "Q", "civil_status": "D"})
    hall.clock.advance(minutes=13 * 60)
    assert hall.waiting(service="civil_status").code == "D-001"
    hall.clock.advance(minutes=9 * 60)
    hall.do(close_day, unserved={"D-001": "left"}, reason="done")
    settled(hall, letters={"civil_status": "H"})
    verdict = hall.database.read(verify, from_seal=from_seal)
    assert (verdict.difference, verdict.days) == (None, 0 if from_seal else 3)


def test_a_day_closed_after_the_last_change_of_settings_is_rebuilt_from_the_seal(hall: Hall) -> None:
    hall.waiting()
    hall.clock.advance(minutes=10 * 60)
    hall.do(close_day, unserved={"D-001": "left"})
    settled(hall, letters={"land": "Q"})
    hall.clock.advance(minutes=14 * 60)
    hall.serving()
    hall.do(finish, counter=1)
    hall.do(close_day, reason="test")
    settled(hall, letters={"land": "R"})
    assert hall.database.read(verify).difference is None
    assert hall.database.read(verify, from_seal=True).difference is None


SETTINGS = {
    "UPDATE service SET letter = 'Q' WHERE code = 'land'": "service land.letter",
    "UPDATE service SET code = 'lend' WHERE code = 'land'": "service lend",
    "UPDATE service SET recall_limit = 9 WHERE code = 'land'": "service land.recall_limit",
    "UPDATE service SET is_active = false WHERE code = 'land'": "service land.is_active",
    "UPDATE counter SET number = 9 WHERE number = 2": "counter 9",
    "UPDATE staff SET role = 'admin' WHERE name = 'an'": "staff an.role",
    "UPDATE staff SET name = 'ao' WHERE name = 'an'": "staff ao",
    "UPDATE staff SET is_active = false WHERE name = 'an'": "staff an.is_active",
    "INSERT INTO staff (office_id, name, role, is_active) VALUES (1, 'x', 'admin', true)": "staff x",
    "DELETE FROM skill WHERE counter_id = 2": "counter 2 serves civil_status",
    "UPDATE office SET timezone = 'Asia/Tokyo'": "office.timezone",
    "UPDATE office SET is_training = false": "office.is_training",
    """UPDATE office SET settings = '{"rights": {"configure": ["clerk"]}}'""": "office.settings",
}


@pytest.mark.parametrize("statement", SETTINGS)
def test_settings_changed_behind_the_back_are_named(hall: Hall, statement: str) -> None:
    promised(hall)
    assert parted(hall, statement) == (SETTINGS[statement], "2026-11-23")


def test_two_fields_that_change_places_are_named(hall: Hall) -> None:
    promised(hall)
    steps = ["UPDATE service SET is_active = false, code = 'x' WHERE code = 'land'"]
    columns = "name_vi, name_en, position, letter, usual_minutes"
    steps += [f"CREATE TEMPORARY TABLE kept AS SELECT code, {columns} FROM service WHERE code IN ('x', 'civil_status')"]
    for code, own, now in (("civil_status", "civil_status", "land"), ("x", "x", "civil_status")):
        taken = "x" if own == "civil_status" else "civil_status"
        values = ", ".join(f"{name} = (SELECT {name} FROM kept WHERE code = '{taken}')" for name in columns.split(", "))
        steps.append(f"UPDATE service SET is_active = false, code = '{now}', {values} WHERE code = '{code}'")
    steps.append("UPDATE service SET is_active = true")
    assert parted(hall, *steps)[0].endswith(".id")


DAYS = {
    "UPDATE day SET closed_by_id = 1 WHERE closed_at IS NOT NULL": "day 2026-11-23.closed_by_id",
    "UPDATE day SET closed_by_id = 1 WHERE closed_at IS NULL": "day 2026-11-24.closed_by_id",
    "UPDATE day SET opened_at = opened_at - 1 WHERE date = '2026-11-23'": "day 2026-11-23.opened_at",
    "UPDATE day SET opened_at = opened_at - 1 WHERE date = '2026-11-24'": "day 2026-11-24.opened_at",
    "UPDATE day SET sheet = '{}' WHERE date = '2026-11-24'": "day 2026-11-24.sheet",
    "DELETE FROM day WHERE date = '2026-11-24'": "day 2026-11-24",
    "INSERT INTO day (office_id, date, opened_at) VALUES (1, '2026-11-26', 1)": "day 2026-11-26.opened_at",
}


@pytest.mark.parametrize("statement", DAYS)
def test_a_changed_day_is_named(hall: Hall, statement: str) -> None:
    promised(hall)
    row = DAYS[statement]
    assert parted(hall, statement) == (row, row[4:14])


VOUCHERS = {
    "UPDATE voucher SET used_by_id = NULL WHERE code = '{used}'": ("{used}.used_by_id", "2026-11-23"),
    "UPDATE voucher SET used_by_id = 1 WHERE code = '{unused}'": ("{unused}.used_by_id", "2026-11-23"),
    "UPDATE voucher SET valid_on = '2026-11-30' WHERE code = '{unused}'": ("{unused}.valid_on", "2026-11-23"),
    "UPDATE voucher SET ticket_id = 1 WHERE code = '{unused}'": ("{unused}.ticket_id", "2026-11-23"),
    "UPDATE voucher SET code = 'V-XXXXXX' WHERE code = '{unused}'": ("V-XXXXXX", "2026-11-23"),
    "DELETE FROM voucher WHERE code = '{unused}'": ("{unused}", "2026-11-23"),
    "INSERT INTO voucher (id, office_id, code, ticket_id, valid_on) VALUES (9, 1, 'V-XXXXXX', 1, '2026-11-24')": (
        "V-XXXXXX",
        "2026-11-23",
    ),
}


@pytest.mark.parametrize("statement", VOUCHERS)
def test_a_changed_voucher_is_named(hall: Hall, statement: str) -> None:
    used, unused = promised(hall)
    row, day = VOUCHERS[statement]
    said = {"used": used, "unused": unused}
    assert parted(hall, statement.format(**said)) == (f"voucher {row.format(**said)}", day)


@pytest.mark.parametrize("from_seal", [False, True])
def test_a_voucher_of_a_ticket_that_was_a_mistake_is_good_again(hall: Hall, *, from_seal: bool) -> None:
    used, unused = promised(hall)
    for taken_back in (undo, void):
        hall.waiting(voucher=unused)
        reason = {"reason": "mistake"} if taken_back is void else {}
        hall.do(taken_back, ticket="D-002" if taken_back is undo else "D-003", after=1, **reason)
        assert hall.database.read(verify, from_seal=from_seal).difference is None
    hall.do(undo, ticket="D-003", after=1)
    assert hall.database.read(verify, from_seal=from_seal).difference is None
    hall.do(void, ticket="D-001", reason="mistake")
    assert hall.database.read(verify, from_seal=from_seal).difference is None
    row = parted(hall, f"UPDATE voucher SET used_by_id = 1 WHERE code = '{used}'", from_seal=from_seal)[0]
    assert row == f"voucher {used}.used_by_id"


def test_a_counter_that_had_no_event_is_open(hall: Hall) -> None:
    promised(hall)
    assert parted(hall, "UPDATE counter SET state = 'closed' WHERE number = 3") == (
        "counter 3 (state, reason)",
        "2026-11-24",
    )


@pytest.mark.parametrize("change", ["at = at + 1", "seq = seq + 1", "hash = NULL"])
def test_a_changed_head_is_named_with_its_day(hall: Hall, change: str) -> None:
    promised(hall)
    assert parted(hall, f"UPDATE head SET {change}") == ("head (seq, hash, at)", "2026-11-24")


def test_a_changed_event_is_named_with_its_day(hall: Hall) -> None:
    promised(hall)
    assert parted(hall, "UPDATE event SET verb = 'x' WHERE verb = 'end_of_day'")[1] == "2026-11-23"


def test_a_missing_event_is_named_with_its_day(hall: Hall) -> None:
    promised(hall)
    seq = hall.database.revision()
    hall.do(leave, ticket="D-001")
    assert parted(hall, f"DELETE FROM event WHERE seq = {seq}") == (f"event {seq}", "2026-11-24")


def test_a_missing_span_is_named_with_its_day(hall: Hall) -> None:
    promised(hall)
    assert parted(hall, "DELETE FROM span WHERE id = (SELECT max(id) FROM span)") == ("span of ticket 4", "2026-11-24")


def test_a_span_too_many_is_named_with_its_day(hall: Hall) -> None:
    promised(hall)
    moment = hall.clock().timestamp() * 1_000_000
    statement = (
        "INSERT INTO span (id, office_id, ticket_id, kind, service_id, started_at, ended_at, ended_by, is_undone)"
    )
    statement += f" VALUES (99, 1, 4, 'waiting', 1, {moment:.0f}, {moment:.0f}, 'x', false)"
    assert parted(hall, statement) == ("span 99.ticket_id", "2026-11-24")


def test_what_is_put_right_on_a_closed_day_is_followed(hall: Hall) -> None:
    promised(hall)
    day = date(2026, 11, 23)
    hall.do(correct, ticket="D-001", day=day, dossiers=3, reason="two more")
    assert hall.database.read(verify).difference is None
    assert hall.database.read(verify, from_seal=True).difference is None
    row, named = parted(hall, "UPDATE ticket SET dossiers = 1 WHERE id = 1")
    assert (row, named) == ("ticket 1 D-001.dossiers", "2026-11-23")


def test_a_chain_written_anew_with_nonsense_is_a_difference_in_words(hall: Hall) -> None:
    promised(hall)
    tamperer = Tamperer(hall.database, random.Random(1))
    columns = "office_id, seq, at, verb, ticket_id, counter_id, staff_id, CAST(detail AS VARCHAR)"
    head = GENESIS
    for row in tamperer.driver.execute(f"SELECT {columns} FROM event ORDER BY seq").fetchall():
        office, seq, at, verb, ticket, counter, person, detail = row
        text = '{"set":5}' if verb == "end_of_day" else detail
        after = link(head, office, seq, at, verb, ticket, counter, person, text)
        mark = tamperer._mark
        change = f"UPDATE event SET detail = {mark}, previous_hash = {mark}, hash = {mark} WHERE seq = {mark}"
        tamperer.driver.execute(change, (text, head, after, seq))
        head = after
    tamperer.close()
    difference = hall.database.read(verify).difference
    assert difference is not None
    assert json.loads(difference.found) == {"set": 5}
    assert "end_of_day" in difference.row
