"""The commands of paper: the printer shown and tested, a slip here, as a picture and as a page."""

import socket
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from queueapp.clock import now
from queueapp.operations.office import configure
from queueapp.operations.signing import set_pin
from queueapp.paper.escpos import decode
from queueapp.paper.qr import qr_text
from queueapp.settings import Settings, default_settings
from queueapp.terminal import open_database
from tests.cli.conftest import Run
from tests.devices.fakes import NO_PAPER, FakePrinter, answering


def printer(folder: Path, **settings: object) -> None:
    """Let the office have this printer."""
    database = open_database(str(folder / "office.db"))
    said = Settings.model_validate(default_settings().model_dump() | {"printer": settings})
    database.write(configure, said, at=now())
    database.close()


def test_an_office_without_a_printer_is_told_where_to_set_one(run: Run) -> None:
    shown, tested = run("printer", "show"), run("printer", "test")
    assert (shown.status, tested.status) == (0, 3)
    assert "no printer" in shown.out
    assert "config apply" in tested.out
    assert "good      Printer: no printer" in run("doctor").out


def test_a_test_slip_is_printed_and_it_is_said_what_to_look_at(run: Run, tmp_path: Path) -> None:
    with FakePrinter(answers=answering()) as there:
        printer(tmp_path, connection="network", target=there.target, paper_mm=58, languages="both")
        assert "can be reached" in run("printer", "show").out
        tested = run("printer", "test", lang="vi")
        assert "good      Printer: over the network" in run("doctor").out
    assert (tested.status, len(there.slips)) == (0, 1)
    assert "giấy 58 mm" in tested.out
    assert "đã nhận phiếu thử" in tested.out
    assert decode(there.slips[0]).width == 384


def test_a_printer_that_cannot_print_ends_with_a_sentence_and_3(run: Run, tmp_path: Path) -> None:
    with FakePrinter(answers=answering(paper=NO_PAPER)) as there:
        printer(tmp_path, connection="network", target=there.target)
        tested = run("printer", "test")
        told = run("printer", "test", "--json")
        shown = run("doctor")
    assert (tested.status, told.status, there.slips) == (3, 3, [])
    assert "The printer has no paper." in tested.out
    assert "Nothing was printed." in tested.out
    assert told.json["error"] == {
        "code": "device_unavailable",
        "message": "The printer has no paper.",
        "is_begun": False,
    }
    assert "WARNING" in shown.out
    assert "no paper" in shown.out


def test_a_printer_that_breaks_off_may_have_printed(run: Run, tmp_path: Path) -> None:
    with FakePrinter("dying", answering()) as there:
        printer(tmp_path, connection="network", target=there.target)
        tested = run("printer", "test")
    assert tested.status == 3
    assert "look before you try again" in tested.out


def test_the_printer_of_another_machine_is_not_asked_by_doctor(run: Run, tmp_path: Path) -> None:
    printer(tmp_path, connection="network", target="127.0.0.1:1", host="elsewhere")
    assert (
        "good      Printer: over the network 127.0.0.1:1, paper of 80 mm, only at the machine elsewhere"
        in run("doctor").out
    )
    assert "the office's slips are not printed here" in run("printer", "test").out


def test_a_slip_is_shown_and_written_as_picture_and_page_never_over_another(run: Run, tmp_path: Path) -> None:
    run("issue", "land", "--priority", "elderly")
    shown = run("slip", "d1")
    assert "D - 0 0 1" in shown.out
    assert "Ưu tiên: Người cao tuổi" in shown.out
    assert "bản sao" not in shown.out
    assert "bản sao" in run("slip", "D-001", "--copy").out
    for option, begin in (("--png", b"\x89PNG"), ("--pdf", b"%PDF")):
        first = run("slip", "D-001", option, "slip.file", "--json").json["file"]
        second = run("slip", "D-001", option, "slip.file", "--json").json["file"]
        assert first != second
        assert all(Path(path).read_bytes().startswith(begin) for path in (first, second))
    assert (tmp_path / "slip.file").stat().st_mode & 0o077 == 0


def test_the_code_of_a_slip_is_shown_below_it_and_stays_the_same(run: Run) -> None:
    run("issue", "land")
    code = run("slip", "d1", "--json").json["content"]["qr"]
    assert len(code) >= 16
    assert run("slip", "d1").out.rstrip().endswith(qr_text(code).rstrip())


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["slip", "D-009"], 1),
        (["slip"], 2),
        (["slip", "D-001", "--png", "a", "--pdf", "b"], 2),
        (["slip", "D-001", "--day", "yesterday"], 2),
        (["slip", "D-001", "--png", "nowhere/a.png"], 2),
        (["printer"], 2),
        (["printer", "dance"], 2),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(run: Run, words: list[str], status: int) -> None:
    run("issue", "land")
    ran = run(*words)
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.strip()
    assert "Traceback" not in ran.err


def test_the_roll_goes_on_where_it_broke_off(run: Run, tmp_path: Path) -> None:
    with FakePrinter(answers=answering(paper=NO_PAPER)) as there:
        printer(tmp_path, connection="network", target=there.target)
        broken = run("roll", "land", "--from", "905", "--to", "907")
    assert broken.status == 3
    assert "Go on with: queueapp roll land --from 905 --to 907" in broken.out
    with FakePrinter(answers=answering()) as there:
        printer(tmp_path, connection="network", target=there.target)
        done = run("roll", "land", "--from", "906", "--to", "907")
    assert (done.status, len(there.slips)) == (0, 2)
    assert run("roll", "land", "--from", "1").status == 2


def test_a_printer_says_at_which_machine_it_is_looked_for_and_what_its_codes_are_good_for(
    run: Run, tmp_path: Path
) -> None:
    with FakePrinter(answers=answering()) as there:
        printer(tmp_path, connection="network", target=there.target)
        shown = run("printer", "show").out
    assert f"This machine is called {socket.gethostname()}." in shown
    assert "only its random token" in shown


def test_in_an_office_with_pins_paper_needs_a_name_and_its_pin(run: Run, tmp_path: Path) -> None:
    run("issue", "land")
    printer(tmp_path, connection="folder", target=str(tmp_path))
    database = open_database(str(tmp_path / "office.db"))
    given = default_settings().model_dump() | {"staff": [{"name": "Chi", "role": "admin"}]}
    database.write(configure, Settings.model_validate(given), at=now())
    database.write(set_pin, name="Chi", pin="502816", make_hash=PasswordHasher(time_cost=1).hash, at=now())
    database.close()
    for words in (("slip", "D-001"), ("roll", "land"), ("printer", "test")):
        assert run(*words).status == 1
    assert run("slip", "D-001", "--as", "Chi", pin="502816").status == 0
