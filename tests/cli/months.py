"""A made month of a small office, as lines for `batch`: waits, ends of every kind, papers asked for, corrections."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = date(2026, 11, 2)
FIELDS = (("land", "D"), ("civil_status", "H"), ("social_affairs", "X"))
WILD = "=1+1 An"  # a name that no spreadsheet may reckon with
STAFF = f'[[staff]]\nname = "{WILD}"\nrole = "clerk"\n\n[[staff]]\nname = "Bình"\nrole = "clerk"\n'
_SLOW = 150
Line = dict[str, Any]


def month(days: int = 21, citizens: int = 14, seed: int = 1) -> Iterator[Line]:
    """Return the lines of so many working days from the 2nd of November 2026; all but the last are closed."""
    chance = random.Random(seed)
    working = [day for day in (FIRST + timedelta(days=each) for each in range(2 * days)) if day.weekday() < 5][:days]
    for place, day in enumerate(working):
        yield from _day(day, citizens, chance, is_closed=place < days - 1)
    corrected = datetime(working[-1].year, working[-1].month, working[-1].day, 23, tzinfo=ZONE)
    yield {
        "do": "correct",
        "ticket": "D-001",
        "day": working[0].isoformat(),
        "dossiers": 3,
        "reason": "@miscounted",
        "at": corrected.isoformat(),
    }


def _day(day: date, citizens: int, chance: random.Random, *, is_closed: bool) -> Iterator[Line]:
    begins = datetime(day.year, day.month, day.day, 8, tzinfo=ZONE)
    found: list[tuple[datetime, Line]] = []
    counters = (1, 2, 3)
    between = min(_SLOW, 27_000 // citizens)  # seconds from one who comes to the next: all come in a day
    longest = 1500 if between == _SLOW else 3 * between
    for counter, name in zip(counters, (WILD, "Bình", WILD), strict=True):
        found.append((begins, {"do": "open_counter", "counter": counter, "as": name}))
    free = dict.fromkeys(counters, begins)
    numbers = dict.fromkeys(counters, 0)
    for place in range(citizens):
        counter = chance.choices(counters, (5, 3, 1))[0]
        came = begins + timedelta(seconds=between * place + chance.randrange(between // 2))
        service, letter = FIELDS[counter - 1]
        numbers[counter] += 1
        code = f"{letter}-{numbers[counter]:03d}"
        found.append((came, {"do": "issue", "service": service, "dossiers": chance.choice((1, 1, 1, 2))}))
        if place == citizens - 2:  # goes away before the call
            found.append((came + timedelta(seconds=30), {"do": "leave", "ticket": code, "reason": "-late"}))
            continue
        if place == citizens - 1:  # still waits at the end
            ends = {code: "sent_home:portal_down"}
            break
        called = max(came, free[counter]) + timedelta(seconds=chance.randrange(10, 90))
        began = called + timedelta(seconds=chance.randrange(5, 60))
        free[counter] = began + timedelta(seconds=chance.randrange(60, longest))
        name = (WILD, "Bình", WILD)[counter - 1]
        ended: Line = {"do": "finish", "counter": counter, "as": name}
        if place == 3:
            ended |= {"outcome": "missing_papers", "missing": ["+Giấy khai sinh", "Ảnh 4x6"]}
        found += [
            (called, {"do": "call", "counter": counter, "as": name}),
            (began, {"do": "start", "counter": counter, "as": name}),
            (free[counter], ended),
        ]
    evening = max(begins + timedelta(hours=9, minutes=30), *(at for at, _line in found))
    if is_closed:
        found.append((evening, {"do": "close_day", "day": day.isoformat(), "unserved": ends, "reason": "made"}))
    else:  # nothing runs on, so that the figures do not depend on when they are asked for
        found += [(evening, {"do": "leave", "ticket": code}) for code in ends]
    for at, line in sorted(found, key=lambda each: each[0]):
        yield line | {"at": at.isoformat()}
