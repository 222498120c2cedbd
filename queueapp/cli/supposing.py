"""Says what a recorded day of the office would have been with other counters or another rule."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from queueapp.cli.checking import day_of
from queueapp.cli.simulating import RULES
from queueapp.cli.tables import table
from queueapp.cli.wire import Json
from queueapp.database import Database
from queueapp.i18n import N_, _, name_of, ngettext
from queueapp.queries.replays import recorded_day
from queueapp.queries.settings import current_settings
from queueapp.rules.errors import BadRequestError
from queueapp.rules.replaying import Recorded
from queueapp.rules.supposing import OFFICE_RULE, Supposed, Waits, suppose
from queueapp.session import Session

MOST_WEIGHT = 20
TRUSTED, RULE_TRUSTED = 0.05, 0.15  # of the recorded mean: as much may the day lived again, or by the rule, be off


def run_whatif(given: Namespace, database: Database) -> tuple[int, str, Json]:
    """Return the exit status, the words and the answer about a day as it might have been."""
    day = day_of("day", given.day)
    record = database.read(recorded_day, day)
    if not record.legs:
        raise BadRequestError(N_("Nobody was called on {day}."), day=day.isoformat())
    names = database.read(_names)
    counters = _counters(given.counters or [], set(names))
    found = suppose(record, counters, given.rule)
    answer: Json = {
        "ok": True,
        "day": day.isoformat(),
        "counters": {str(number): list(fields) for number, fields in counters.items()},
        "weights": {str(number): fields for number, fields in counters.items() if len(set(fields.values())) > 1},
        "rule": given.rule or OFFICE_RULE,
        "calling": asdict(record.calling),
        "uncalled": record.uncalled,
        **asdict(found),
        "error": found.error,
        "rule_error": found.rule_error,
        "hours_saved": found.hours_saved,
    }
    is_changed = bool(counters or given.rule)
    return 0, "\n".join(_said(found, record, names, is_changed=is_changed)), answer


def _names(session: Session) -> dict[str, str]:
    return {each.code: name_of(each.name_vi, each.name_en) for each in current_settings(session).services}


def _counters(words: Sequence[str], known: set[str]) -> dict[int, dict[str, int]]:
    """Return counters with their fields and weights from words such as `2=land:2,civil_status`; none for a shut one."""
    found = {}
    for word in words:
        number, sign, listed = word.partition("=")
        fields = dict(_field(each) for each in listed.split(",") if each)
        is_counter = sign and number.isascii() and number.isdecimal() and 0 < int(number[:6]) < 1000  # noqa: PLR2004
        if not is_counter or not all(0 < weight <= MOST_WEIGHT for weight in fields.values()):
            raise BadRequestError(N_("“{word}” is no counter with its fields, such as 2=land,civil_status."), word=word)
        if unknown := [field for field in fields if field not in known]:
            raise BadRequestError(N_("There is no field “{field}”."), field=unknown[0])
        found[int(number)] = fields
    return found


def _field(words: str) -> tuple[str, int]:
    """Return a field with its weight from words such as `land:2`; 0 for what is no weight."""
    field, sign, weight = words.partition(":")
    if not sign:
        return field, 1
    return field, int(weight[:6]) if weight.isascii() and weight.isdecimal() else 0


def _said(found: Supposed, record: Recorded, names: Mapping[str, str], *, is_changed: bool) -> list[str]:
    off = _("{n} citizens waited {then} min on average; lived again as it was: {again} min ({error} off).")
    lines = [off.format(n=found.n, then=f"{found.then:.1f}", again=f"{found.again:.1f}", error=f"{found.error:+.1%}")]
    by_rule = _("Simulated by the office's rule ({rule}) on that day's counters: {before} min ({error} off).")
    error = f"{found.rule_error:+.1%}"
    lines.append(by_rule.format(rule=_own_rule(record, names), before=f"{found.before.mean:.1f}", error=error))
    if abs(found.error) > TRUSTED or abs(found.rule_error) > RULE_TRUSTED:
        lines.append(_("That is far off: the record does not say when clerks were away. Take what follows as a hint."))
    if uncalled := record.uncalled:
        words = ngettext(
            "{n} ticket that was never called is left out.",
            "{n} tickets that were never called are left out.",
            uncalled,
        )
        lines.append(words.format(n=uncalled))
    after = found.after if is_changed else found.before
    head = ["", _("that day's counters")]
    rows = [[title, before] for title, before, _after in _rows(found.before, after, names)]
    if is_changed:
        head.append(_("as supposed"))
        rows = [list(row) for row in _rows(found.before, after, names)]
    lines += ["", *table([head, *rows])]
    if is_changed:
        lines += ["", _verdict(found)]
    return lines


def _own_rule(record: Recorded, names: Mapping[str, str]) -> str:
    """Return the office's call rule with its figures, and the counters that share their calls out by weights."""
    rule, parts = record.calling, []
    if rule.rule == "points":
        words = _("waiting points: with priority {bonus} + {factor} a minute")
        parts.append(words.format(bonus=rule.bonus_minutes, factor=rule.factor))
    else:
        parts.append(_(RULES[rule.rule]))
    if rule.limit and rule.rule != "alternate":
        words = ngettext("at most {n} with priority in a row", "at most {n} with priority in a row", rule.limit)
        parts.append(words.format(n=rule.limit))
    for number, weights in sorted(record.weights.items()):
        if len(set(weights.values())) > 1:
            shares = ", ".join(f"{weight} {names.get(code, code)}" for code, weight in weights.items())
            parts.append(_("counter {number}: {shares}").format(number=number, shares=shares))
    return "; ".join(parts)


def _rows(before: Waits, after: Waits, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    def row(title: str, one: float | None, other: float | None) -> tuple[str, str, str]:
        return (title, "–" if one is None else f"{one:.1f}", "–" if other is None else f"{other:.1f}")

    return [
        row(_("mean wait (min)"), before.mean, after.mean),
        row("  " + _("without priority"), before.normal, after.normal),
        row("  " + _("with priority"), before.priority, after.priority),
        *(
            row(f"  {names.get(code, code)}", before.fields.get(code), after.fields.get(code))
            for code in dict.fromkeys([*before.fields, *after.fields])
        ),
        row(_("longest wait (min)"), before.longest, after.longest),
        row(_("waited in all (person-hours)"), before.hours, after.hours),
        row(_("after closing (min)"), before.overtime, after.overtime),
        (_("never called"), str(before.unserved), str(after.unserved)),
    ]


def _verdict(found: Supposed) -> str:
    saved = found.hours_saved
    if found.after.unserved > found.before.unserved:
        n = found.after.unserved - found.before.unserved
        return ngettext(
            "{n} citizen would not have been served: nobody sits at a counter for them.",
            "{n} citizens would not have been served: nobody sits at a counter for them.",
            n,
        ).format(n=n)
    if abs(saved) < 0.05:  # noqa: PLR2004 - what is shown as nought
        return _("It would have made no difference.")
    words = _("{hours} person-hours less of waiting.") if saved > 0 else _("{hours} person-hours more of waiting.")
    return words.format(hours=f"{abs(saved):.1f}")
