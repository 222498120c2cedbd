"""Tries rules on the same simulated days, and says what each makes of them and by how much they differ."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from queueapp.rules.disciplines import COMPARED, DISCIPLINES, RECOMMENDED
from queueapp.rules.outcomes import Figure, Outcome, differences, outcome, with_margins
from queueapp.rules.scenarios import SCENARIOS
from queueapp.rules.simulation import live

DAYS = 150
MOST_DAYS = 10_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """A scenario under some rules: each rule's figures, and by how much they are above the recommended rule's."""

    scenario: str
    days: int
    seed: int
    citizens: float
    load: float
    figures: dict[str, dict[str, Figure]]
    above_recommended: dict[str, dict[str, Figure]]


def tried(
    name: str, *, rules: Sequence[str] = COMPARED, days: int = DAYS, seed: int = 1, progress: Progress | None = None
) -> Trial:
    """Return what some rules make of the days of a scenario; the same seed gives every rule the same days."""
    scenario = SCENARIOS[name]
    lived: dict[str, list[Outcome]] = {rule: [] for rule in rules}
    for day in range(days):
        crowd = scenario.crowd(random.Random(f"{name}/{seed}/{day}"))  # noqa: S311 - no secret
        for rule, outcomes in lived.items():
            outcomes.append(outcome(crowd, live(crowd, scenario.hall, DISCIPLINES[rule]), scenario.hall))
        if progress is not None:
            progress(day + 1, days)
    recommended = lived.get(RECOMMENDED, [])
    return Trial(
        scenario=name,
        days=days,
        seed=seed,
        citizens=scenario.citizens,
        load=scenario.load(),
        figures={rule: with_margins(outcomes) for rule, outcomes in lived.items()},
        above_recommended={
            rule: differences(outcomes, recommended)
            for rule, outcomes in lived.items()
            if recommended and rule != RECOMMENDED
        },
    )
