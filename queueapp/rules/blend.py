"""Brings together what is known of one wait: by pace and experience, by the counters, by the line of all fields."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from queueapp.rules.tuning import SETTINGS

FEW_CALLS = 2.0  # until mine, up to which a line's lean and its last misses count in full; many calls even out
MOMENT = 0.2  # minutes: waits are averaged by their logarithms, which bear no nought


@dataclass(frozen=True, slots=True)
class View:
    """What one line says of a wait, as logarithms: by its pace for each trust in today; by its counters, how sure.

    `rates` are its calls a minute by hour as a rule, `speed` is today's against them, as far as it is trusted now;
    `at_counters` is what the counters that are open now make of it, `drift` is by how much the last waits differed from
    what was said.
    """

    rates: list[float]
    flow: Mapping[float, float]
    at_counters: float
    usual: tuple[float, float]
    speed: float
    drift: float

    def minutes(self, chosen: Mapping[str, float]) -> float:
        """Return the wait in minutes where the knobs stand as `chosen`."""
        log = self.flow[chosen["today"]]
        log += chosen["open"] * (self.at_counters - log)
        sure, said = self.usual
        return max(0.0, math.exp(log + chosen["counters"] * sure * (said - log)) - MOMENT)


def sure_log(said: tuple[float, float]) -> tuple[float, float]:
    """Return how sure something is, and the logarithm of the minutes it says."""
    return said[0], math.log(said[1] + MOMENT)


def blended(views: Sequence[View], chosen: Mapping[str, float], ahead: float) -> float:
    """Return the wait that the lines say together: the field's own, and that of all fields if there is a second."""
    return _mixed(views, chosen) * _turned(views, chosen, ahead)


def variants(views: Sequence[View], chosen: Mapping[str, float], ahead: float) -> Iterator[tuple[str, float, float]]:
    """Return what would be said with one knob turned to each of its settings, the others staying: knob, value, minutes.

    A knob that changes nothing here is left out.
    """
    mixed, turned = _mixed(views, chosen), _turned(views, chosen, ahead)
    for knob, values in SETTINGS.items():
        if knob == "pool" and len(views) == 1:
            continue
        for value in values:
            if value == chosen[knob]:
                yield knob, value, mixed * turned
            elif knob in {"lean", "recent"}:
                yield knob, value, mixed * _turned(views, {**chosen, knob: value}, ahead)
            else:
                yield knob, value, _mixed(views, {**chosen, knob: value}) * turned


def today(views: Sequence[View], chosen: Mapping[str, float], ahead: float) -> float:
    """Return by how much longer than by its pace alone a ticket waits, as the last ones did."""
    return math.exp(chosen["recent"] * views[0].drift * _few(ahead))


def _mixed(views: Sequence[View], chosen: Mapping[str, float]) -> float:
    minutes = views[0].minutes(chosen)
    share = chosen["pool"] if len(views) > 1 else 0.0
    return (1 - share) * minutes + share * views[1].minutes(chosen) if share else minutes


def _turned(views: Sequence[View], chosen: Mapping[str, float], ahead: float) -> float:
    return today(views, chosen, ahead) * math.pow(chosen["lean"], _few(ahead))


def _few(ahead: float) -> float:
    return min(1.0, FEW_CALLS / (ahead + 1))
