"""Made-up logs of tickets, for tests: an office with a queue or two, people who come at random, counters that serve."""

import csv
import io
import random
from collections.abc import Iterable
from datetime import date, timedelta

MINUTES = "office,queue,day,ticket,arrival_min,call_min,open_counters,published_service_min"
SECONDS = "day,ticket,cls,prio,arrival_s,start_s,end_s,left_s,server,status"
FIRST_DAY = date(2026, 11, 2)
SERVICE = 6.0  # minutes on average


def served(chance: random.Random, people: int, counters: int) -> Iterable[tuple[float, float, float, int]]:
    """Give arrival, call, end and counter of each who comes in a morning, in minutes after midnight."""
    free = [450.0] * counters
    arrivals = sorted(chance.triangular(445, 680, 470) for _person in range(people))
    for arrival in arrivals:
        counter = min(range(counters), key=free.__getitem__)
        called = max(arrival, free[counter])
        free[counter] = called + chance.lognormvariate(1.6, 0.6)
        yield arrival, called, free[counter], counter


def minutes_log(*, days: int = 12, people: int = 70, seed: int = 1) -> str:
    """Return a log by minutes of two queues with two counters each, which states ten minutes a person."""
    chance = random.Random(seed)
    rows = [MINUTES]
    for number in range(days):
        for queue in ("A", "B"):
            for ticket, (arrival, called, _end, _counter) in enumerate(served(chance, people, 2), start=1):
                day = FIRST_DAY + timedelta(days=number)
                rows.append(f"Here,{queue},{day},{ticket},{arrival:.1f},{called:.1f},2,10")
    return "\n".join(rows) + "\n"


def seconds_log(*, days: int = 16, people: int = 70, seed: int = 2) -> str:
    """Return a log by seconds of two classes that share three servers; every fifteenth caller hangs up."""
    chance = random.Random(seed)
    output = io.StringIO()
    write = csv.writer(output, lineterminator="\n").writerow
    write(SECONDS.split(","))
    for number in range(days):
        day = FIRST_DAY + timedelta(days=number)
        for ticket, (arrival, called, end, counter) in enumerate(served(chance, people, 3), start=1):
            kind, came = chance.choice(("P", "Q")), round(60 * arrival)
            if ticket % 15 == 0 and called > arrival:
                write([day, ticket, kind, 0, came, "", "", round(60 * (arrival + called) / 2), "", "abandoned"])
            else:
                start = came if called == arrival else round(60 * called)
                write([day, ticket, kind, 0, came, start, round(60 * end), "", f"S{counter}", "served"])
    return output.getvalue()
