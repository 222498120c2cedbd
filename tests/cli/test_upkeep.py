"""The commands that look after the data: what they say, what they refuse, how they end."""

import os
import pty
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from queueapp.__main__ import main
from queueapp.backups.keeping import folder_of, kept_in, make_at_close
from queueapp.backups.listing import checked
from queueapp.backups.making import make
from queueapp.backups.proving import prove
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.office import configure
from queueapp.operations.signing import hashed, set_pin
from queueapp.queries.tickets import events_after
from queueapp.settings import Settings, default_settings
from queueapp.terminal import open_database
from tests.cli.conftest import Ran, Run

NAME, MASKED, NOTE = "Nguyễn Thị Bí Mật", "Nguyễn T. B. M.", "ghi chú kín đáo"


def office(folder: Path, **settings: object) -> Database:
    """Open the office that the commands will find, with these settings."""
    database = open_database(str(folder / "office.db"))
    if settings:
        said = Settings.model_validate(default_settings().model_dump() | settings)
        database.write(configure, said, at=now())
    return database


def served(database: Database) -> None:
    """Let a ticket be served at counter 1."""
    database.write(issue, service="land", at=now())
    database.write(call, counter=1, at=now())
    database.write(start, counter=1, at=now())


def refused(ran: Ran, status: int, *words: str) -> None:
    """Make sure that a command ended with a sentence and not with a traceback."""
    assert ran.status == status, ran
    assert "Traceback" not in ran.err + ran.out
    assert "unforeseen" not in ran.err + ran.out
    for word in words:
        assert word in ran.err + ran.out


def test_verify_says_what_was_proved_and_names_the_first_difference(run: Run, tmp_path: Path) -> None:
    database = office(tmp_path)
    served(database)
    proved = run("verify")
    assert proved.status == 0
    assert "1 tickets" in proved.out
    assert f"Head of the chain: {database.read(lambda session: session.office.chain_head)}" in proved.out
    database.close()
    changed = sqlite3.connect(tmp_path / "office.db", isolation_level=None)
    changed.execute("UPDATE ticket SET dossiers = 5")
    parted = run("verify", "--json")
    assert parted.status == 1
    assert not parted.json["ok"]
    assert parted.json["difference"]["row"] == "ticket 1 D-001.dossiers"
    assert (parted.json["difference"]["expected"], parted.json["difference"]["found"]) == (1, 5)
    changed.execute("UPDATE ticket SET dossiers = 1")
    changed.execute("PRAGMA foreign_keys=OFF")
    changed.execute("UPDATE ticket SET counter_id = 77")
    changed.close()
    refused(run("verify", lang="vi"), 1, "hỏng", "phục hồi bản sao lưu")
    assert [each.name for each in tmp_path.iterdir() if "verify" in each.name] == []


def test_a_backup_is_made_proved_and_restored_and_what_would_be_lost_is_shown(run: Run, tmp_path: Path) -> None:
    database = office(tmp_path)
    served(database)
    made = run("backup", "kept/one.backup", "--prove", "--json").json
    assert (made["ok"], made["proved"], made["contents"]["tickets"]) == (True, True, 1)
    refused(run("backup", "kept/one.backup"), 3, "exists already", "Nothing was changed")
    database.write(issue, service="land", at=now())
    revision = database.revision()
    unasked = run("restore", "kept/one.backup")
    refused(unasked, 1, "has 2 events after it", "--yes")
    assert database.revision() == revision
    done = run("restore", "kept/one.backup", "--yes", "--json").json
    assert (done["lost"]["events"], done["lost"]["is_other_history"]) == (2, False)
    assert Path(done["aside"]).stat().st_mode & 0o077 == 0
    codes = [each.ticket for each in database.read(events_after) if each.verb == "issue"]
    assert codes == ["D-001"]
    last = database.read(events_after)[-1]
    assert (last.verb, last.detail["sha256"]) == ("restore", made["sha256"])
    database.close()
    spoiled = tmp_path / "kept" / "one.backup"
    whole = spoiled.read_bytes()
    spoiled.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    before = (tmp_path / "office.db").read_bytes()
    refused(
        run("restore", "kept/one.backup", "--yes", "--json", lang="vi"), 3, "Từ chối bản sao lưu", "Chưa có gì thay đổi"
    )
    assert (tmp_path / "office.db").read_bytes() == before


