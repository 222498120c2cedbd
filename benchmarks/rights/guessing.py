"""Guesses a PIN for hours of the machine's own count of time, and watches how often a guess is looked at."""

import random
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from benchmarks.clock import Clockwork
from benchmarks.rights.office import office
from queueapp.database import Database
from queueapp.operations.keeping import keep_up
from queueapp.operations.signing import sign_in
from queueapp.rules.errors import LockedOutError, WrongPinError


def restarted(path: str, work: Clockwork) -> Database:
    """Return the database as a program that has just begun opens it."""
    return Database(path, first=keep_up, machine=work.machine())


@dataclass
class Watch:
    """When guesses were looked at, by a count that nobody can set, and what was wrong with that."""

    looked: list[timedelta] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def look(self, passed: timedelta) -> None:
        """Notice that a guess was looked at."""
        self.looked.append(passed)
        lately = [each for each in self.looked[-6:] if passed - each <= timedelta(minutes=15)]
        if len(lately) > 5:
            self.wrong.append(f"{len(lately)} guesses within a quarter of an hour")
        if len(self.looked) > 6:  # after five in a row each further one waits longer than the one before
            wait, before = self.looked[-1] - self.looked[-2], self.looked[-2] - self.looked[-3]
            if wait < min(before * 1.5, timedelta(hours=24)):
                self.wrong.append(f"a wait of {wait} after one of {before}")


def guesses(count: int, seed: int, *, pace: int = 1) -> tuple[int, list[str]]:
    """Guess a PIN so often, or until something is wrong; return how many guesses were looked at, and what was wrong.

    With a `pace` as many times more time passes between two guesses, for a short run.
    """
    chance, work, watch = random.Random(seed), Clockwork(), Watch()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "office.db")
        office(path, at=work.wall())
        database = restarted(path, work)
        for number in range(count):
            work.passed += timedelta(seconds=chance.choice([0.1, 1, 1, 3]) * pace)
            if number % (97 // pace) == 0:
                work.ahead = chance.choice([timedelta(0), timedelta(hours=1), timedelta(days=3), -timedelta(hours=5)])
            if number % (151 // pace) == 0:
                database.close()
                database = restarted(path, work)
            try:
                sign_in(database, "supervisor", f"{chance.randrange(10**6):06d}", at=work.wall())
                watch.wrong.append("guessed")
            except LockedOutError:
                continue
            except WrongPinError:
                watch.look(work.passed)
            if watch.wrong:
                break
        database.close()
    return len(watch.looked), watch.wrong if watch.looked else ["idle"]
