"""Jumps of the machine's clock: log time and day never go back, and the figures are those of a day without jumps.

`python benchmarks/clock.py [--days 150] [--seed 1]`. Each scripted day is lived twice with the same steps: once with a
good clock, once with a clock that jumps by minutes to years, forwards and back, in an odd time zone. Without a restart
of the machine every figure must be the same to the digit; with restarts no duration may be negative, no number used
twice, no order wrong. `--real` runs `queueapp batch` under libfaketime instead. `--seeded` must find every fault.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.seeding import replaced
from queueapp import clock, database
from queueapp.clock import Machine
from queueapp.database import Database
from queueapp.operations.calling import call, no_show, start
from queueapp.operations.closing import close_day
from queueapp.operations.issuing import issue
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.operations.serving import finish, hold, resume
from queueapp.queries.days import open_tickets
from queueapp.queries.summary import day_summary, day_visits
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify
from queueapp.rules.errors import QueueError
from queueapp.rules.sheets import as_sheet
from queueapp.settings import default_settings

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # eight in the morning of a Monday in the office
ZONES = ("UTC", "Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "Pacific/Chatham", "America/St_Johns", "Asia/Kathmandu")
JUMPS = tuple(
    sign * timedelta(**size)
    for sign in (-1, 1)
    for size in ({"minutes": 2}, {"minutes": 17}, {"hours": 1}, {"hours": 7}, {"days": 1}, {"days": 40}, {"days": 1500})
)


class Clockwork:
    """A machine whose clock can be moved; its own count of time cannot."""

    def __init__(self) -> None:
        self.passed = timedelta(0)
        self.ahead = timedelta(0)
        self.boots = 0
        self._booted = timedelta(hours=-3)

    def machine(self) -> Machine:
        """Return what the database is given."""
        return Machine(self.wall, self.uptime)

    def wall(self) -> datetime:
        """Return what the clock on the wall says."""
        return START + self.passed + self.ahead

    def uptime(self) -> tuple[str, int]:
        """Return the machine's own count."""
        return f"boot {self.boots}", (self.passed - self._booted) // timedelta(microseconds=1)

    def reboot(self) -> None:
        """Start the machine anew."""
        self.boots += 1
        self._booted = self.passed


@dataclass
class Lived:
    """What came of a day."""

    figures: dict[str, Any]
    wrong: list[str]
    jumps: int
    done: int


def live(seed: int, folder: Path, *, jumps: bool, reboots: bool = False) -> Lived:
    """Live a scripted day; the steps follow from the seed alone, the jumps from a chance of their own."""
    steps, moves = random.Random(seed), random.Random(seed + 1)
    work = Clockwork()
    path = folder / f"{seed}-{jumps}-{reboots}.db"
    office = Database(str(path), first=keep_up, machine=work.machine())
    office.write(found, default_settings(), at=START)
    done = 0
    for _step in range(steps.randint(40, 90)):
        work.passed += timedelta(seconds=steps.choice([2, 9, 31, 55, 140, 400]))
        if jumps and moves.random() < 0.12:
            work.ahead = moves.choice(JUMPS) if moves.random() < 0.7 else timedelta(0)
            if reboots and moves.random() < 0.5:
                work.reboot()
        done += _do(office, steps, work)
    day = START.date()
    wrong = []
    # A machine that comes up with another date before the first ticket has no way to know: its day is that date.
    for lived in sorted({event.day for event in office.read(events_after) if event.day is not None}) or [day]:
        ends = {ticket.code: "left" for ticket in office.read(open_tickets, lived)}
        try:
            office.write(close_day, day=lived, unserved=ends, reason="proof", at=work.wall())
        except QueueError as error:
            wrong.append(f"{lived} not closed: {error}")
    wrong += _wrong(office, reboots=reboots)
    figures = as_sheet(office.read(day_summary, day, at=work.wall()))
    jumped = Counter(event.verb for event in office.read(events_after))["clock_jump"]
    office.close()
    return Lived(figures, wrong, jumped, done)


def _do(office: Database, steps: random.Random, work: Clockwork) -> int:
    counter = steps.choice([1, 2, 4])
    verb, given = steps.choice(
        [
            *[(issue, {"service": steps.choice(["land", "civil_status"])})] * 4,
            *[(call, {"counter": counter})] * 3,
            *[(start, {"counter": counter})] * 3,
            *[(finish, {"counter": counter})] * 3,
            (no_show, {"counter": counter}),
            (hold, {"counter": counter, "minutes": 5}),
            (resume, {"counter": counter, "ticket": "D-001"}),
        ]
    )
    try:
        office.write(verb, at=work.wall(), **given)
    except QueueError:
        return 0
    return 1


