"""The days of a commune's centre that rules are compared on, and the crowd that comes on them.

A busy day's shape is public: 41 % of the arrivals before 09:00 and 73 % before lunch; services lognormal with a
coefficient of variation of 0.8 and means of 9, 16 and 11 minutes, half a minute to change over. How the half hours
share these two sums, and how many come for which field, was not published and is ours: chosen so that the counters are
as busy, and by the formulas as many, as was published, and on the quiet ward and on Mondays people wait as long.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from queueapp.i18n import N_
from queueapp.rules.halls import Hall, desks
from queueapp.rules.simulation import Crowd, Leg

FIELDS = ("civil_status", "land", "social_affairs")
H, D, X = range(3)
HALF_HOUR = 30.0
# From 07:30 to 11:30 and from 13:30 to 17:00.
BUSY_MORNING = (0.15, 0.145, 0.115, 0.115, 0.075, 0.0575, 0.0425, 0.03, 0.04, 0.035, 0.055, 0.045, 0.04, 0.035, 0.02)
MONDAY = (0.27, 0.18, 0.11, *(share * 0.44 / 0.59 for share in BUSY_MORNING[3:]))
VARIATION = 0.8
CHANGE_OVER, ABSENT_MINUTES = 0.5, 1.5
SECOND_LEG = 0.6  # of the mean of its field


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of day: how many come for what, and who serves. `shares` are by field, `profile` by half hour.

    `day_variation` is by how much the days differ beyond chance (coefficient of variation); with None as many come each
    day, so that rules are compared on equal days.
    """

    words: str
    citizens: float
    hall: Hall
    shares: tuple[float, ...]
    profile: tuple[float, ...] = BUSY_MORNING
    priority: float = 0.18
    absent: float = 0.06
    moved: float = 0.07
    variation: float = VARIATION
    change_over: float = CHANGE_OVER
    day_variation: float | None = None

    def crowd(self, chance: random.Random) -> Crowd:
        """Return who comes on one such day."""
        fields = range(len(self.shares))
        at = arrivals(chance, self._number(chance), self.profile)
        n = len(at)
        chosen = chance.choices(fields, self.shares, k=n)
        is_absent = [chance.random() < self.absent for _ in range(n)]
        spread = math.log(1 + self.variation**2)
        deviation = math.sqrt(spread)
        middles = [math.log(mean) - spread / 2 for mean in self.hall.minutes]
        exp, drawn = math.exp, normals(chance, n)
        services = [
            exp(middles[field] + deviation * each) + self.change_over
            for field, each in zip(chosen, drawn[:n], strict=True)
        ]
        others = [[other for other in fields if other != field] for field in fields]
        return Crowd(
            at=at,
            field=chosen,
            is_priority=[chance.random() < self.priority for _ in range(n)],
            minutes=[ABSENT_MINUTES if gone else minutes for gone, minutes in zip(is_absent, services, strict=True)],
            is_absent=is_absent,
            legs=[
                self._leg(chance, others[field], SECOND_LEG * exp(deviation * each - spread / 2))
                if chance.random() < self.moved and not gone
                else ()
                for gone, field, each in zip(is_absent, chosen, drawn[n:], strict=True)
            ],
        )

    def _leg(self, chance: random.Random, others: Sequence[int], second: float) -> tuple[Leg, ...]:
        if not others:
            return ()
        field = chance.choice(others)
        return ((field, self.hall.minutes[field] * second + self.change_over),)

    def _number(self, chance: random.Random) -> int:
        if self.day_variation is None:
            return round(self.citizens)
        spread = self.day_variation**2
        mean = self.citizens * (chance.gammavariate(1 / spread, spread) if spread else 1.0)
        return poisson(chance, mean)

    def load(self) -> float:
        """Return the utilisation: the work of an average day as a share of the counters' office minutes."""
        hall = self.hall
        mean = sum(share * minutes for share, minutes in zip(self.shares, hall.minutes, strict=True)) / sum(self.shares)
        leg = mean + self.change_over + self.moved * (SECOND_LEG * mean + self.change_over)
        lost = sum((until - begins) * (1 - speed) for begins, until, speed in hall.slow) * len(hall.desks)
        work = self.citizens * ((1 - self.absent) * leg + self.absent * ABSENT_MINUTES)
        return (work + lost) / (len(hall.desks) * hall.hours.length)


def poisson(chance: random.Random, mean: float) -> int:
    """Return a number drawn at random around `mean`: how many steps of mean 1 fit into it."""
    number, passed = 0, chance.expovariate(1.0)
    while passed < mean:
        number += 1
        passed += chance.expovariate(1.0)
    return number


def normals(chance: random.Random, pairs: int) -> list[float]:
    """Return twice so many numbers from the normal distribution, as `chance.gauss` gives them one by one."""
    uniform = chance.random
    found: list[float] = []
    for _ in range(pairs):
        angle, length = uniform() * math.tau, math.sqrt(-2.0 * math.log(1.0 - uniform()))
        found += (math.cos(angle) * length, math.sin(angle) * length)
    return found


def arrivals(chance: random.Random, citizens: int, profile: Sequence[float]) -> list[float]:
    """Return when so many citizens come, by time, in office minutes; the half hours have the shares of `profile`."""
    ends = list(accumulate(profile))
    drawn = sorted(chance.random() * ends[-1] for _ in range(citizens))
    found = []
    half, last = 0, len(ends) - 1
    for place in drawn:
        while half < last and ends[half] <= place:
            half += 1
        found.append((half + 1 - (ends[half] - place) / profile[half]) * HALF_HOUR)
    return found


MINUTES = (9.0, 16.0, 11.0)
SHARES = (0.52, 0.26, 0.22)

SCENARIOS: Mapping[str, Scenario] = {
    "quiet": Scenario(N_("Quiet ward"), 40, Hall(desks([[H], [H, X], [D, X]]), MINUTES), (0.62, 0.22, 0.16)),
    "monday": Scenario(
        N_("Monday peak"),
        150,
        Hall(desks([[H], [H, X], [H, X], [D], [D, H]]), MINUTES),
        (0.46, 0.26, 0.28),
        profile=MONDAY,
    ),
    "outage": Scenario(
        N_("Portal out for 90 minutes"),
        110,
        Hall(desks([[H], [H, X], [D], [D, X, H]]), MINUTES, slow=((60.0, 150.0, 0.2),)),
        SHARES,
    ),
    "absent": Scenario(N_("Half of the staff absent"), 95, Hall(desks([[H, X], [D, X, H]]), MINUTES), SHARES),
    "land_rush": Scenario(
        N_("Land at the end of the quarter"),
        125,
        Hall(desks([[H], [H, X], [D], [D, X], [D, H]]), (9.0, 18.0, 11.0)),
        (0.38, 0.47, 0.15),
    ),
    "allowance": Scenario(
        N_("Allowance day"),
        140,
        Hall(desks([[H], [H, X], [X], [D, X, H]]), MINUTES),
        (0.34, 0.16, 0.50),
        priority=0.55,
    ),
}
