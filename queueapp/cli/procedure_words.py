"""Says to a person, and as JSON, what the commands of the list of procedures answered."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from queueapp.cli.wire import Json
from queueapp.clock import zone
from queueapp.i18n import N_, _, ngettext
from queueapp.queries.procedures import Since
from queueapp.rules.catalogue import Change, as_fields
from queueapp.rules.catalogue_views import CatalogueChange, MissingReport, ProcedureMissing
from queueapp.rules.procedures import ProcedureView, fee_words, limit_words, parted

NONE = "–"
LONGEST_VALUE = 60
_COLUMNS = {
    "service": N_("field"),
    "name_vi": N_("Vietnamese name"),
    "name_en": N_("English name"),
    "time_limit": N_("time limit"),
    "time_unit": N_("unit of the limit"),
    "fee": N_("fee"),
    "papers": N_("papers"),
    "legal_basis": N_("legal basis"),
    "source": N_("source"),
    "verified": N_("checked against its source"),
    "notes": N_("notes"),
    "active": N_("in use"),
}
KINDS = {"added": N_("added"), "removed": N_("out of use"), "changed": N_("changed")}


def described(found: ProcedureView, field: str, lately: ProcedureMissing | None) -> Iterator[str]:
    """Tell one procedure: papers to submit apart from papers only to show, time limit, fee, basis, source.

    `field` is the name of its field.
    """
    verified = _("checked against its source") if found.is_verified else _("NOT checked against its source")
    yield f"{found.code}  {found.name}"
    yield "  " + " · ".join([field or NONE, verified, *([] if found.is_active else [_("out of use")])])
    yield "  " + _("Result: {limit} · Fee: {fee}").format(limit=limit_words(found), fee=fee_words(found))
    for title, papers in parted(found.papers):
        yield from ("  " + _(title), *(f"    - {paper}" for paper in papers))
    if not found.papers:
        yield "  " + _("Which papers it needs is not on the list.")
    for title, words in (
        (_("Legal basis"), found.legal_basis),
        (_("Source"), found.source),
        (_("Notes"), found.notes),
    ):
        if words:
            yield f"  {title}: {words}"
    if lately is not None:
        yield from (f"  {line}" for line in missing_lines(lately))


def changed_words(changes: Sequence[Change]) -> str:
    """Say how many procedures changed."""
    if not changes:
        return _("Nothing differs; nothing was changed.")
    words = ngettext(
        "{n} procedure changed; it is written down.", "{n} procedures changed; it is written down.", len(changes)
    )
    return words.format(n=len(changes))


def compared_lines(changes: Sequence[Change], holds: Since, timezone: str) -> Iterator[str]:
    """Tell what differs, and since when each present value holds."""
    if not changes:
        yield _("Nothing differs from the present list.")
    for kind, word in KINDS.items():
        of_kind = [change for change in changes if change.kind == kind]
        if of_kind:
            yield f"{_(word).upper()}: {len(of_kind)}"
        for change in of_kind:
            yield f"  {change.code}  {change.name}"
            if kind == "changed":
                yield from change_lines(
                    change.fields, {name: holds.at(change.code, name) for name in change.fields}, timezone
                )


def change_lines(fields: Any, holds: dict[str, datetime] | None, timezone: str) -> Iterator[str]:
    """Tell the fields of one change."""
    for name, (before, after) in fields.items():
        line = f"    {_(_COLUMNS[name])}: {_value(before)} → {_value(after)}"
        if holds is not None:
            line += "  " + _("(since {moment})").format(
                moment=f"{holds[name].astimezone(zone(timezone)):%H:%M %d/%m/%Y}"
            )
        yield line


def _value(value: Any) -> str:
    if value is None or value == "":
        return NONE
    text = (_("yes") if value else _("no")) if isinstance(value, bool) else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def changed_lines(change: CatalogueChange, timezone: str) -> Iterator[str]:
    """Tell one change of the log: when, by whom, what."""
    facts = [
        f"{change.at.astimezone(zone(timezone)):%H:%M %d/%m/%Y}",
        change.clerk or _("nobody signed in"),
        change.code,
    ]
    yield "  ".join(facts)
    if change.fields.get("active", (True, True))[0] is None:
        yield "    " + _("added")
        return
    yield from change_lines(change.fields, None, timezone)


def report_lines(report: MissingReport, path: str | None) -> Iterable[str]:
    """Tell the papers missing in a month."""
    yield _("Papers missing in {month}").format(month=report.month)
    for each in report.procedures:
        yield ""
        yield from missing_lines(each)
    if not report.procedures:
        yield _("None was written down.")
    if path is not None:
        yield _("The figures are in {path}.").format(path=path)


def missing_lines(found: ProcedureMissing) -> Iterator[str]:
    """Tell the papers missing of one procedure, the most frequent first."""
    name = " ".join(filter(None, [found.procedure, found.name if found.name != found.procedure else ""]))
    yield name or _("procedure not named")
    yield "  " + _("citizens: {n} (counter {counter}, reception {reception})").format(
        n=found.n, counter=found.counter, reception=found.reception
    )
    for paper in found.papers:
        yield (
            f"  {paper.n:>4}  "
            + _("(counter {counter}, reception {reception})").format(counter=paper.counter, reception=paper.reception)
            + f"  {paper.paper}"
        )


def wire(procedure: ProcedureView) -> Json:
    """Return a procedure as JSON."""
    papers = [{"text": paper.text, "show_only": paper.is_shown_only} for paper in procedure.papers]
    return {"code": procedure.code} | as_fields(procedure) | {"papers": papers}


def wire_missing(found: ProcedureMissing) -> Json:
    """Return the papers missing of a procedure as JSON."""
    papers = [
        {"paper": each.paper, "n": each.n, "counter": each.counter, "reception": each.reception}
        for each in found.papers
    ]
    return {
        "procedure": found.procedure,
        "name": found.name,
        "n": found.n,
        "counter": found.counter,
        "reception": found.reception,
        "since": None if found.since is None else found.since.isoformat(),
        "papers": papers,
    }


def wire_changes(changes: Sequence[Change], holds: Since, timezone: str) -> Json:
    """Return what differs as JSON, with since when each present value holds."""
    said = []
    for change in changes:
        moments = {name: holds.at(change.code, name).astimezone(zone(timezone)).isoformat() for name in change.fields}
        said.append(wire_change(change, None if change.kind == "added" else moments))
    return {"changes": said}


def wire_change(change: Change, moments: dict[str, str] | None) -> Json:
    """Return what differs of one procedure as JSON."""
    return {
        "code": change.code,
        "name": change.name,
        "kind": change.kind,
        "fields": wire_fields(change.fields, moments),
    }


def wire_fields(fields: Any, moments: dict[str, str] | None) -> Json:
    """Return the fields of a change as JSON."""
    return {
        name: {"before": before, "after": after} | ({} if moments is None else {"since": moments[name]})
        for name, (before, after) in fields.items()
    }
