"""Makes up a plausible day of a centre, for exercise: who comes when, for what, and how long it takes.

The shares and means are those of a commune centre's busy day: 41 % of the arrivals before 09:00 and 73 % before lunch;
services lognormal with a coefficient of variation of 0.8 and means of 16, 9 and 11 minutes; 18 % with priority, 6 % who
do not come when called. They are assumptions for exercise, and no statement about any office.
"""

import math
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from queueapp.clock import zone
from queueapp.rules.recorded import Arrival

VARIATION = 0.8
NO_SHOW_SHARE = 0.06
PRIORITY_SHARE = 0.18
MEAN_MINUTES = {"land": 16.0, "civil_status": 9.0, "social_affairs": 11.0}
DEFAULT_MINUTES = 11.0
SHARES = {"land": 0.38, "civil_status": 0.42, "social_affairs": 0.20}
DOSSIERS = (1, 1, 1, 1, 1, 1, 2, 2, 3, 5)
# Half hours from 07:30 to 11:00 and from 13:30 to 16:00 with their share of the arrivals.
HALF_HOURS = {
    "07:30": 0.16,
    "08:00": 0.14,
    "08:30": 0.11,
    "09:00": 0.09,
    "09:30": 0.08,
    "10:00": 0.07,
    "10:30": 0.05,
    "11:00": 0.03,
    "13:30": 0.08,
    "14:00": 0.07,
    "14:30": 0.05,
    "15:00": 0.04,
    "15:30": 0.02,
    "16:00": 0.01,
}


def crowd(
    *, citizens: int, seed: int, day: date, timezone: str, services: Sequence[str], priorities: Sequence[str]
) -> list[Arrival]:
    """Return the arrivals of a simulated day, by time; the same `seed` gives the same day."""
    chance = random.Random(seed)  # noqa: S311 - an exercise needs no secrets
    fields = chance.choices(services, [SHARES.get(code, 1 / len(services)) for code in services], k=citizens)
    arrivals = []
    for service, start in zip(
        fields, chance.choices(list(HALF_HOURS), list(HALF_HOURS.values()), k=citizens), strict=True
    ):
        local = datetime.combine(day, time.fromisoformat(start), tzinfo=zone(timezone))
        at = local + timedelta(seconds=chance.randrange(1800))
        arrivals.append(
            Arrival(
                at=at,
                service=service,
                priority=chance.choice(priorities) if priorities and chance.random() < PRIORITY_SHARE else None,
                dossiers=chance.choice(DOSSIERS),
                service_seconds=_service_seconds(chance, service),
                is_no_show=chance.random() < NO_SHOW_SHARE,
            )
        )
    return sorted(arrivals, key=lambda arrival: arrival.at)


def _service_seconds(chance: random.Random, service: str) -> float:
    spread = math.log(1 + VARIATION**2)
    mean = MEAN_MINUTES.get(service, DEFAULT_MINUTES) * 60
    return round(chance.lognormvariate(math.log(mean) - spread / 2, math.sqrt(spread)))
