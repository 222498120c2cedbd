"""Says how good estimates were: their mean absolute error, bias, coverage, and how many waited longer than promised."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from queueapp.rules.baselines import NAMES
from queueapp.rules.evaluating import Replayed, Scored

# The numbers ahead by which errors are told apart: first and last of each, the last without an end.
POSITIONS = ((0, 0), (1, 1), (2, 3), (4, 6), (7, 10), (11, 20), (21, None))


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of some tickets in minutes and shares; `baselines` are the mean absolute error and bias of each."""

    n: int
    waited: float  # on average
    mae: float
    bias: float  # above nought: promised longer than it was
    coverage: float  # of the waits within the range
    late: float  # of the waits longer than the range
    baselines: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a log, over all and apart by position and by office."""

    replayed: Replayed
    all: Score | None
    by_position: list[tuple[tuple[int, int | None], Score]]
    by_office: list[tuple[str, Score]]


def evaluate(replayed: Replayed) -> Evaluation:
    """Return the figures of a replayed log; `all` is None where no ticket could be scored."""
    scored = replayed.scored
    positions = [(place, score(_where(scored, _lies_in(place)))) for place in POSITIONS]
    offices = [
        (office, score([each for each in scored if each.office == office]))
        for office in sorted({each.office for each in scored})
    ]
    return Evaluation(
        replayed,
        score(scored),
        [(place, figures) for place, figures in positions if figures is not None],
        [(office, figures) for office, figures in offices if figures is not None],
    )


def score(scored: Sequence[Scored]) -> Score | None:
    """Return the figures of some tickets; None where there are none."""
    if not scored:
        return None
    waits = [each.waited for each in scored]
    return Score(
        n=len(scored),
        waited=_mean(waits),
        mae=_mean(abs(each.estimate.minutes - each.waited) for each in scored),
        bias=_mean(each.estimate.minutes - each.waited for each in scored),
        coverage=_mean(float(each.estimate.low <= each.waited <= each.estimate.high) for each in scored),
        late=_mean(float(each.waited > each.estimate.high) for each in scored),
        baselines={name: figures for name in NAMES if (figures := _baseline(name, scored)) is not None},
    )


def _baseline(name: str, scored: Sequence[Scored]) -> tuple[float, float] | None:
    """Return the error and the bias of a baseline; None where it has not spoken of every ticket."""
    errors = [each.baselines[name] - each.waited for each in scored if name in each.baselines]
    return (_mean(map(abs, errors)), _mean(errors)) if len(errors) == len(scored) else None


def _where(scored: Sequence[Scored], is_there: Callable[[int], bool]) -> list[Scored]:
    return [each for each in scored if is_there(each.ahead)]


def _lies_in(place: tuple[int, int | None]) -> Callable[[int], bool]:
    first, last = place
    return lambda ahead: first <= ahead and (last is None or ahead <= last)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return math.fsum(listed) / len(listed)
