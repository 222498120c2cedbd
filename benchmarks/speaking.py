"""Calls announced once each, in order, one at a time, whoever is killed: proved with a player that takes real time.

`python benchmarks/speaking.py [--calls 50] [--processes 8] [--db URL]`: so many calls within a second from so many
processes, some of them taken back at once; a speaker that runs tells them. `--kills 1000`: the speaker is killed with
kill -9 at random moments and begun anew; every tenth time what plays the sound is killed too, which cuts it off, so
that it is said again. `--null`: espeak's own clips, really played into a device of miniaudio that nobody hears.
The clips are short levels (the pauses too are shortened), and what was heard is read out of the samples themselves.
`--seeded` puts faults in, and fails unless each is found.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.kill.on_sqlite import memory
from benchmarks.seeding import replaced
from queueapp.cli import voice as command
from queueapp.clock import now
from queueapp.database import Database
from queueapp.models import tickets
from queueapp.operations import announcing, following
from queueapp.operations.calling import call
from queueapp.operations.issuing import issue
from queueapp.operations.office import found
from queueapp.operations.undoing import undo
from queueapp.queries.following import follower, outlook_on_calls
from queueapp.queries.tickets import events_after
from queueapp.rules import spoken
from queueapp.settings import Settings, default_settings
from queueapp.statement import Statement
from queueapp.voice import stage
from queueapp.voice.joining import RATE, as_wave

FIELDS = ("land", "civil_status", "social_affairs")
PLAYER = Path(__file__).with_name("fake_player.py")
CLIP_SECONDS, PAUSE = 0.016, 0.006
PATIENCE = 120.0  # seconds in which everything must be told
AFTER_END = 0.05  # seconds between the last sample and the note of it in which a kill makes it heard twice
LEVELS = {name: 600 + 150 * index for index, name in enumerate(spoken.all_clips("both"))}
NAMES = {level: name for name, level in LEVELS.items()}


@dataclass
class Heard:
    """What the player was given, as it says itself: each announcement's ticket and counter, begun and ended."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def begun(self) -> list[str]:
        return [each["said"] for each in self.lines if each["what"] == "begin"]

    def ended(self) -> list[str]:
        return [each["said"] for each in self.lines if each["what"] == "end"]


@dataclass(frozen=True)
class Hall:
    """An office in a folder of its own, with as many counters as there are calls."""

    folder: Path
    address: str

    @property
    def log(self) -> Path:
        return self.folder / "heard"

    def heard(self) -> Heard:
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return Heard([each | {"said": _read_out(each["levels"])} for each in map(json.loads, lines)])

    @contextlib.contextmanager
    def database(self) -> Iterator[Database]:
        opened = Database(self.address)
        try:
            yield opened
        finally:
            opened.close()


def _read_out(levels: list[int]) -> str:
    """Return what the levels say: `D-0-1-2 3`."""
    words = [NAMES.get(level, "?").removeprefix("vi-").removeprefix("letter-") for level in levels]
    text = "-".join(words)
    return text.removeprefix("chime-call-").replace("-counter-", " ")


def _as_heard(code: str, counter: int) -> str:
    letter, number = code.split("-")
    told = [str(counter)] if counter <= spoken.LARGEST_NUMBER_WORD else list(str(counter))
    return "-".join([letter.lower(), *number]) + " " + "-".join(told)


def founded(folder: Path, counters: int, address: str | None = None) -> Hall:
    """Make an office whose voice is on, its clips, and a ticket for each counter."""
    hall = Hall(folder, address or str(folder / "hall.db"))
    settings = default_settings().model_dump()
    settings["counters"] = [{"number": number + 1, "services": list(FIELDS)} for number in range(max(1, counters))]
    settings["voice"] = {"on": True, "recordings": str(folder / "clips"), "stale_seconds": 3600}
    with hall.database() as database:
        database.write(found, Settings.model_validate(settings), at=now())
        for number in range(counters):
            database.write(issue, service=FIELDS[number % len(FIELDS)], at=now())
    (folder / "clips").mkdir()
    for name, level in LEVELS.items():
        (folder / "clips" / f"{name}.wav").write_bytes(as_wave(array("h", [level] * round(CLIP_SECONDS * RATE))))
    return hall


