"""The voice and the office's own scripts by commands, also those that run for days."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from queueapp.cli.following import AWAY, Ending, Once, Rounds, followed, following_database
from queueapp.cli.hooks import address_told
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.announcing import NAME as VOICE
from queueapp.operations.calling import call, recall
from queueapp.operations.hooking import NAME as HOOKS
from queueapp.operations.issuing import issue
from queueapp.operations.office import configure
from queueapp.queries.following import Following, follower
from queueapp.settings import Settings, default_settings
from queueapp.terminal import open_database
from queueapp.voice.joining import as_wave
from tests.cli.conftest import Run
from tests.voice.clips import level, short_clips

PATIENCE = 60.0


@pytest.fixture
def folder(tmp_path: Path, file_with_tables: Path) -> Path:
    """Give the folder in which the commands find `office.db`."""
    shutil.copy(file_with_tables, tmp_path / "office.db")
    tmp_path.chmod(0o755)
    return tmp_path


def office(folder: Path, **settings: Any) -> Database:
    database = open_database(str(folder / "office.db"))
    said = Settings.model_validate(default_settings().model_dump() | settings)
    database.write(configure, said, at=now())
    return database


def voiced(folder: Path, **voice: Any) -> Database:
    short_clips(folder / "clips")
    return office(folder, voice={"on": True, "recordings": "clips", **voice})


@contextmanager
def running(folder: Path, *words: str, player: str = "null") -> Iterator["subprocess.Popen[str]"]:
    """Let a command run for days, and end it by a signal."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUEUEAPP")}
    environment |= {"QUEUEAPP_LANG": "en", "QUEUEAPP_DB": "office.db", "QUEUEAPP_PLAYER": player}
    process = subprocess.Popen(
        [sys.executable, "-m", "queueapp", *words],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def awaited(database: Database, name: str, is_so: Callable[[Following], bool]) -> Following:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = database.read(follower, name)
        if found is not None and is_so(found):
            return found
        time.sleep(0.05)  # another process works meanwhile
    raise AssertionError(database.read(follower, name))


def test_the_recordings_are_named_with_what_they_say(run: Run, tmp_path: Path) -> None:
    voiced(tmp_path).close()
    (tmp_path / "clips" / "vi-7.wav").unlink()
    listed = run("voice", "list")
    assert "vi-7.wav             bảy  (missing)" in listed.out
    assert "vi-letter-dd.wav     đê\n" in listed.out
    shown = run("voice", "show", "--json").json
    assert (shown["on"], shown["missing"], shown["holder"]) == (True, ["vi-7"], None)
    assert "start “queueapp speak” or a board" in run("voice", "show").out


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_what_is_missing_is_made_and_nothing_else(run: Run, tmp_path: Path) -> None:
    voiced(tmp_path).close()
    (tmp_path / "clips" / "vi-7.wav").unlink()
    assert "1 recordings were made, 46 were there" in run("voice", "make").out
    assert run("voice", "make", "--json").json["made"] == []


def test_an_announcement_is_tried(run: Run, folder: Path) -> None:
    voiced(folder).close()
    tried = run("voice", "test", "Đ-105", "12", player="null")
    assert "Played by null" in tried.out
    assert "Mời công dân số Đ, một, không, năm, đến quầy số một, hai" in tried.out
    silent = run("voice", "test", player="none")
    assert silent.status == 3
    assert "on the board and are not heard" in silent.err
    assert run("voice", "test", "…", "3").status == 2
    assert run("voice", "test", "D-1", "1000").status == 2


def test_the_speaker_tells_the_calls_and_ends_by_a_signal(folder: Path) -> None:
    database = voiced(folder, stale_seconds=60)
    database.write(issue, service="land", at=now())
    with running(folder, "speak") as process:
        database.write(call, counter=1, at=now())
        database.write(recall, counter=1, at=now())
        found = awaited(database, VOICE, lambda each: each.done == 2)
        assert (found.dropped, found.failed, found.doing_seq) == (0, 0, None)
        status, out, err = ended(process)
    assert (status, err) == (0, "")
    assert out == "Mời công dân số D, không, không, một, đến quầy số một\n" * 2
    last = database.read(follower, VOICE)
    assert last is not None
    assert last.holder is None
    database.close()


def test_a_speaker_that_is_to_end_waits_for_the_end_of_what_is_heard_and_notes_it(folder: Path) -> None:
    database = voiced(folder)
    for each in (folder / "clips").glob("vi-call.wav"):
        each.write_bytes(as_wave(level(9_000, 1.5)))
    database.write(issue, service="land", at=now())
    database.write(call, counter=1, at=now())
    with running(folder, "speak") as process:
        awaited(database, VOICE, lambda each: each.doing_seq is not None)
        status, _out, _err = ended(process)
    last = database.read(follower, VOICE)
    assert status == 0
    assert last is not None
    assert (last.done, last.failed, last.doing_seq, last.holder) == (1, 0, None, None)
    database.close()


def test_without_sound_it_is_said_once_and_the_calls_count_as_told(folder: Path) -> None:
    database = voiced(folder)
    with running(folder, "speak", player="none") as process:
        for service, counter in (("land", 1), ("civil_status", 2)):
            database.write(issue, service=service, at=now())
            database.write(call, counter=counter, at=now())
        found = awaited(database, VOICE, lambda each: each.done == 2)
        assert found.failed == 2
        status, out, err = ended(process)
    database.close()
    assert status == 0
    assert out.count("Mời công dân") == 2
    assert err.count("on the board and are not heard") == 1


def test_a_machine_without_sound_leaves_the_calls_to_one_that_has_it(folder: Path) -> None:
    database = voiced(folder)
    with running(folder, "speak", player="none"), running(folder, "speak") as other:
        awaited(database, VOICE, lambda each: each.holder is None or f":{other.pid}:" in each.holder)
        database.write(issue, service="land", at=now())
        database.write(call, counter=1, at=now())
        found = awaited(database, VOICE, lambda each: each.done == 1)
        assert found.failed == 0
    database.close()


class Steps:
    """What is done at each look: it counts, and ends at the last of what is planned."""

    def __init__(self, ending: Ending, *plan: Callable[[], object]) -> None:
        self.ending = ending
        self.plan = list(plan)
        self.revisions: list[int] = []
        self.database: Database | None = None

    def __call__(self) -> bool:
        assert self.database is not None
        self.revisions.append(self.database.revision())
        if self.plan:
            self.plan.pop(0)()
        else:
            self.ending.tell()
        return False


def watched(folder: Path, *plan: Callable[[], object]) -> tuple[list[int], list[str]]:
    """Follow the log of a file while things happen to it; return the revisions seen and what was said."""
    ending, said = Ending(), list[str]()
    steps = Steps(ending, *plan)
    steps.database = following_database(str(folder / "office.db"))
    Rounds(steps.database, steps, ending, Once(said.append)).keep()
    steps.database.close()
    return steps.revisions, said


def test_a_file_that_was_put_in_the_place_of_another_is_followed(folder: Path) -> None:
    office(folder).close()
    other = folder / "other.db"
    shutil.copy(folder / "office.db", other)
    database = open_database(str(other))
    for _ticket in range(5):
        database.write(issue, service="land", at=now())
    revision = database.revision()
    database.close()
    revisions, said = watched(folder, lambda: other.replace(folder / "office.db"))
    assert revisions[-1] == revision
    assert said == []


def test_a_file_that_is_away_is_waited_for_and_not_made_anew(folder: Path) -> None:
    office(folder).close()
    file, aside = folder / "office.db", folder / "aside.db"
    said: list[str] = []

    class Impatient(Ending):
        def wait(self, seconds: float) -> None:
            if seconds == AWAY and not self.has_come:
                assert not file.exists()
                if len(said) < 3:
                    said.append("waited")
                else:
                    aside.rename(file)

    ending = Impatient()
    steps = Steps(ending, lambda: file.rename(aside))
    steps.database = following_database(str(file))
    Rounds(steps.database, steps, ending, Once(said.append)).keep()
    steps.database.close()
    assert [each for each in said if each != "waited"] == [
        f"The database cannot be used: there is no file {file} now; this goes on by itself when it is back."
        " What was confirmed before is safe.",
        "The database is there again.",
    ]


def test_one_that_ends_while_the_file_is_away_makes_none(folder: Path) -> None:
    office(folder).close()
    file, ending = folder / "office.db", Ending()
    database = following_database(str(file))
    said: list[str] = []

    def step() -> bool:
        file.rename(folder / "aside.db")
        return False

    def say(sentence: str) -> None:
        said.append(sentence)
        ending.tell()

    followed(database, VOICE, step, ending=ending, once=Once(say))
    assert len(said) == 1
    assert not file.exists()


def test_whatever_goes_wrong_it_is_said_once_and_tried_again(folder: Path) -> None:
    office(folder).close()
    said: list[str] = []

    class Impatient(Ending):
        def wait(self, seconds: float) -> None:
            """Wait for nothing."""

    def fail() -> None:
        raise RuntimeError("never seen before")

    ending = Impatient()
    steps = Steps(ending, fail, fail, fail)
    steps.database = following_database(str(folder / "office.db"))
    Rounds(steps.database, steps, ending, Once(said.append)).keep()
    steps.database.close()
    assert said == ["Something went wrong, it is tried again: RuntimeError: never seen before"]
    assert len(steps.revisions) == 4


SCRIPT = """#!/bin/sh
cat >> "$0.told"
echo "$QUEUEAPP_EVENT $QUEUEAPP_SEQ pin=$QUEUEAPP_PIN"
"""


def scripts(folder: Path, **files: str) -> Path:
    place = folder / "scripts"
    place.mkdir()
    place.chmod(0o700)
    for name, content in files.items():
        (place / name).write_text(content, encoding="utf-8")
        (place / name).chmod(0o700)
    return place


def told(folder: Path, name: str) -> list[dict[str, Any]]:
    path = folder / "scripts" / f"{name}.told"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_scripts_are_tried_with_an_event_that_is_made_up(run: Run, folder: Path) -> None:
    scripts(folder, led=SCRIPT, bad="#!/bin/sh\nexit 4\n")
    office(folder, hooks={"folder": "scripts", "seconds": 5}).close()
    tried = run("hooks", "test", pin="4826")
    assert tried.status == 1
    assert "bad: It ended with status 4." in tried.out
    assert "test 0 pin=\n" in tried.out
    (event,) = told(folder, "led")
    assert set(event) == {"seq", "at", "verb", "ticket", "day", "counter", "clerk", "detail", "office"}
    shown = run("hooks", "show")
    assert "led" in shown.out
    assert "start “queueapp hooks run”" in shown.out


def test_scripts_run_after_each_event_in_order_and_failures_are_counted(run: Run, folder: Path) -> None:
    scripts(folder, a=SCRIPT, b="#!/bin/sh\nexit 4\n")
    database = office(folder, hooks={"folder": "scripts", "command": "/no/such/led"}, personal={"name": True})
    with running(folder, "hooks", "run") as process:
        awaited(database, HOOKS, lambda each: each.holder is not None)
        first = database.revision()
        database.write(issue, service="land", name="Nguyen Thi Hoa", note="deaf", at=now())
        database.write(call, counter=1, at=now())
        found = awaited(database, HOOKS, lambda each: each.seq >= first + 3)
        status, _out, err = ended(process)
    assert status == 0
    assert [event["verb"] for event in told(folder, "a")] == ["open_day", "issue", "call"]
    assert [event["seq"] for event in told(folder, "a")] == [first + 1, first + 2, first + 3]
    assert told(folder, "a")[2] | {"detail": {}} == run("events", "--json", "--after", str(first + 2)).json["events"][
        0
    ] | {"detail": {}, "office": told(folder, "a")[0]["office"]}
    assert not {word for word in ("Hoa", "deaf") if word in json.dumps(told(folder, "a"))}
    assert (found.done, found.failed) == (3, 6)
    assert "b: It ended with status 4." in err
    assert "failures: 6" in run("hooks", "show").out
    doctor = run("doctor").out
    assert "Failures of the office's scripts: 6" in doctor
    assert "queueapp hooks run" in doctor
    log = (folder / "office.db-hooks.log").read_text(encoding="utf-8")
    assert f"issue {first + 2} pin=" in log
    database.close()


def test_a_script_is_told_no_password_of_the_database() -> None:
    database = Database("postgresql://an:geheim@server:5433/office?password=geheim&sslmode=require")
    assert address_told(database) == "postgresql+psycopg://an@server:5433/office?sslmode=require"


def test_what_was_begun_when_the_runner_was_killed_is_run_again(folder: Path) -> None:
    slow = '#!/bin/sh\ncat >> "$0.told"\ntest -e "$0.go" || exec sleep 30\n'
    place = scripts(folder, slow=slow)
    database = office(folder, hooks={"folder": "scripts", "seconds": 60})
    with running(folder, "hooks", "run") as process:
        awaited(database, HOOKS, lambda each: each.holder is not None)
        database.write(issue, service="land", at=now())
        until = time.monotonic() + PATIENCE
        while not told(folder, "slow") and time.monotonic() < until:
            time.sleep(0.05)  # the script runs in another process
        process.kill()
        process.wait()
    (place / "slow.go").touch()
    with running(folder, "hooks", "run") as process:
        awaited(database, HOOKS, lambda each: each.seq == database.revision())
    verbs = [event["verb"] for event in told(folder, "slow")]
    assert verbs == ["open_day", "open_day", "issue"]  # at least once, and in order
    database.close()


def test_the_doctor_says_what_the_voice_lacks(run: Run, folder: Path) -> None:
    voiced(folder).close()
    (folder / "clips" / "vi-7.wav").unlink()
    doctor = run("doctor").out
    assert "Nobody speaks at this moment." in doctor
    assert "queueapp speak" in doctor
    assert ("Recordings that are missing: 1" in doctor) or ("espeak-ng" in doctor)


def test_a_file_that_is_not_there_is_no_office_to_speak_for(run: Run, tmp_path: Path) -> None:
    for words in (("speak",), ("hooks", "run"), ("voice", "show")):
        ran = run(*words, db=str(tmp_path / "gone.db"))
        assert ran.status == 3
        assert not (tmp_path / "gone.db").exists()
