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
from queueapp.rules.supposing import OFFICE_RULE, Supposed, Waits, suppose
from queueapp.session import Session

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
        "rule": given.rule or OFFICE_RULE,
        "uncalled": record.uncalled,
        **asdict(found),
        "error": found.error,
        "rule_error": found.rule_error,
        "hours_saved": found.hours_saved,
    }
    is_changed = bool(counters or given.rule)
    return 0, "\n".join(_said(found, record.uncalled, names, is_changed=is_changed)), answer


def _names(session: Session) -> dict[str, str]:
    return {each.code: name_of(each.name_vi, each.name_en) for each in current_settings(session).services}


def _counters(words: Sequence[str], known: set[str]) -> dict[int, tuple[str, ...]]:
    """Return counters with their fields from words such as `2=land,civil_status`; none for one that stays shut."""
    found = {}
    for word in words:
        number, sign, listed = word.partition("=")
        fields = tuple(field for field in listed.split(",") if field)
        if not (sign and number.isascii() and number.isdecimal() and 0 < int(number[:6]) < 1000):  # noqa: PLR2004
            raise BadRequestError(N_("“{word}” is no counter with its fields, such as 2=land,civil_status."), word=word)
        if unknown := [field for field in fields if field not in known]:
            raise BadRequestError(N_("There is no field “{field}”."), field=unknown[0])
        found[int(number)] = fields
    return found


def _said(found: Supposed, uncalled: int, names: Mapping[str, str], *, is_changed: bool) -> list[str]:
    off = _("{n} citizens waited {then} min on average; lived again as it was: {again} min ({error} off).")
    lines = [off.format(n=found.n, then=f"{found.then:.1f}", again=f"{found.again:.1f}", error=f"{found.error:+.1%}")]
    by_rule = _("Simulated by {rule} on that day's counters: {before} min ({error} off).")
    error = f"{found.rule_error:+.1%}"
    lines.append(by_rule.format(rule=_(RULES[OFFICE_RULE]), before=f"{found.before.mean:.1f}", error=error))
    if abs(found.error) > TRUSTED or abs(found.rule_error) > RULE_TRUSTED:
        lines.append(_("That is far off: the record does not say when clerks were away. Take what follows as a hint."))
    if uncalled:
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


def _rows(before: Waits, after: Waits, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    def row(title: str, one: float | None, other: float | None) -> tuple[str, str, str]:
        return (title, "–" if one is None else f"{one:.1f}", "–" if other is None else f"{other:.1f}")

    return [
        row(_("mean wait (min)"), before.mean, after.mean),
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
