"""Says in words how a day of practice went, beside the simulated one, and what is to be learned from it."""

from queueapp.cli.tables import table
from queueapp.i18n import _, language, ngettext
from queueapp.rules.practice import Times
from queueapp.rules.practice_account import Account, Own, Waited, is_behind, is_longer, is_slow, is_slow_reception
from queueapp.rules.scenarios import SCENARIOS
from queueapp.rules.summaries import Measure


def account_words(name: str, seed: int, found: Account, times: Times, slips: tuple[int, int, int]) -> list[str]:
    """Return the account line by line; `slips`: finished too early, not sent on, issued otherwise than asked."""
    until = times.moment(found.until)
    head = _("PRACTICE · {scenario} (seed {seed}) · until {time}")
    came = ngettext(
        "{n} citizen came, {left} left before the call.", "{n} citizens came, {left} left before the call.", found.came
    )
    return [
        head.format(scenario=_(SCENARIOS[name].words), seed=seed, time=f"{until:%H:%M}"),
        came.format(n=found.came, left=found.left),
        "",
        *table([["", _("practice"), _("simulated")], *_rows(found.waited, found.reference)]),
        _("Minutes of office time until the first call; who still waits has waited until now."),
        _("Simulated: the same citizens and counters, without a pause between two; nobody leaves."),
        "",
        *(_reception_words(found) if found.own is None else _own_words(found.own, found.reference_calls)),
        *_lessons(found, slips),
    ]


def _rows(mine: Waited, theirs: Waited) -> list[list[str]]:
    def row(title: str, one: float | None, other: float | None) -> list[str]:
        return [title, *("–" if each is None else _number(each) for each in (one, other))]

    return [
        [_("called"), str(mine.called), str(theirs.called)],
        row(_("mean wait (min)"), mine.all.mean, theirs.all.mean),
        row("  " + _("without priority"), mine.normal.mean, theirs.normal.mean),
        row("  " + _("with priority"), mine.priority.mean, theirs.priority.mean),
        row(_("longest wait (min)"), mine.all.max, theirs.all.max),
    ]


def _reception_words(found: Account) -> list[str]:
    words = _("At reception a citizen stood for {minutes} min on average before the number came; {n} stand there now.")
    return [words.format(minutes=_mean(found.at_reception), n=found.asking)]


def _own_words(own: Own, reference_calls: int) -> list[str]:
    said = _("Your counter called {calls} times (simulated: {reference}), served {served}, {absent} did not come.")
    lines = [said.format(calls=own.calls, reference=reference_calls, served=own.served, absent=own.absent)]
    if own.at_counter.n:
        lines.append(_("A citizen was served for {minutes} min on average.").format(minutes=_mean(own.at_counter)))
    return lines


def _lessons(found: Account, slips: tuple[int, int, int]) -> list[str]:
    """Return what is to be done better, or that there is nothing."""
    lines = []
    if found.own is not None and is_slow(found.own):
        words = _(
            "Between two citizens {minutes} min passed while the next one waited: call (F4) as soon as one has gone."
        )
        lines.append(words.format(minutes=_mean(found.own.idle)))
    elif found.own is not None and is_behind(found.own, found.reference_calls):
        words = _("You called less than half as often as in the simulation: start (F6) and finish (F7) when it is so.")
        lines.append(words)
    if is_slow_reception(found):
        lines.append(_("Give the number as soon as somebody asks: the place in the line begins with it."))
    lines += [words.format(n=n) for n, words in zip(slips, _slips(*slips), strict=True) if n]
    if is_longer(found):
        lines.append(_("The hall waited longer than it had to."))
    elif not lines:
        lines.append(_("Nothing to mend: the hall waited no longer than it had to."))
    return ["", *(f"→ {line}" for line in lines)]


def _slips(early: int, unsent: int, misissued: int) -> list[str]:
    return [
        ngettext(
            "{n} citizen was finished before having done.", "{n} citizens were finished before having done.", early
        ),
        ngettext(
            "{n} citizen needed another field too and was sent home: F10.",
            "{n} citizens needed another field too and were sent home: F10.",
            unsent,
        ),
        ngettext(
            "{n} number was not what was asked for: field, priority (F4).",
            "{n} numbers were not what was asked for: field, priority (F4).",
            misissued,
        ),
    ]


def _mean(measure: Measure) -> str:
    return _number(measure.mean or 0.0)


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", "," if language() == "vi" else ".")
