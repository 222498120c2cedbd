"""The proof of kills and cuts, in short: nothing acknowledged is lost or done twice, and the proof itself can fail.

The long one is `python -m benchmarks.kill`.
"""

from pathlib import Path

import pytest

from benchmarks.kill import on_postgres, on_sqlite
from benchmarks.kill.crew import founded
from benchmarks.kill.frames import Conversation, Frames
from benchmarks.kill.looking import look
from benchmarks.kill.seeds import missed
from benchmarks.kill.watch import NEEDED, Watch
from tests.postgres import Server, binaries


def test_nothing_is_lost_or_done_twice_when_processes_are_killed() -> None:
    watch, wrong = on_sqlite.run(40, workers=6, seed=1, longest=0.06)
    assert wrong == []
    assert watch.doubts.total() > 0


def test_nothing_is_lost_or_done_twice_when_connections_are_cut_at_commit_and_the_server_crashes(
    postgres: Server,
) -> None:
    programs = binaries()
    assert programs is not None
    watch, counts, wrong = on_postgres.run_on(postgres, programs, 15, 1, workers=4, seed=1)
    assert [each for each in wrong if not each.startswith("idle")] == []  # not all verbs come up in so few commands
    assert counts.cuts.total() == 15
    assert watch.doubts.total() >= 15


@pytest.mark.parametrize("fault", ["a retry that acts twice", "a call out of order"])
def test_the_proof_finds_a_fault_put_in(fault: str) -> None:
    assert missed(lambda: on_sqlite.run(12, workers=6, seed=3, longest=0.06), (fault,)) == []


def test_a_run_in_which_nobody_works_fails(tmp_path: Path) -> None:
    address = str(tmp_path / "office.db")
    founded(address, 1)
    (wrong,) = look(address, Watch())
    assert wrong.startswith(f"idle: never {', '.join(NEEDED)}, a repetition, a doubt;")


def test_a_commit_is_known_as_a_query_and_as_a_prepared_statement() -> None:
    frames, conversation = Frames(), Conversation()
    start = b"\0\0\0\x08\0\x03\0\0"
    update, commit = b"Q\0\0\0\x0cUPDATE\0\0", b"Q\0\0\0\x0bCOMMIT\0"
    prepare, bind = b"P\0\0\0\x0fc\0COMMIT\0\0\0", b"B\0\0\0\x0d\0c\0\0\0\0\0\0\0"
    whole = start + commit + update + commit + prepare + bind
    said = [message for byte in whole for message in frames.feed(bytes([byte]))]
    assert [conversation.is_commit(*message) for message in said] == [False, False, False, True, False, True]
