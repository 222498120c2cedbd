"""Sets as lines how a day's promises were kept: what was told at issue, what was waited, and who waited longer."""

from collections.abc import Mapping, Sequence

from textual.content import Content

from queueapp.i18n import N_, _
from queueapp.rules.estimate_words import outwards
from queueapp.rules.figure_words import NONE, figure, percent
from queueapp.rules.kept import FEWEST_FOR_SHARE
from queueapp.rules.summaries import Broken, DaySummary, Figures
from queueapp.widgets.lines import row

NAME, FIGURE = 18, 11
HEADS = (N_("off by"), N_("too long"), N_("within"), N_("longer"))


def promise_lines(day: DaySummary, names: Mapping[str, str]) -> list[Content]:
    """Return the figures of the promises by field, and everybody who waited longer than was printed."""
    if not day.all.estimate["n"]:
        return [Content(_("No ticket of this day was told how long it waits, or none was called yet."))]
    groups = [*((names.get(code, code), each) for code, each in day.services.items()), (_("All"), day.all)]
    return [
        Content.styled(_("What was told at issue, against the wait until the first call; minutes"), "bold"),
        _row("", "n", [_(head) for head in HEADS]).stylize("dim"),
        *(_row(name, str(each.estimate["n"]), _cells(each)) for name, each in groups),
        Content(""),
        *_broken(day, names),
    ]


def _row(name: str, n: str, cells: Sequence[str]) -> Content:
    return row([(name, NAME), (n, 6, "right"), *((each, FIGURE, "right") for each in cells)])


def _cells(figures: Figures) -> list[str]:
    said = figures.estimate
    shares = [
        NONE if (said["n"] or 0) < FEWEST_FOR_SHARE else f"{percent(said[key])} %" for key in ("coverage", "late")
    ]
    return [figure(said["mae"]), figure(said["bias"]), *shares]


def _broken(day: DaySummary, names: Mapping[str, str]) -> list[Content]:
    if not day.broken:
        return [Content(_("Nobody waited longer than was printed."))]
    lines = [
        (each.code, names.get(each.service, each.service), _told(each), figure(each.waited)) for each in day.broken
    ]
    return [
        Content.styled(_("Waited longer than was printed: {n}").format(n=len(day.broken)), "bold"),
        _wait(_("number"), _("field"), _("told"), _("waited")).stylize("dim"),
        *(_wait(*line) for line in lines),
    ]


def _told(each: Broken) -> str:
    return "{}-{}".format(*outwards(each.low, each.high))


def _wait(code: str, name: str, told: str, waited: str) -> Content:
    return row([(code, 8), (name, NAME), (told, FIGURE, "right"), (waited, FIGURE, "right")])
