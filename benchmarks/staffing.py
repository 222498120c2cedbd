"""Which way of staffing a day keeps its promise, and for how many staff-hours: flat, two formulas, simulation.

`python -m benchmarks.staffing [--days 600]`. 80 % within 15 minutes in every hour; services of 11 minutes, coefficient
of variation 0.8, the scenarios' morning, Poisson arrivals. The share shown is that of the worst hour on other days than
the plan was found on.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from queueapp.rules.halls import COMMUNE, Hall
from queueapp.rules.planning import Target, drawn, fewest, in_time, office_hours, rates, staffed
from queueapp.rules.scenarios import Scenario
from queueapp.rules.staffing import mol, sipp, square_root

MINUTES = 11.0
# (staff-hours, worst hour) as they were to be reproduced.
TABLE = {
    60: {"sipp": (19.0, 0.87), "mol": (20.0, 0.90), "simulation": (17.5, 0.79)},
    150: {"flat": (37.5, 0.07), "sipp": (37.0, 0.78), "mol": (37.0, 0.90), "simulation": (35.0, 0.85)},
    220: {"sipp": (52.5, 0.89), "mol": (51.5, 0.92), "simulation": (48.0, 0.79)},
}


def staff_hours(plan: Sequence[int]) -> float:
    return sum(counters * length / 60 for counters, (_begin, length) in zip(plan, office_hours(COMMUNE), strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=600)
    given = parser.parse_args()
    target = Target()
    for citizens, published in TABLE.items():
        hall = Hall((), (MINUTES,))
        kind = Scenario("", citizens, hall, (1.0,), priority=0, absent=0, moved=0, change_over=0, day_variation=0.0)
        by_hour = rates(kind)
        formula = {"limit": target.limit, "share": target.share}
        begun = time.process_time()
        found = fewest(kind, target, replications=given.days)
        seconds = time.process_time() - begun
        plans = {
            "flat": [round(citizens * MINUTES / 60 / 7.5 * 1.36)] * len(by_hour),
            "sipp": sipp(by_hour, MINUTES, **formula),
            "square root": [square_root(rate / 60 * MINUTES) for rate in by_hour],
            "mol": mol(by_hour, MINUTES, **formula),
            "simulation": list(found),
        }
        print(f"{citizens} citizens (the simulated plan took {seconds:.0f} s of the processor)")
        crowds = drawn(kind, 99, given.days)
        for name, plan in plans.items():
            shares = in_time(crowds, Hall(staffed(plan, COMMUNE), (MINUTES,)), target.limit)
            other = published.get(name)
            wanted = "" if other is None else f"   ({other[0]:g} staff-hours, {other[1]:.2f})"
            print(
                f"  {name:12} {' '.join(f'{n:2}' for n in plan)}  {staff_hours(plan):5.1f} staff-hours, worst {min(shares):.2f}{wanted}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
