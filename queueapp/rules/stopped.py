"""What is said of issuing on: the light of a field and what decided, how long services take, how many more fit."""

import math
from dataclasses import dataclass
from typing import Literal

Light = Literal["green", "amber", "red"]
# What decided: all fits, only the expected end does, not even that; or what holds a red light back, or forces one.
Because = Literal["fits", "upper", "expected", "first", "free", "no_counter", "closed"]

MOST_ROOM = 200  # tickets; nobody needs to know how many more than that there is room for


@dataclass(frozen=True, slots=True)
class ServiceMinutes:
    """How long a service takes: on average, and within which four of five are done. `n` is 0 where it is only stated.

    `basis` says of what: services of the "field", of the whole "office", or as "stated" in the settings.
    """

    mean: float
    longer: float
    n: int
    basis: Literal["field", "office", "stated"]


@dataclass(frozen=True, slots=True)
class Stop:
    """The light of a field with the figures behind it: when the next ticket is done as expected, and when if longer."""

    light: Light
    because: Because
    expected: float
    upper: float
    closing: float
    service: ServiceMinutes


@dataclass(frozen=True, slots=True)
class Room:
    """How many more tickets the day can carry: surely (all green), at most (as expected); `each`: dossiers a ticket."""

    sure: int
    at_most: int
    each: float = 1.0

    @property
    def sure_dossiers(self) -> int:
        """How many dossiers the sure tickets carry."""
        return _dossiers(self.sure, self.each)

    @property
    def at_most_dossiers(self) -> int:
        """How many dossiers the tickets carry that are expected to be done."""
        return _dossiers(self.at_most, self.each)

    @property
    def is_ample(self) -> bool:
        """Whether there is room for more than are counted."""
        return self.at_most >= MOST_ROOM


def _dossiers(tickets: int, each: float) -> int:
    return math.floor(tickets * each + 1e-9)