def test_a_damaged_office_is_restored_and_kept_aside(run: Run, tmp_path: Path) -> None:
    database = office(tmp_path)
    served(database)
    make(database, tmp_path / "one.backup", at=now())
    database.close()
    (tmp_path / "office.db").write_bytes(b"no database" * 1000)
    done = run("restore", "one.backup", "--yes")
    assert done.status == 0
    assert "cannot be read" in done.out
    (aside,) = tmp_path.glob("office.db.replaced-*Z")
    assert aside.read_bytes() == b"no database" * 1000
    restored = office(tmp_path)
    assert restored.revision() > 1
    restored.close()


def asked(folder: Path, answer: bytes) -> tuple[int, str]:
    """Restore at a terminal where somebody gives this answer; return the status and what was printed."""
    here, there = pty.openpty()
    os.write(here, answer)
    done = subprocess.run(
        [sys.executable, "-m", "queueapp", "--db", "office.db", "restore", "one.backup"],
        stdin=there,
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | {"QUEUEAPP_LANG": "en"},
        check=False,
    )
    os.close(here)
    os.close(there)
    return done.returncode, done.stdout + done.stderr


def test_somebody_at_the_terminal_is_asked_before_anything_is_replaced(tmp_path: Path) -> None:
    database = office(tmp_path)
    make(database, tmp_path / "one.backup", at=now())
    database.write(issue, service="land", at=now())
    revision = database.revision()
    status, said = asked(tmp_path, b"n\n")
    assert (status, database.revision()) == (1, revision)
    assert "they would go" in said
    assert "Restore it?" in said
    assert said.strip().endswith("Nothing was changed.") or "Nothing was changed." in said
    status, said = asked(tmp_path, b"y\n")
    assert (status, database.revision()) == (0, revision - 1)
    database.close()


def test_only_who_has_the_right_restores(run: Run, tmp_path: Path) -> None:
    people = [{"name": "an", "role": "admin"}, {"name": "binh", "role": "clerk"}]
    database = office(tmp_path, staff=people)
    make(database, tmp_path / "one.backup", at=now())
    for person in ("an", "binh"):
        by = None if person == "an" else "an"
        database.write(set_pin, name=person, pin="482913", make_hash=hashed, staff=by, at=now())
    before = len(database.read(events_after))
    refused(run("restore", "one.backup", "--yes"), 1, "Sign in first")
    refused(run("restore", "one.backup", "--yes", "--as", "nobody"), 1, "Nobody called “nobody” works here")
    refused(run("restore", "one.backup", "--yes", "--as", "binh"), 1, "has a PIN")
    after = database.read(events_after)
    assert "restore" not in {each.verb for each in after}
    assert len(after) >= before
    assert not list(tmp_path.glob("*replaced*"))
    database.close()


def test_a_name_is_masked_an_export_is_an_event_and_a_purge_leaves_no_byte(run: Run, tmp_path: Path) -> None:
    database = office(tmp_path, personal={"name": True})
    database.write(issue, service="land", name=NAME, note=NOTE, at=now())
    make_at_close(database, at=now())
    (tmp_path / "office.db.replaced-20261123T010000Z").write_text("a copy")
    shown = run("--json", "ticket", "D-001")
    assert shown.json["ticket"]["name"] == MASKED
    assert NAME not in shown.out
    assert run("report", "--csv", "day.csv").status == 0
    for text in (NAME, NOTE, MASKED):
        assert text not in (tmp_path / "day.csv").read_text(encoding="utf-8-sig")
    assert database.read(events_after)[-1].verb == "export"
    purged = run("purge", "--days", "0", "--json").json
    assert (purged["tickets"], purged["backups_changed"]) == (1, 1)
    assert [Path(each).name for each in purged["copies"]] == ["office.db.replaced-20261123T010000Z"]
    for each in tmp_path.rglob("*"):
        if each.is_file():
            assert NAME.encode() not in each.read_bytes(), each
            assert NOTE.encode() not in each.read_bytes(), each
    verified = run("verify", "--json").json
    assert verified["ok"]
    assert database.read(events_after)[-1].verb == "purge"
    (kept,) = kept_in(folder_of(database))
    assert prove(kept).difference is None
    database.close()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_file_that_cannot_be_used_is_said_by_every_command_and_by_doctor(run: Run, tmp_path: Path, lang: str) -> None:
    (tmp_path / "office.db").write_bytes(b"no database" * 1000)
    damaged, advice, safe = {
        "vi": ("tệp đã hỏng", "khôi phục bản sao lưu", "bản sao lưu gần nhất vẫn an toàn"),
        "en": ("the file is damaged", "restore a backup", "What the last backup holds is safe"),
    }[lang]
    said = run("issue", "land", "--json", lang=lang)
    refused(said, 3, damaged, advice, safe)
    assert said.json["error"]["code"] == "database_unavailable"
    examined = run("doctor", "--json", lang=lang)
    refused(examined, 1, damaged, advice)
    assert not examined.json["ok"]
    assert [each["level"] for each in examined.json["findings"]].count("bad") == 1


