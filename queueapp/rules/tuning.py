"""What an office's own days have shown to estimate best: each knob stands near where their error was smallest."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

AGEING = 0.97
KEEN = 100.0  # how sharply a knob follows the errors: a setting worse by a hundredth has a say of 1/e
PATIENT = 30.0  # tickets from which the errors have half of that
# By how much a knob's other settings must be better before they are followed: published counts are often wrong.
BARS = {"open": 0.02}
_TINY = 1e-9

SETTINGS: Mapping[str, tuple[float, ...]] = {
    "today": (40.0, 20.0, 80.0),  # calls as usual believed beforehand: the more, the less today's speed counts
    "open": (0.0, 0.5, 1.0),  # the say of the counters open now against the usual number
    "counters": (0.0, 0.15, 0.3),  # the say of the usual formula
    "recent": (0.4, 0.0, 0.8),  # the say of the last misses: by how much those called last waited longer than promised
    "lean": (0.875, 1.0, 0.75),  # the whole: most are called sooner than the mean, and some much later
    "pool": (0.0, 0.5, 0.8),  # the say of the line of all fields that share counters
}


@dataclass(slots=True)
class Tuning:
    """The knobs, what stands on each, and the errors that each setting would have made."""

    usual: Mapping[str, float] = field(default_factory=lambda: {knob: values[0] for knob, values in SETTINGS.items()})
    chosen: dict[str, float] = field(init=False)
    errors: dict[tuple[str, float], float] = field(default_factory=dict)
    tickets: float = 0.0

    def __post_init__(self) -> None:
        self.chosen = dict(self.usual)

    def erred(self, minutes: Mapping[tuple[str, float], float], waited: float) -> None:
        """Learn what each setting would have said of a ticket that waited so long."""
        self.tickets += 1
        for setting, expected in minutes.items():
            self.errors[setting] = self.errors.get(setting, 0.0) + abs(expected - waited)

    def end_day(self) -> None:
        """Turn each knob to the mean of its settings, each weighing the more the smaller its error was."""
        for knob, values in SETTINGS.items():
            bar = BARS.get(knob, 0.0)
            errors = [self.errors.get((knob, value), 0.0) * (1 + bar * (value != values[0])) for value in values]
            if not any(errors):
                continue  # nothing was seen of it
            least = max(min(errors), _TINY)
            keen = KEEN * self.tickets / (self.tickets + PATIENT)
            says = [math.exp(-keen * (error - least) / least) for error in errors]
            self.chosen[knob] = self._trusted(knob, values, says)
        self.errors = {setting: error * AGEING for setting, error in self.errors.items()}
        self.tickets *= AGEING

    def _trusted(self, knob: str, values: tuple[float, ...], says: list[float]) -> float:
        sure = self.tickets / (self.tickets + PATIENT)
        mean = sum(value * say for value, say in zip(values, says, strict=True)) / sum(says)
        return (1 - sure) * self.usual[knob] + sure * mean
