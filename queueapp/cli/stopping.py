"""Says what the rule of stopping would have done on a replayed log, as lines of text and as JSON (see `evaluate`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from queueapp.cli.tables import table
from queueapp.i18n import N_, _, language, ngettext
from queueapp.paper.notice import WEEKDAYS as DAY_NAMES
from queueapp.rules.certainties import Share
from queueapp.rules.errors import BadRequestError
from queueapp.rules.evaluating import Replayed
from queueapp.rules.hours import WEEKDAYS
from queueapp.rules.measures import measure
from queueapp.rules.stop_events import Judged, read_stops
from queueapp.rules.stop_scores import Caught, Closings, StopScores, first_day, score_stops
from queueapp.rules.stopping_words import clock_words

HOUR, SAID = 60, 4
LONGEST_LAST_CALL = 240.0  # minutes
EVERY_DAY = -1


@dataclass(slots=True)
class Stops:
    """A replayed log with what was asked of it about stopping."""

    closings: Closings
    replayed: Replayed
    judged: Judged | None
    scores: StopScores = field(init=False)

    def __post_init__(self) -> None:
        self.scores = score_stops(self.replayed, self.closings)


def closings_of(given: Sequence[str], last_call: float) -> Closings | None:
    """Read `16:00` and `monday=18:00`; None where nothing is given, BadRequestError for what is no time of closing."""
    if not 0 <= last_call <= LONGEST_LAST_CALL:
        raise BadRequestError(N_("The last call lies between 0 and 240 minutes before closing."))
    read = [_closing(each) for each in given]
    if not read:
        return None
    by_weekday = {weekday: at for weekday, at in read if weekday != EVERY_DAY}
    usual = next((at for weekday, at in reversed(read) if weekday == EVERY_DAY), None)
    return Closings(usual, by_weekday, last_call)


def judged_of(closings: Closings | None, text: str | None) -> Judged | None:
    """Return the recorded stops to be judged; they need to know when the offices close."""
    if text is None:
        return None
    if closings is None:
        raise BadRequestError(N_("Stops are judged against closing: say it with --closing."))
    return Judged(closings, read_stops(text))


def _closing(given: str) -> tuple[int, float]:
    weekday, is_one, at = given.strip().rpartition("=")
    try:
        moment = time.fromisoformat(at)
        place = WEEKDAYS.index(weekday.lower()) if is_one else EVERY_DAY
    except ValueError:
        raise BadRequestError(
            N_("“{given}” is no time of closing: expected 16:00 or monday=18:00."), given=given
        ) from None
    return place, float(HOUR * moment.hour + moment.minute)


def stop_lines(stops: Stops) -> Iterator[str]:
    """Give the lines of text: what was caught and wrongly refused, and the recorded stops."""
    scores, closings = stops.scores, stops.closings
    yield ""
    yield _("When to stop issuing, with closing at {closing}").format(closing=_closing_words(closings))
    yield _("In time is who is called at the latest {minutes} min before.").format(minutes=f"{closings.last_call:g}")
    heads = ["", _("with somebody before them"), _("all tickets")]
    both = (scores.scored, scores.all)
    rows = [
        heads,
        [_("tickets"), *(str(each.tickets) for each in both)],
        [_("not called in time"), *(str(each.by_red.n) for each in both)],
        [_("  on so many days of a queue"), *(str(each.late_days) for each in both)],
        [_("  caught by red or amber"), *(_share(each.by_either) for each in both)],
        [_("  caught by red"), *(_share(each.by_red) for each in both)],
        [_("called in time"), *(str(each.wrongly_red.n) for each in both)],
        [_("  wrongly red or amber"), *(_share(each.wrongly_either) for each in both)],
        [_("  wrongly red"), *(_share(each.wrongly_red) for each in both)],
    ]
    yield from table(rows)
    yield _("Red refuses, amber warns and offers another day.")
    yield _("In brackets: 95 % (Wilson), as if tickets were apart; those of one day of a queue are not.")
    if stops.judged is not None:
        yield ""
        yield from _event_lines(stops.judged, stops)


def _event_lines(judged: Judged, stops: Stops) -> Iterator[str]:
    figures = _events(judged, stops)
    idle = figures["idle_minutes"]
    yield ngettext("{n} recorded stop", "{n} recorded stops", figures["n"]).format(n=figures["n"])
    if figures["n"]:
        yield _(
            "  the queue then stood empty until its counters closed: mean {mean} h, median {median} h, longest {max} h"
        ).format(**{name: _number(minutes / HOUR) for name, minutes in idle.items()})
    yield _("  judged, after the days that only teach: {n}").format(n=figures["judged"])
    if not figures["judged"]:
        return
    yield _("  our rule would have gone on at {n}: green at {green}, amber at {amber}").format(
        n=figures["green"] + figures["amber"], green=figures["green"], amber=figures["amber"]
    )
    yield _("  room it saw there: {sure} tickets surely, {at_most} as expected").format(
        sure=figures["room_sure"], at_most=figures["room_at_most"]
    )
    yield _("  as fast as those who waited were called, the empty time would have carried {n}").format(
        n=round(figures["carried"])
    )


def stop_answer(stops: Stops) -> dict[str, Any]:
    """Return the same for a program; shares with how many of how many, and their interval."""
    scores, closings = stops.scores, stops.closings
    answer: dict[str, Any] = {
        "closing": None if closings.usual is None else clock_words(closings.usual),
        "closing_by_weekday": {WEEKDAYS[day]: clock_words(at) for day, at in sorted(closings.by_weekday.items())},
        "last_call": closings.last_call,
        "scored": _caught(scores.scored),
        "all": _caught(scores.all),
        "by_office": [{"office": office, **_caught(each)} for office, each in scores.by_office],
    }
    if stops.judged is not None:
        answer["events"] = _events(stops.judged, stops)
    return answer


def _events(judged: Judged, stops: Stops) -> dict[str, Any]:
    answers = judged.since(first_day(stops.replayed))
    idle = measure([event.idle for event in judged.events])
    lights = [shown for shown, _room in answers.values()]
    return {
        "n": len(judged.events),
        "idle_minutes": {"mean": _rounded(idle.mean), "median": _rounded(idle.median), "max": _rounded(idle.max)},
        "judged": len(answers),
        "green": lights.count("green"),
        "amber": lights.count("amber"),
        "red": lights.count("red"),
        "room_sure": sum(room.sure for _shown, room in answers.values()),
        "room_at_most": sum(room.at_most for _shown, room in answers.values()),
        "carried": round(sum(event.carried for event in answers), SAID),
    }


def _caught(each: Caught) -> dict[str, Any]:
    return {
        "tickets": each.tickets,
        "not_in_time": each.by_red.n,
        "not_in_time_queue_days": each.late_days,
        "caught": _json(each.by_either),
        "caught_by_red": _json(each.by_red),
        "wrongly_warned_or_refused": _json(each.wrongly_either),
        "wrongly_refused": _json(each.wrongly_red),
    }


def _json(share: Share) -> dict[str, Any]:
    sides = {"share": share.share, "low": share.low, "high": share.high}
    return {"n": share.n, "count": share.count} | {name: _rounded(value) for name, value in sides.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, SAID)


def _closing_words(closings: Closings) -> str:
    named = [f"{_(DAY_NAMES[day])} {clock_words(at)}" for day, at in sorted(closings.by_weekday.items())]
    return ", ".join([*([] if closings.usual is None else [clock_words(closings.usual)]), *named])


def _share(share: Share) -> str:
    if share.share is None or share.low is None or share.high is None:
        return "–"
    low, high = _number(100 * share.low), _number(100 * share.high)
    return f"{share.count}: {_number(100 * share.share)} % ({low}-{high})"


def _number(value: float) -> str:
    written = f"{value:.1f}"
    return written.replace(".", ",") if language() == "vi" else written
