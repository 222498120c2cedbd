"""The office's list of procedures: founded with, loaded, changed by one event, and since when it is as it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

import pytest

from queueapp.database import Database
from queueapp.operations.catalogue import default_procedures, edit_catalogue, edit_procedure, load_catalogue
from queueapp.operations.office import configure, found
from queueapp.queries.procedures import all_procedures, catalogue, catalogue_changes, since
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify
from queueapp.rules.catalogue import Change
from queueapp.rules.errors import BadRequestError, NotAllowedError, QueueError
from queueapp.rules.procedures import ProcedureView
from queueapp.session import Session
from queueapp.settings import Settings, default_settings
from tests.conftest import MORNING, HandClock
from tests.factories import Hall

BIRTH = "1.001193"


def changed(hall: Hall, wanted: Sequence[ProcedureView], **given: object) -> tuple[Change, ...]:
    done: tuple[Change, ...] = hall.database.write(
        edit_catalogue, wanted=wanted, at=hall.clock.advance(minutes=1), **given
    )
    return done


def edit(hall: Hall, code: str, **cells: str) -> None:
    hall.database.write(edit_procedure, code=code, given=cells, at=hall.clock.advance(minutes=1))


def known(database: Database, code: str = BIRTH) -> ProcedureView:
    return next(each for each in database.read(all_procedures) if each.code == code)


def test_a_new_office_knows_the_list_and_its_log_says_no_more_than_that_it_was_founded(database: Database) -> None:
    assert database.read(all_procedures) == default_procedures()
    assert [event.verb for event in database.read(events_after)] == ["found"]
    assert database.read(verify).difference is None
    assert database.read(since).at(BIRTH, "fee").astimezone(UTC) == MORNING.astimezone(UTC)


def test_a_field_that_the_office_has_not_is_left_open(address: str, clock: HandClock) -> None:
    given = default_settings().model_dump()
    given["services"] = given["services"][:1]
    given["counters"] = [{"number": 1, "services": ["land"]}]
    database = Database(address)
    database.write(found, Settings.model_validate(given), at=clock())
    assert {each.service for each in database.read(all_procedures)} == {"land", None}
    database.close()


def test_one_edit_is_one_event_that_tells_what_was_before(hall: Hall, database: Database) -> None:
    edit(hall, BIRTH, fee="8000", time_limit="1")
    edited_at = hall.clock()
    event = database.read(events_after)[-1]
    assert (event.verb, event.detail) == (
        "edit_catalogue",
        {"procedures": {BIRTH: {"fee": [0, 8000], "time_limit": [0, 1], "verified": [True, False]}}},
    )
    assert (known(database).fee, known(database).time_limit) == (8000, 1)
    holds = database.read(since)
    assert (holds.at(BIRTH, "fee"), holds.at(BIRTH, "notes")) == (edited_at, MORNING)
    assert [each.fields for each in database.read(catalogue_changes, BIRTH)] == [
        {"fee": (0, 8000), "time_limit": (0, 1), "verified": (True, False)}
    ]
    assert database.read(catalogue_changes, "1.000894") == ()
    assert database.read(verify).difference is None


def test_where_nothing_differs_nothing_is_written_down(hall: Hall, database: Database) -> None:
    assert changed(hall, default_procedures()) == ()
    assert len(database.read(events_after)) == 1


def test_a_whole_list_puts_out_of_use_what_it_leaves_out_and_keeps_it(hall: Hall, database: Database) -> None:
    first, *others = default_procedures()
    new = replace(first, code="9.000001", name_vi="Thủ tục mới")
    done = changed(hall, [new, *others])
    assert [(each.code, each.kind) for each in done] == [("9.000001", "added"), (first.code, "removed")]
    assert not known(database, first.code).is_active
    in_use = [each.code for each in database.read(catalogue).procedures]
    assert in_use == ["9.000001", *(each.code for each in others)]
    back = changed(hall, default_procedures())
    assert {each.kind for each in back} == {"added", "removed"}
    assert database.read(catalogue).procedures == default_procedures()


def test_a_bad_cell_changes_nothing(hall: Hall, database: Database) -> None:
    with pytest.raises(QueueError):
        edit(hall, BIRTH, fee="8000", time_limit="soon")
    with pytest.raises(QueueError, match="no procedure"):
        edit(hall, "9.999999", fee="1")
    assert database.read(all_procedures) == default_procedures()


def test_only_who_is_in_charge_changes_the_list(hall: Hall) -> None:
    given = default_settings().model_dump()
    given["staff"] = [{"name": "an", "role": "clerk"}, {"name": "chi", "role": "supervisor"}]
    hall.do(configure, settings=Settings.model_validate(given))
    with pytest.raises(NotAllowedError):
        changed(hall, (), is_whole=False, staff="an")
    assert changed(hall, [replace(default_procedures()[0], fee=1)], is_whole=False, staff="chi")
    assert [each.clerk for each in hall.database.read(catalogue_changes)] == ["chi"]


def test_an_office_of_an_earlier_version_loads_the_list_once(hall: Hall, database: Database) -> None:
    def empty(session: Session, *, at: object) -> None:  # noqa: ARG001
        session._driver.execute("DELETE FROM procedure")

    with pytest.raises(BadRequestError):
        database.write(load_catalogue, at=hall.clock())
    database.write(empty, at=hall.clock())
    loaded_at = hall.clock.advance(minutes=5)
    assert len(database.write(load_catalogue, at=loaded_at)) == 59
    assert database.read(all_procedures) == default_procedures()
    assert database.read(since).at(BIRTH, "fee") == loaded_at
    assert database.read(verify).difference is None


def test_a_ticket_says_the_name_of_its_procedure(hall: Hall) -> None:
    ticket = hall.waiting("civil_status", procedure=BIRTH)
    assert (ticket.procedure, ticket.procedure_name) == (BIRTH, "Birth registration")
    other = hall.waiting("civil_status", procedure="of a kiosk")
    assert other.procedure_name == "of a kiosk"
    assert hall.waiting("land").procedure_name == ""