def quick_pauses() -> AbstractContextManager[Any]:
    """Let the pauses be short, so that many announcements can be waited for."""
    stack = contextlib.ExitStack()
    for name in ("_AFTER_CHIME", "_AFTER_LEAD", "_BETWEEN", "_BEFORE_COUNTER", "_BETWEEN_LANGUAGES", "_BEFORE_AGAIN"):
        stack.enter_context(replaced(spoken, name, PAUSE))
    return stack


def forked(work: Callable[[], object]) -> int:
    """Do something in a process of its own, and return its number."""
    process = os.fork()
    if process:
        return process
    status = 1
    with contextlib.suppress(BaseException):
        work()
        status = 0
    os._exit(status)


def speaker(hall: Hall, player: str | None = None) -> int:
    """Begin a process that speaks."""

    def speak() -> None:
        os.environ["QUEUEAPP_PLAYER"] = player or f"{sys.executable} -I -S {PLAYER} {hall.log}"
        os.environ["XDG_STATE_HOME"] = str(hall.folder / "state")
        to = os.open(hall.folder / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream in (1, 2):
            os.dup2(to, stream)
        sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
        command.run_speak(argparse.Namespace(db=hall.address, parent=None))

    return forked(speak)


def call_all(hall: Hall, counters: range, processes: int, undone: int = 0) -> float:
    """Call a ticket to each counter from so many processes at once, and return the seconds that took.

    The last `undone` of them are taken back at once.
    """

    def calls_of(part: int) -> None:
        with hall.database() as database:
            for number in list(counters)[part::processes]:
                database.write(call, counter=number, at=now())
                if number > counters.stop - 1 - undone:
                    database.write(undo, counter=number, at=now())

    begun = time.monotonic()
    workers = [forked(lambda part=part: calls_of(part)) for part in range(processes)]
    statuses = [os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) for worker in workers]
    if any(statuses):
        raise RuntimeError(statuses)
    return time.monotonic() - begun


def expected(hall: Hall) -> tuple[list[str], list[str]]:
    """Return what must be heard in this order, and what was taken back."""
    with hall.database() as database:
        events = [each for start in range(0, 100_000, 1000) for each in _page(database, start)]
    back = {each.detail["undoes"] for each in events if each.verb == "undo"}
    calls = [each for each in events if each.verb in {"call", "recall"}]
    told = [_as_heard(str(each.ticket), each.counter or 0) for each in calls if each.seq not in back]
    return told, [_as_heard(str(each.ticket), each.counter or 0) for each in calls if each.seq in back]


def _page(database: Database, start: int) -> tuple[Any, ...]:
    return () if start > database.revision() else database.read(events_after, start)


def is_all_told(hall: Hall) -> bool:
    with hall.database() as database:
        state = database.read(follower, announcing.NAME)
        last = database.read(outlook_on_calls, announcing.NAME).last
    return state is not None and state.doing_seq is None and state.seq >= last


def judged(hall: Hall, kills_of_sound: list[float], *, needs: int) -> tuple[list[str], int]:
    """Return what is wrong with what was heard, and how often a kill fell between the last sample and its note."""
    heard, (told, back) = hall.heard(), expected(hall)
    if len(told) < needs or not heard.lines:
        return [f"idle: {len(told)} calls, {len(heard.lines)} lines heard"], 0
    wrong, window = [], 0
    ends = Counter(heard.ended())
    for said, count in ends.items():
        at = [each["at"] for each in heard.lines if each["what"] == "end" and each["said"] == said]
        near = sum(any(end <= kill <= end + AFTER_END for kill in kills_of_sound) for end in at)
        window += min(near, count - 1)
        if count - min(near, count - 1) > 1:
            wrong.append(f"twice: {said} ({count})")
    wrong += [f"lost: {said}" for said in told if said not in ends]
    wrong += [f"told although taken back: {said}" for said in back if said in ends and said not in told]
    once = list(dict.fromkeys(heard.ended()))
    if once != [said for said in told if said in ends]:
        wrong.append("out of order")
    cut = len(heard.begun()) - len(heard.ended())
    if cut > len(kills_of_sound):
        wrong.append(f"cut off: {cut}, killed: {len(kills_of_sound)}")
    wrong += _overlaps(heard, kills_of_sound)
    return wrong, window