def _wrong(office: Database, *, reboots: bool) -> list[str]:
    events = office.read(events_after)
    moments = [event.at for event in events]
    wrong = [] if moments == sorted(moments) else ["log time goes back"]
    if not reboots and any(event.day not in {None, START.date()} for event in events):
        wrong.append("a ticket of another day")
    for day in {event.day for event in events if event.day is not None}:
        for visit in office.read(day_visits, day):
            for span in visit.spans:
                seconds = ((span.ended_at or span.started_at) - span.started_at).total_seconds()
                if seconds < 0 or (not reboots and seconds > 12 * 3600):
                    wrong.append(f"{visit.code}: {span.kind} {seconds} s")
        codes = [visit.code for visit in office.read(day_visits, day)]
        if len(codes) != len(set(codes)):
            wrong.append("a number used twice")
    difference = office.read(verify).difference
    return wrong if difference is None else [*wrong, str(difference)]


def days(count: int, seed: int) -> tuple[int, int, list[str]]:
    """Live so many days in odd zones; return how many operations and jumps there were, and what was wrong."""
    done = jumps = 0
    wrong: list[str] = []
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base) as folder:
        for number in range(count):
            os.environ["TZ"] = ZONES[number % len(ZONES)]
            time.tzset()
            good = live(seed + number, Path(folder), jumps=False)
            bad = live(seed + number, Path(folder), jumps=True)
            again = live(seed + number, Path(folder), jumps=True, reboots=True)
            if bad.figures != good.figures:
                wrong.append(f"day {number}: other figures under jumps")
            wrong += [f"day {number}: {each}" for lived in (good, bad, again) for each in lived.wrong]
            done += good.done + bad.done + again.done
            jumps += bad.jumps + again.jumps
    if not done or not jumps:
        wrong.append("idle")
    return done, jumps, wrong


def library() -> str | None:
    """Return where libfaketime is, None where it is not installed."""
    found_at = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return str(found_at[0]) if found_at else None


def real(jumps: int = 6) -> list[str]:
    """Run `queueapp batch` under libfaketime, move its clock between the lines, and return what was wrong."""
    preload = library()
    if preload is None:
        raise SystemExit("libfaketime is not installed (Debian: apt-get install libfaketime)")
    with tempfile.TemporaryDirectory() as folder:
        stamp = Path(folder) / "stamp"
        stamp.write_text("+0")
        environment = os.environ | {
            "LD_PRELOAD": preload,
            "FAKETIME_TIMESTAMP_FILE": str(stamp),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "QUEUEAPP_LANG": "en",
        }
        words = [sys.executable, "-m", "queueapp", "--db", str(Path(folder) / "office.db"), "batch"]
        process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=Path(__file__).parent.parent
        )
        assert process.stdin
        assert process.stdout
        moments, days_seen = [], set()
        for number in range(jumps):
            stamp.write_text(["+0", "+1d", "-1d", "+400d", "+17m", "-3h"][number % 6])
            process.stdin.write(b'{"do": "issue", "service": "land"}\n')
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            moments.append(datetime.fromisoformat(answer["ticket"]["issued_at"]))
            days_seen.add(answer["ticket"]["day"])
        process.stdin.write(b'{"do": "status"}\n')
        process.stdin.close()
        status = json.loads(process.stdout.readline())
        process.wait()
    wrong = []
    if moments != sorted(moments) or moments[-1] - moments[0] > timedelta(minutes=2):
        wrong.append(f"moments {moments}")
    if len(days_seen) != 1:
        wrong.append(f"days {days_seen}")
    if not status["clock_minutes"]:
        wrong.append("the jump is not said")
    return wrong


def _trusts(wall: datetime, last_at: datetime, offset: timedelta, elapsed: Any) -> clock.Reading:
    return clock.Reading(wall, timedelta(0))


def _clamps(wall: datetime, last_at: datetime, offset: timedelta, elapsed: Any) -> clock.Reading:
    return clock.Reading(max(wall, last_at), timedelta(0))


def _forgets(wall: datetime, last_at: datetime, offset: timedelta, elapsed: Any) -> clock.Reading:
    return clock.read_clock(wall, last_at, offset, None)


FAULTS: dict[str, Callable[..., clock.Reading]] = {
    "a clock that is trusted": _trusts,
    "a clock that is only kept from going back": _clamps,
    "a machine whose own count is not asked": _forgets,
}


def seeded() -> list[str]:
    """Return the faulty clocks that were not found."""
    missed = []
    for name, fault in FAULTS.items():
        with replaced(database, "read_clock", fault):
            try:
                if not days(4, 1)[2]:
                    missed.append(name)
            except Exception:
                continue
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    if given.seeded:
        missed = seeded()
        print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} faulty clocks found; missed: {missed}")
        return 1 if missed else 0
    if given.real:
        wrong = real()
        print("under libfaketime:", wrong or "sound")
        return 1 if wrong else 0
    begun = time.monotonic()
    done, jumps, wrong = days(given.days, given.seed)
    print(
        f"{given.days} days (three times each), {done} operations, {jumps} jumps seen, {time.monotonic() - begun:.0f} s"
    )
    print("wrong:", wrong[:10] or "nothing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
