"""What is said of a wait: its range, and the figures that explain it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a ticket is promised, in minutes, and the figures that explain it.

    `minutes` is `(ahead + coming + 1/2) x pace / speed + rest`: `ahead` wait before it now, `coming` are tickets with
    priority that will still pass it (below nought: those that it will pass), `pace` minutes a call at this hour as a
    rule, `speed` of today against it (below 1 is slower), `rest` the minutes of breaks within it.
    """

    low: float
    minutes: float
    high: float
    ahead: int
    pace: float
    speed: float = 1.0
    rest: float = 0.0
    basis: str = "learned"  # "first" with little history, "at_once" where a counter is free
    coming: int = 0