def _overlaps(heard: Heard, kills: list[float]) -> list[str]:
    wrong, last = [], None
    ends = {each["pid"]: each["at"] for each in heard.lines if each["what"] == "end"}
    for each in heard.lines:
        if each["what"] != "begin":
            if each["at"] - last["at"] < each["seconds"] and last["pid"] == each["pid"]:
                wrong.append(f"too short: {each['said']}")
            continue
        if last is not None:
            over = ends.get(last["pid"], min((kill for kill in kills if kill >= last["at"]), default=None))
            if over is None or each["at"] < over:
                wrong.append(f"two at a time: {last['said']}, {each['said']}")
        last = each
    return wrong


def fifty(calls: int, processes: int, address: str | None = None, undone: int = 4) -> tuple[list[str], str]:
    """Let a speaker that runs tell many calls of one second; return what is wrong, and figures in words."""
    with tempfile.TemporaryDirectory(dir=memory()) as name, quick_pauses():
        hall = founded(Path(name), calls, address)
        process = speaker(hall)
        try:
            seconds = call_all(hall, range(1, calls + 1), processes, undone)
            begun = time.monotonic()
            while not is_all_told(hall) and time.monotonic() - begun < PATIENCE:
                time.sleep(0.1)
            took = time.monotonic() - begun
        finally:
            os.kill(process, signal.SIGTERM)
            status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        wrong, _window = judged(hall, [], needs=calls - undone)
        wrong += [f"the speaker ended with {status}"] if status else []
        lasted = sum(each["seconds"] for each in hall.heard().lines if each["what"] == "end")
        if took + seconds < lasted:
            wrong.append(f"durations do not add up: {lasted:.2f} s heard in {took + seconds:.2f} s")
        told = f"{calls} calls in {seconds:.2f} s from {processes} processes, {undone} taken back; heard "
        return wrong, told + f"{len(hall.heard().ended())}, {lasted:.2f} s of sound in {took + seconds:.2f} s"


def killed(
    kills: int, seed: int, address: str | None = None, longest: float = 0.5, speakers: int = 2
) -> tuple[list[str], str]:
    """Kill speakers at random moments while they tell calls; return what is wrong, and figures in words."""
    chance = random.Random(seed)
    calls = max(12, kills)
    with tempfile.TemporaryDirectory(dir=memory()) as name, quick_pauses():
        hall = founded(Path(name), calls, address)
        crew = [speaker(hall) for _each in range(speakers)]
        kills_of_sound: list[float] = []
        call_all(hall, range(1, calls + 1), 4)
        for kill in range(kills):
            time.sleep(chance.uniform(0.005, longest))
            victim = chance.randrange(speakers)
            os.kill(crew[victim], signal.SIGKILL)
            if kill % 10 == 9:
                kills_of_sound += kill_what_plays(hall, chance)
            os.waitpid(crew[victim], 0)
            crew[victim] = speaker(hall)
        begun = time.monotonic()
        while not is_all_told(hall) and time.monotonic() - begun < PATIENCE + calls:
            time.sleep(0.1)
        for process in crew:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        wrong, window = judged(hall, kills_of_sound, needs=calls)
        heard = hall.heard()
        told = f"{kills} kills, {len(kills_of_sound)} of what plays; {calls} calls, heard to the end {len(heard.ended())}, "
        return (
            wrong,
            told + f"cut off {len(heard.begun()) - len(heard.ended())}, killed between sound and note {window}",
        )


def kill_what_plays(hall: Hall, chance: random.Random) -> list[float]:
    """Kill the process that has the sound played, or the player itself; return when, nothing where none was found."""
    sign = chance.choice(["queueapp.voice.performing", PLAYER.name])
    for each in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            words = (each / "cmdline").read_bytes().decode(errors="replace")
            if sign in words and str(hall.folder) in words and int(each.name) != os.getpid():
                at = time.monotonic()
                os.kill(int(each.name), signal.SIGKILL)
                return [at]
    return []