def test_doctor_ends_well_where_only_warnings_are_left(run: Run, tmp_path: Path) -> None:
    office(tmp_path).close()
    told = run("doctor", lang="vi")
    assert told.status == 0
    assert "CHÚ Ý" in told.out
    assert "queueapp pin" in told.out


def test_a_database_of_a_server_is_backed_up_proved_and_restored_by_the_same_commands(
    run: Run, tmp_path: Path, postgres_url: str
) -> None:
    database = open_database(postgres_url)
    served(database)
    made = run("backup", "one.backup", "--prove", "--json", db=postgres_url)
    assert made.status == 0, made
    assert (made.json["kind"], made.json["proved"]) == ("postgresql", True)
    database.write(issue, service="land", at=now())
    done = run("restore", "one.backup", "--yes", "--json", db=postgres_url)
    assert done.status == 0, done
    assert done.json["lost"]["events"] == 1
    assert checked(tmp_path / done.json["aside"]).contents.tickets == 2
    assert [each.verb for each in database.read(events_after)][-1] == "restore"
    database.close()


def test_the_owner_of_the_file_sets_an_administrators_pin_when_nobody_can(run: Run, tmp_path: Path) -> None:
    people = [{"name": "an", "role": "admin"}, {"name": "binh", "role": "clerk"}]
    database = office(tmp_path, staff=people)
    database.write(set_pin, name="an", pin="482913", make_hash=hashed, staff=None, at=now())
    refused(run("pin", "an", given="739148\n"), 1, "Sign in first")
    refused(run("pin", "binh", "--recover", given="7391\n"), 2, "only for somebody who may set PINs")
    done = run("pin", "an", "--recover", given="739148\n")
    assert done.status == 0, done
    assert "was set by the owner of the file" in done.out
    assert [each.verb for each in database.read(events_after)][-1] == "recover_pin"
    assert run("pin", "binh", "--as", "an", given="7391\n").status == 1
    database.close()


def test_a_pin_is_recovered_by_the_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = office(tmp_path, staff=[{"name": "an", "role": "admin"}])
    database.write(set_pin, name="an", pin="482913", make_hash=hashed, staff=None, at=now())
    monkeypatch.setattr(os, "getuid", lambda: 4_294_967_000)
    assert main(["--db", str(tmp_path / "office.db"), "--lang", "en", "pin", "an", "--recover"]) == 2
    assert "only by the owner" in capsys.readouterr().err
    assert [each.verb for each in database.read(events_after)][-1] == "set_pin"
    database.close()


def test_who_comes_to_be_in_charge_is_named_because_the_pin_holds_no_more(run: Run, tmp_path: Path) -> None:
    people = [{"name": "chief", "role": "admin"}, {"name": "an", "role": "clerk"}]
    database = office(tmp_path, staff=people)
    for name, pin in (("chief", "846913"), ("an", "8469")):
        database.write(set_pin, name=name, pin=pin, make_hash=hashed, staff="chief", at=now())
    settings = tmp_path / "office.toml"
    promoted = [people[0], {"name": "an", "role": "supervisor"}]
    settings.write_text(Settings.model_validate(default_settings().model_dump() | {"staff": promoted}).to_toml())
    done = run("--as", "chief", "config", "apply", str(settings), pin="846913")
    assert done.status == 0, done
    assert "The PIN of an holds no more" in done.out
