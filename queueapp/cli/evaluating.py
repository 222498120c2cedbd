"""Runs `evaluate`: a recorded log through the estimator, and how good the estimates were as text, chart and JSON."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from queueapp.cli.progress import Bar
from queueapp.cli.stopping import Stops, closings_of, judged_of, stop_answer, stop_lines
from queueapp.cli.wire import Json
from queueapp.i18n import N_, _, language, ngettext
from queueapp.rules.errors import BadRequestError
from queueapp.rules.evaluating import replay
from queueapp.rules.logs import Log, read_log
from queueapp.rules.scores import Evaluation, Score, evaluate
from queueapp.text import clean

LARGEST_FILE = 500_000_000  # bytes
MOST_NAMED = 10
NAME, CELL, BAR = 44, 9, 40
SAID = 4  # digits after the point in JSON: a thousandth of a minute is less than any log knows
SCORED_BY_AHEAD = N_("{n} tickets scored, those that had somebody before them; they waited {minutes} min on average.")
SCORED_BY_WAIT = N_("{n} tickets scored, those that were not called at once; they waited {minutes} min on average.")
BASELINES = {
    "published": N_("people × minutes published ÷ counters"),
    "usual": N_("people × well-set minutes ÷ counters"),
    "usual_fitted": N_("the same, minutes fitted to past waits"),
    "last_called": N_("wait of the last person called"),
    "head_of_line": N_("wait of the first in the line"),
    "last_ten": N_("mean of the last ten waits"),
    "smoothed": N_("people × smoothed minutes between calls"),
    "same_ahead": N_("past waits with the same number ahead"),
}


def run_evaluate(given: Namespace, progress: TextIO) -> tuple[str, Json]:
    """Replay the log and return the words and the answer (BadRequestError when the file is no log)."""
    if given.warm_up is not None and given.warm_up < 0:
        raise BadRequestError(N_("The days that only teach cannot be fewer than none."))
    log = read_log(_text_of(Path(given.file)))
    for sentence in _refused(log):
        progress.write(sentence + "\n")
    closings = closings_of(given.closing or (), given.last_call)
    judged = judged_of(closings, _text_of(Path(given.stops)) if given.stops else None)
    replayed = replay(
        log.tickets,
        warm_up=given.warm_up,
        progress=Bar(_("Replaying the log"), progress),
        questions=judged.questions() if judged is not None else None,
    )
    evaluation = evaluate(replayed)
    lines = [*_words(evaluation), *(_chart(evaluation) if given.chart else ())]
    answer = _answer(log, evaluation)
    if closings is not None:
        stops = Stops(closings, replayed, judged)
        lines.extend(stop_lines(stops))
        answer["stops"] = stop_answer(stops)
    return "\n".join(lines), answer


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadRequestError(N_("The file {path} is too large."), path=path)
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadRequestError(N_("The file {path} cannot be read: {cause}."), path=path, cause=error.strerror) from None
    except UnicodeDecodeError:
        raise BadRequestError(N_("The file {path} is not text in UTF-8."), path=path) from None


def _refused(log: Log) -> Iterator[str]:
    for line, problem, value in log.problems[:MOST_NAMED]:
        yield _("Line {line}: {problem}").format(line=line, problem=_(problem).format(value=clean(value, 60)))
    more = len(log.problems) - MOST_NAMED
    if more > 0:
        yield _("… and {n} more lines.").format(n=more)
    if log.problems:
        left_out = ngettext("{n} line was left out.", "{n} lines were left out.", len(log.problems))
        yield left_out.format(n=len(log.problems))


def _words(evaluation: Evaluation) -> Iterator[str]:
    replayed, figures = evaluation.replayed, evaluation.all
    yield _("{tickets} tickets of {days} days replayed; the first {warm} days only teach.").format(
        tickets=replayed.tickets, days=replayed.days, warm=replayed.warm_up
    )
    if figures is None:
        yield _("No ticket could be scored: nobody waited behind somebody else after those days.")
        return
    words = SCORED_BY_WAIT if replayed.is_by_wait else SCORED_BY_AHEAD
    yield _(words).format(n=figures.n, minutes=_number(figures.waited))
    yield ""
    yield _row(_("Mean absolute error, minutes"), [_("error"), _("bias")])
    yield _row(_("our estimate"), [_number(figures.mae, 2), _number(figures.bias, 2)])
    for name, (mae, bias) in figures.baselines.items():
        words = BASELINES[name]
        yield _row(_(words), [_number(mae, 2), _number(bias, 2)])
    yield ""
    yield _("Waits within the range: {share} (8 of 10 are promised); longer than the range: {late}").format(
        share=_percent(figures.coverage), late=_percent(figures.late)
    )
    heads = [_("tickets"), _("waited"), _("error"), _("bias"), _("within"), _("longer"), _("usual")]
    for title, rows in (
        (_("People before it"), [(_position(place), each) for place, each in evaluation.by_position]),
        (_("Office"), [(office or "–", each) for office, each in evaluation.by_office]),
    ):
        yield ""
        yield _row(title, heads, NAME // 2)
        for name, each in rows:
            yield _row(clean(name, NAME // 2 - 1), _cells(each), NAME // 2)


def _cells(figures: Score) -> list[str]:
    usual = figures.baselines.get("usual")
    return [
        str(figures.n),
        _number(figures.waited),
        _number(figures.mae, 2),
        _number(figures.bias, 2),
        _percent(figures.coverage),
        _percent(figures.late),
        "–" if usual is None else _number(usual[0], 2),
    ]


def _chart(evaluation: Evaluation) -> Iterator[str]:
    figures = evaluation.all
    if figures is None:
        return
    yield ""
    yield _("Mean absolute error, minutes")
    errors = {_("our estimate"): figures.mae}
    for name, (mae, _bias) in figures.baselines.items():
        words = BASELINES[name]
        errors[_(words)] = mae
    most = max(errors.values()) or 1.0
    for words, mae in errors.items():
        yield f"{words:<{NAME}} {'█' * round(BAR * mae / most):<{BAR}} {_number(mae, 2)}"
    yield ""
    yield _("Waits within the range, by the people before it (│ is 80 %)")
    for place, each in evaluation.by_position:
        bar = f"{'█' * round(BAR * each.coverage):<{BAR}}"
        mark = round(BAR * 0.8)
        yield f"{_position(place):<{NAME}} {bar[:mark]}│{bar[mark + 1 :]} {_percent(each.coverage)}"


def _answer(log: Log, evaluation: Evaluation) -> Json:
    replayed, figures = evaluation.replayed, evaluation.all
    return {
        "estimate": _json(figures) if figures is not None else {"n": 0},
        "baselines": _baselines(figures) if figures is not None else {},
        "by_position": [
            {"position": _position(place), "from": place[0], "to": place[1], **_json(each)}
            for place, each in evaluation.by_position
        ],
        "by_office": [
            {"office": office, **_json(each), "baselines": _baselines(each)} for office, each in evaluation.by_office
        ],
        "tickets": replayed.tickets,
        "days": replayed.days,
        "warm_up_days": replayed.warm_up,
        "scored": "not_called_at_once" if replayed.is_by_wait else "somebody_ahead",
        "left_out": [
            {"line": line, "problem": _(problem).format(value=clean(value, 60))}
            for line, problem, value in log.problems
        ],
    }


def _json(figures: Score) -> dict[str, Any]:
    names = ("mae", "bias", "coverage", "late", "waited")
    return {"n": figures.n} | {name: round(getattr(figures, name), SAID) for name in names}


def _baselines(figures: Score) -> dict[str, dict[str, float]]:
    return {
        name: {"mae": round(mae, SAID), "bias": round(bias, SAID)} for name, (mae, bias) in figures.baselines.items()
    }


def _position(place: tuple[int, int | None]) -> str:
    first, last = place
    return f"{first}+" if last is None else str(first) if first == last else f"{first}-{last}"


def _number(value: float, digits: int = 1) -> str:
    written = f"{value:.{digits}f}"
    return written.replace(".", ",") if language() == "vi" else written


def _percent(share: float) -> str:
    return _number(100 * share) + " %"


def _row(name: str, cells: list[str], width: int = NAME) -> str:
    return f"{name:<{width}}" + "".join(f"{cell:>{CELL}}" for cell in cells)