def into_the_null_device(calls: int) -> tuple[list[str], str]:
    """Let espeak's own clips be played into a device that nobody hears; return what is wrong, and figures in words."""
    with tempfile.TemporaryDirectory(dir=memory()) as name:
        folder = Path(name)
        hall = founded(folder, calls)
        for each in (folder / "clips").iterdir():
            each.unlink()
        call_all(hall, range(1, calls + 1), 4)
        begun = time.monotonic()
        process = speaker(hall, "null")
        while not is_all_told(hall) and time.monotonic() - begun < PATIENCE * calls:
            time.sleep(0.1)
        took = time.monotonic() - begun
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)
        from queueapp.voice.recordings import Recordings

        clips = Recordings(folder / "clips")
        with hall.database() as database:
            events = [each for each in database.read(events_after) if each.verb == "call"]
            state = database.read(follower, announcing.NAME)
        lasted = sum(clips.sound(spoken.announcement(str(each.ticket), each.counter or 1)).seconds for each in events)
        wrong = [] if state is not None and (state.done, state.failed) == (calls, 0) else [f"told: {state}"]
        wrong += [] if took >= lasted else [f"{lasted:.1f} s of sound in {took:.1f} s"]
        return wrong, f"{calls} announcements, {lasted:.1f} s of sound, played in {took:.1f} s"


def _cursor_first() -> AbstractContextManager[None]:
    """Note a call as told before it is played."""

    def begin_doing(session: Any, *, name: str, seq: int, at: Any) -> None:
        following.pass_by(session, name=name, seq=seq, done=1)

    good = stage.Stage.perform

    def late(self: Any, *given: Any) -> Any:
        time.sleep(0.1)
        return good(self, *given)

    stack = contextlib.ExitStack()
    stack.enter_context(replaced(announcing, "begin_doing", begin_doing))
    stack.enter_context(replaced(stage.Stage, "perform", late))
    return stack  # type: ignore[return-value]


def _no_lock() -> AbstractContextManager[None]:
    return replaced(stage, "lock", lambda path: os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _no_note() -> AbstractContextManager[None]:
    return replaced(stage.Stage, "noted", lambda _self: None)


def _by_ticket() -> AbstractContextManager[None]:
    clause = announcing._NEXT.clause.order_by(None).order_by(tickets.c.number.desc())  # type: ignore[union-attr]
    return replaced(announcing, "_NEXT", Statement(clause))


def _undone_too() -> AbstractContextManager[None]:
    return replaced(announcing, "why_not", lambda *_given, **_named: None)


def _half_a_sound() -> AbstractContextManager[None]:
    """Let the process that plays not outlive the speaker."""
    good = stage.subprocess.Popen

    def bound(*given: Any, **named: Any) -> Any:
        from queueapp.processes import ending_with_parent

        return good(*given, **named, preexec_fn=ending_with_parent())

    return replaced(stage.subprocess, "Popen", bound)


FAULTS: dict[str, tuple[Callable[[], AbstractContextManager[None]], bool, tuple[str, ...]]] = {
    "the cursor is moved before playing": (_cursor_first, True, ("lost",)),
    "no lock": (_no_lock, True, ("two at a time", "twice")),
    "what was heard is not written down": (_no_note, True, ("twice",)),
    "the order of the tickets": (_by_ticket, False, ("out of order", "lost")),
    "what was taken back is told": (_undone_too, False, ("although taken back",)),
    "the sound ends with the speaker": (_half_a_sound, True, ("cut off",)),
}


def is_found(name: str, kills: int = 16) -> bool:
    """Put a fault in, and say whether a short run finds it for what it is."""
    fault, needs_kills, signs = FAULTS[name]
    for seed in range(3):
        with fault():
            wrong, _figures = killed(kills, seed) if needs_kills else fifty(24, 4)
        if any(sign in each for each in wrong for sign in signs):
            return True
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", help="an empty PostgreSQL database; default a new SQLite file")
    parser.add_argument("--null", action="store_true")
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    begun = time.monotonic()
    if given.seeded:
        missed = [name for name in FAULTS if not is_found(name)]
        print(f"{len(FAULTS)} faults put in; missed: {missed or 'none'}; {time.monotonic() - begun:.0f} s")
        return 1 if missed else 0
    if given.null:
        wrong, figures = into_the_null_device(given.calls)
    elif given.kills:
        wrong, figures = killed(given.kills, given.seed, given.db)
    else:
        wrong, figures = fifty(given.calls, given.processes, given.db)
    print(figures)
    print(f"{time.monotonic() - begun:.0f} s; wrong: {len(wrong)}", *wrong[:10], sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
