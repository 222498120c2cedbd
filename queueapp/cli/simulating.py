"""Compares rules on simulated days: a table, a chart, JSON."""

import sys
from argparse import Namespace
from dataclasses import asdict

from queueapp.cli.progress import Bar
from queueapp.cli.tables import bars, table
from queueapp.cli.wire import Json
from queueapp.i18n import N_, _
from queueapp.rules.disciplines import COMPARED, RECOMMENDED
from queueapp.rules.errors import BadRequestError
from queueapp.rules.outcomes import Figure
from queueapp.rules.scenarios import SCENARIOS
from queueapp.rules.trials import MOST_DAYS, Trial, tried

RULES = {
    "fixed": N_("fixed order of fields"),
    "longest": N_("longest queue first"),
    "strict": N_("priority strictly first"),
    "first_come": N_("first come, first served"),
    "alternate": N_("priority and others in turn"),
    "points": N_("waiting points"),
    "office": N_("this program's rule"),
}
FIGURES = {
    "mean": N_("mean"),
    "p90": N_("90 %"),
    "daily_max": N_("day's longest"),
    "normal": N_("without priority"),
    "priority": N_("with priority"),
    "worst_field": N_("worst field / mean"),
    "jain": N_("even"),
    "most_overtakings": N_("overtaken at most"),
    "overtime": N_("overtime"),
}
RATIOS = {"worst_field": 2, "jain": 2}
ALL = "all"


def run_simulate(given: Namespace) -> tuple[int, str, Json]:
    """Return the exit status, the words and the answer of a comparison."""
    if not 1 <= given.days <= MOST_DAYS:
        raise BadRequestError(N_("Days must be 1 to {most}."), most=MOST_DAYS)
    names = list(SCENARIOS) if given.scenario == ALL else [given.scenario]
    rules = list(dict.fromkeys(given.rule or COMPARED))
    trials = []
    for name in names:
        bar = Bar(_(SCENARIOS[name].words), sys.stderr)
        trials.append(tried(name, rules=rules, days=given.days, seed=given.seed, progress=bar))
    words = "\n\n".join("\n".join(_said(trial)) for trial in trials)
    return 0, words, {"ok": True, "scenarios": [_json(trial) for trial in trials]}


def _said(trial: Trial) -> list[str]:
    scenario = SCENARIOS[trial.scenario]
    title = _("{name} ({code}): {n} citizens a day, {days} days, counters busy {load} %")
    rows = [
        [_(words), *(_figure(name, figures[name]) for figures in trial.figures.values())]
        for name, words in FIGURES.items()
    ]
    lines = [
        title.format(
            name=_(scenario.words),
            code=trial.scenario,
            n=trial.citizens,
            days=trial.days,
            load=round(trial.load * 100),
        ),
        *table([["", *trial.figures], *rows]),
        _("Minutes of office time; ± is the 95 % interval, where the days suffice for one."),
        _("The longest wait of a day, on average:"),
        *bars(
            [(f"{rule}: {_(RULES[rule])}", figures["daily_max"].value) for rule, figures in trial.figures.items()],
            unit=_("min"),
        ),
    ]
    for rule, above in trial.above_recommended.items():
        lines.append(_difference(rule, above["mean"], above["daily_max"]))
    return lines


def _difference(rule: str, mean: Figure, longest: Figure) -> str:
    words = _("{rule} against {recommended}: mean {mean} min, day's longest {longest} min")
    return words.format(
        rule=_(RULES[rule]), recommended=_(RULES[RECOMMENDED]), mean=_signed(mean), longest=_signed(longest)
    )


def _signed(figure: Figure) -> str:
    return f"{figure.value:+.1f}" + ("" if figure.margin is None else f" ± {figure.margin:.1f}")


def _figure(name: str, figure: Figure) -> str:
    digits = RATIOS.get(name, 1)
    value = f"{figure.value:.{digits}f}"
    return value if figure.margin is None else f"{value} ±{figure.margin:.{digits}f}"


def _json(trial: Trial) -> Json:
    answer: Json = asdict(trial)
    return answer
