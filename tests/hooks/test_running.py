"""A script of the office's own: what it gets, and that whatever it does it ends within its time."""

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from queueapp.hooks.finding import find
from queueapp.hooks.log import MOST, log_path, write_log
from queueapp.hooks.running import MOST_OUTPUT, CutOffError, Ran, run
from tests.conftest import MORNING

GIVEN = b'{"verb": "call"}\n'


def python(code: str, seconds: float = 20.0, given: bytes = GIVEN) -> Ran:
    words = (sys.executable, "-I", "-S", "-c", code)
    return run(words, given, {"PATH": os.environ["PATH"], "QUEUEAPP_EVENT": "call"}, seconds)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_it_reads_the_event_and_what_it_says_is_kept() -> None:
    ran = python("import sys, os; print(sys.stdin.read().strip(), os.environ['QUEUEAPP_EVENT'])")
    assert ran == Ran('{"verb": "call"} call\n')


def test_it_finds_nothing_but_what_it_is_given() -> None:
    code = "import os; print(sorted(os.environ), len(os.listdir('/proc/self/fd')))"
    kept = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(kept, True)
    ran = python(code)
    os.close(kept)
    names = ran.output.partition("]")[0]
    assert {name for name in ("PATH", "QUEUEAPP_EVENT") if name in names} == {"PATH", "QUEUEAPP_EVENT"}
    assert "HOME" not in names
    assert ran.output.strip().endswith("4")  # the three usual ones, and that of the listing itself


def test_one_that_fails_says_how() -> None:
    assert python("import sys; sys.exit(3)").trouble == "It ended with status 3."
    assert python("import os; os.kill(os.getpid(), 15)").trouble == "It was ended by SIGTERM."
    assert (
        run(("/no/such/script",), GIVEN, {}, 1).trouble == "It could not be started: there is no such file or folder."
    )
    assert run((), GIVEN, {}, 1).trouble == "There is no command."


def test_one_that_hangs_is_killed_with_all_that_it_has_started() -> None:
    code = "import os, sys, time\nchild = os.fork()\nif child: print(child, flush=True)\ntime.sleep(60)"
    begun = time.monotonic()
    ran = python(code, 1.0)
    assert time.monotonic() - begun < 10
    assert ran.trouble == "It did not end within 1 seconds and was killed."
    until = time.monotonic() + 10
    while not is_gone(int(ran.output)) and time.monotonic() < until:
        os.sched_yield()
    assert is_gone(int(ran.output))


def test_one_that_leaves_another_behind_is_not_waited_for() -> None:
    code = "import os, time\nif os.fork() == 0:\n    time.sleep(60)\nprint('done', flush=True)"
    begun = time.monotonic()
    assert python(code) == Ran("done\n")
    assert time.monotonic() - begun < 10


def test_a_daemon_that_has_left_the_group_is_not_waited_for_either() -> None:
    code = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(5)\nprint('done', flush=True)"
    begun = time.monotonic()
    assert python(code) == Ran("done\n")
    assert time.monotonic() - begun < 4


def test_a_flood_is_read_and_let_go() -> None:
    ran = python("import sys\nfor _ in range(2000): sys.stdout.write('x' * 10_000)")
    assert ran == Ran("x" * MOST_OUTPUT)


def test_one_that_does_not_want_to_know_is_not_waited_for() -> None:
    assert python("print('no')", given=b"x" * 5_000_000) == Ran("no\n")
    assert python("import os; os.close(0); print('no')", given=b"x" * 5_000_000) == Ran("no\n")


def test_one_that_closes_its_output_and_goes_on_has_its_time() -> None:
    ran = python("import os, time\nos.close(1); os.close(2); time.sleep(0.2); raise SystemExit(5)")
    assert ran.trouble == "It ended with status 5."


def test_one_is_ended_when_whoever_runs_it_ends() -> None:
    words = (sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)")
    begun = time.monotonic()
    with pytest.raises(CutOffError):
        run(words, GIVEN, {}, 60, lambda: time.monotonic() - begun < 0.2)
    assert time.monotonic() - begun < 10


