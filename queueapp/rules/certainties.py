"""How sure the figures of a day are: what `certainty`, `censored`, `intervals` and `little` answer. All at 95 %."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, as a share with its interval; None where there is nobody to have a share of."""

    n: int
    count: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """A duration of citizens who were served, with how sure its percentiles are, in minutes.

    The median lies between `low` and `high` (from 6 citizens on); the 90th percentile is given from 20 and at most
    `p90_at_most` (from 29 on), the 95th from 59 and at most `p95_at_most`.
    """

    n: int = 0
    median: float | None = None
    low: float | None = None
    high: float | None = None
    p90: float | None = None
    p90_at_most: float | None = None
    p95: float | None = None
    p95_at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Censored:
    """Waits of `n` citizens: `called` ended in a call, `censored` did not; `unknown` more could not be timed at all.

    The median is None where too many are censored to know it, `p90` also below twenty. Minutes.
    """

    n: int = 0
    called: int = 0
    censored: int = 0
    unknown: int = 0
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """The mean service up to now: minutes of those `done` and of those `under_way`, for each that is done."""

    done: int = 0
    under_way: int = 0
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure the figures of a group are; `within` is by minutes: the share who were served within them."""

    waiting: Spread
    service: Spread
    first_call: Censored
    within: dict[str, Share]
    running: Running


@dataclass(frozen=True, slots=True)
class Little:
    """The mean number who waited (`length`), how many came a minute (`rate`), how many minutes they waited (`wait`).

    `difference` is |length - rate x wait| as a share of the larger; the law `is_kept` within five per cent. All are
    None where nobody waited.
    """

    n: int = 0
    length: float | None = None
    rate: float | None = None
    wait: float | None = None
    difference: float | None = None
    is_kept: bool | None = None
