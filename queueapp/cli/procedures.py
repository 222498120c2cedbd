"""The commands of the list of procedures: look, compare, change, and which papers are missing most."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from queueapp.cli.identity import Identity
from queueapp.cli.procedure_words import (
    change_lines,
    changed_lines,
    changed_words,
    compared_lines,
    described,
    report_lines,
    wire,
    wire_change,
    wire_changes,
    wire_fields,
    wire_missing,
)
from queueapp.cli.wire import Json
from queueapp.clock import zone
from queueapp.database import Database
from queueapp.i18n import N_, _, ngettext
from queueapp.operations.catalogue import edit_catalogue, edit_procedure, load_catalogue
from queueapp.operations.rights import require_to
from queueapp.paper.catalogue_csv import catalogue_csv, missing_csv
from queueapp.paper.cells import read_cell
from queueapp.paper.files import write_new
from queueapp.queries.missing import missing_lately, missing_report
from queueapp.queries.procedures import Since, all_procedures, catalogue_changes, field_codes, since
from queueapp.queries.slips import field_names
from queueapp.rules.catalogue import Change, differences, read_catalogue
from queueapp.rules.errors import BadRequestError, UnknownProcedureError
from queueapp.rules.procedures import ProcedureView
from queueapp.rules.search import EMPTY, Index
from queueapp.session import Session
from queueapp.terminal import clock_of
from queueapp.text import clean

DONE, REFUSED = 0, 1
Said = tuple[int, str, Json]


def run_procedures(given: Namespace, database: Database, text: str) -> Said:
    """Run one of the commands: the exit status, what is said to a person, and the answer as JSON."""
    actions = {"list": _list, "show": _show, "export": _export, "changes": _changes, "missing": _missing}
    if given.action in actions:
        return actions[given.action](given, database)
    if given.action in {"import", "compare"}:
        fields = database.read(field_codes)
        wanted = read_catalogue(text, fields, read_cell)
        return (_import if given.action == "import" else _compare)(given, database, wanted)
    return (_load if given.action == "load" else _edit)(given, database)


def _list(given: Namespace, database: Database) -> Said:
    known = [each for each in database.read(all_procedures) if each.is_active or given.all]
    found = Index(known).find(" ".join(given.words))
    unused = _("out of use")
    lines = [f"{each.code}  {each.name}" + ("" if each.is_active else f"  ({unused})") for each in found]
    nothing = _("No procedure fits.") if known else _(EMPTY)
    return DONE, "\n".join(lines or [nothing]), {"procedures": [wire(each) for each in found]}


def _show(given: Namespace, database: Database) -> Said:
    found = next((each for each in database.read(all_procedures) if each.code == clean(given.code)), None)
    if found is None:
        raise UnknownProcedureError(procedure=clean(given.code))
    lately = database.read(missing_lately, at=clock_of(database)()).get(found.code)
    field = database.read(field_names, found.service).name if found.service else ""
    counted = {"missing_lately": None if lately is None else wire_missing(lately)}
    return DONE, "\n".join(described(found, field, lately)), {"procedure": wire(found) | counted}


def _export(given: Namespace, database: Database) -> Said:
    known = [each for each in database.read(all_procedures) if each.is_active]
    path = _write(given.file, catalogue_csv(known))
    words = ngettext("{n} procedure is in {path}.", "{n} procedures are in {path}.", len(known))
    return DONE, words.format(n=len(known), path=path), {"csv": str(path), "n": len(known)}


def _write(name: str, text: str) -> Path:
    path = Path(name)
    try:
        return write_new(path.parent, path.name, text)
    except OSError as error:
        raise BadRequestError(
            N_("The file {path} cannot be written: {cause}."), path=path, cause=error.strerror
        ) from None


def _compare(_given: Namespace, database: Database, wanted: Sequence[ProcedureView]) -> Said:
    changes, holds = database.read(_compared, wanted)
    timezone = database.read(_timezone)
    return DONE, "\n".join(compared_lines(changes, holds, timezone)), wire_changes(changes, holds, timezone)


def _import(given: Namespace, database: Database, wanted: Sequence[ProcedureView]) -> Said:
    changes, holds = database.read(_compared, wanted)
    timezone = database.read(_timezone)
    said, answer = list(compared_lines(changes, holds, timezone)), wire_changes(changes, holds, timezone)
    if changes and not given.yes:
        if not sys.stdin.isatty():
            said.append(_("Nothing was changed. To import it without being asked, say --yes."))
            return REFUSED, "\n".join(said), answer
        print("\n".join([*said, _("Import it? [y/N]")]), end=" ", flush=True)  # noqa: T201 - a person is asked
        if sys.stdin.readline().strip().casefold() not in {"y", "yes", "c", "có"}:
            return REFUSED, _("Nothing was changed."), answer
        said = []
    done = database.write(edit_catalogue, wanted=wanted, staff=_by(given, database), at=clock_of(database)())
    return DONE, "\n".join([*said, changed_words(done)]), answer


def _load(given: Namespace, database: Database) -> Said:
    done = database.write(load_catalogue, staff=_by(given, database), at=clock_of(database)())
    return DONE, changed_words(done), {"n": len(done)}


def _edit(given: Namespace, database: Database) -> Said:
    cells = {name[5:]: value for name, value in vars(given).items() if name.startswith("cell_") and value is not None}
    if not cells:
        raise BadRequestError(N_("Say what is to be changed, such as --fee 8000."))
    staff, at = _by(given, database), clock_of(database)()
    done = database.write(edit_procedure, code=given.code, given=cells, staff=staff, at=at)
    lines = [line for change in done for line in change_lines(change.fields, None, "")]
    return DONE, "\n".join([*lines, changed_words(done)]), {"changes": [wire_change(each, None) for each in done]}


def _by(given: Namespace, database: Database) -> str | None:
    return Identity(database, clock_of(database)).prove_here(given.staff)


def _compared(session: Session, wanted: Sequence[ProcedureView]) -> tuple[tuple[Change, ...], Since]:
    return differences(all_procedures(session), wanted), since(session)


def _timezone(session: Session) -> str:
    return session.office.timezone


def _changes(given: Namespace, database: Database) -> Said:
    found = database.read(catalogue_changes, given.code and clean(given.code))
    timezone = database.read(_timezone)
    lines = [line for each in found for line in changed_lines(each, timezone)]
    return (
        DONE,
        "\n".join(lines or [_("Nothing has changed since the office was set up.")]),
        {
            "changes": [
                {
                    "seq": each.seq,
                    "at": each.at.astimezone(zone(timezone)).isoformat(),
                    "clerk": each.clerk,
                    "code": each.code,
                    "fields": wire_fields(each.fields, None),
                }
                for each in found
            ]
        },
    )


def _missing(given: Namespace, database: Database) -> Said:
    at = clock_of(database)()
    report = database.read(missing_report, month=given.month, at=at)
    answer: Json = {"month": report.month, "procedures": [wire_missing(each) for each in report.procedures]}
    if given.csv:
        database.write(require_to, "export", day=report.month, staff=_by(given, database), at=at)
        answer["csv"] = str(_write(given.csv, missing_csv(report)))
    return DONE, "\n".join(report_lines(report, answer.get("csv"))), {"missing": answer}