def test_whoever_writes_the_queue_knows_no_script_and_no_voice() -> None:
    doors = "queueapp.operations.issuing, queueapp.operations.calling, queueapp.operations.once, queueapp.database"
    code = f"import sys, {doors}; print([name for name in sys.modules if name.startswith('queueapp.')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "queueapp.database" in loaded
    assert "queueapp.hooks" not in loaded
    assert "queueapp.voice" not in loaded


def script(path: Path, mode: int = 0o700) -> Path:
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(mode)
    return path


def test_every_executable_of_the_folder_runs_by_name_and_then_the_command(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for name in ("20-led", "10-chat", ".hidden", "30-old~"):
        script(tmp_path / name)
    script(tmp_path / "readme", 0o600)
    (tmp_path / "folder").mkdir()
    found = find(tmp_path, "led --text 'a b'")
    assert found.commands == ((str(tmp_path / "10-chat"),), (str(tmp_path / "20-led"),), ("led", "--text", "a b"))
    assert found.refused == ()


def test_what_others_may_write_is_not_run(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    script(tmp_path / "good")
    script(tmp_path / "open", 0o722)
    found = find(tmp_path, "")
    assert found.commands == ((str(tmp_path / "good"),),)
    assert len(found.refused) == 1
    assert "chmod go-w" in found.refused[0]
    tmp_path.chmod(0o775)
    assert find(tmp_path, "").commands == ()


def test_what_belongs_to_somebody_else_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o755)
    script(tmp_path / "theirs")
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    if tmp_path.stat().st_uid == 0:  # what belongs to root may be run by everybody
        os.chown(tmp_path, 54322, -1)
    found = find(tmp_path, "")
    assert found.commands == ()
    assert "belongs to somebody else" in found.refused[0]


def test_a_folder_that_is_not_there_and_a_command_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    found = find(tmp_path / "gone", "led 'open")
    assert found.commands == ()
    assert [shlex.quote(str(tmp_path / "gone")) in found.refused[0], "No closing quotation" in found.refused[1]] == [
        True,
        True,
    ]


def test_the_log_is_private_bounded_and_holds_nothing_that_acts(tmp_path: Path) -> None:
    path = log_path(tmp_path / "office.db")
    assert path == tmp_path / "office.db-hooks.log"
    write_log(path, MORNING, "7 call led", "red\x1b[2J\n\n" + "x" * 2_000)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "2026-11-23T08:00:00+07:00 7 call led"
    assert (lines[1], len(lines)) == ("    red[2J", 3)
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"x" * (MOST + 1))
    write_log(path, MORNING, "8 call led", "")
    assert path.stat().st_size < 100
    assert (tmp_path / "office.db-hooks.log.1").stat().st_size == MOST + 1
    write_log(tmp_path / "gone" / "log", MORNING, "9", "")  # a disk that is full delays nothing


def test_a_script_that_others_could_put_another_one_in_the_place_of_is_not_run(tmp_path: Path) -> None:
    outer, folder, elsewhere = tmp_path / "outer", tmp_path / "outer" / "hooks", tmp_path / "elsewhere"
    for each in (outer, folder, elsewhere):
        each.mkdir()
        each.chmod(0o755)
    script(elsewhere / "led")
    (folder / "led").symlink_to(elsewhere / "led")
    assert find(folder, "").commands == ((str(folder / "led"),),)
    elsewhere.chmod(0o757)
    found = find(folder, "")
    assert found.commands == ()
    assert str(elsewhere) in found.refused[0]
    elsewhere.chmod(0o755)
    outer.chmod(0o757)
    assert find(folder, "").commands == ()
    outer.chmod(0o1757)  # as in /tmp: nobody replaces what is another's
    assert len(find(folder, "").commands) == 1


def test_what_is_not_executable_is_named(tmp_path: Path) -> None:
    script = tmp_path / "led"
    script.write_text("#!/bin/sh\n", encoding="utf-8")
    script.chmod(0o600)
    tmp_path.chmod(0o700)
    found = find(tmp_path, "")
    assert (found.commands, found.refused) == ((), ())
    assert found.ignored == (f"{script} is not run because it is not executable: chmod u+x {script}",)
