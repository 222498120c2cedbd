"""The commands of paper: show and test the printer, and a slip as text, picture or page."""

import socket
from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from queueapp.causes import cause_words
from queueapp.cli.checking import day_of
from queueapp.cli.following import Ending, Once, Rounds, to_people
from queueapp.cli.identity import Identity
from queueapp.cli.wire import Json
from queueapp.database import Database
from queueapp.i18n import N_, _
from queueapp.operations.printing import file_slip
from queueapp.operations.rights import require_right
from queueapp.paper.files import write_new_bytes
from queueapp.paper.picture import as_pdf, as_png
from queueapp.paper.printers import PrinterError, has_printer, printer_for
from queueapp.paper.qr import qr_text
from queueapp.paper.roll_slips import roll_content
from queueapp.paper.slip import WIDTH, as_text
from queueapp.paper.trial import trial_content
from queueapp.printing import Outbox, print_waiting
from queueapp.queries.rows import code_of, service_named
from queueapp.queries.settings import current_settings
from queueapp.queries.slips import field_names
from queueapp.rules.errors import BadRequestError
from queueapp.session import Session
from queueapp.terminal import clock_of

DONE, UNAVAILABLE = 0, 3
WIDTHS = {80: WIDTH, 58: 30}  # characters on a line, by the paper's width
Said = tuple[int, str, Json]

CONNECTIONS = {
    "none": N_("no printer"),
    "network": N_("over the network"),
    "usb": N_("by USB"),
    "serial": N_("on a serial line"),
    "device": N_("as a device file"),
    "cups": N_("through CUPS"),
    "windows": N_("through the spooler of Windows"),
    "folder": N_("as pictures in a folder"),
}


def run_paper(given: Namespace, database: Database) -> Said:
    """Run one of the commands: the exit status, what is said to a person, and the answer as JSON."""
    right = {"slip": "reprint", "roll": "enter"}.get(given.command) or {"test": "reprint"}.get(given.action)
    if right is not None:
        at, staff = clock_of(database), Identity(database, clock_of(database)).prove_here(given.staff)
        database.write(_require, right=right, staff=staff, at=at())
    if given.command == "slip":
        return _slip(given, database)
    if given.command == "roll":
        return _roll(given, database)
    if given.action == "run":
        return _run(database)
    settings = database.read(current_settings).printer.model_dump()
    return (_test if given.action == "test" else _show)(settings, database)


def _require(session: Session, *, right: str, staff: str | None, at: datetime) -> None:  # noqa: ARG001 - as all do
    require_right(session, right, staff)


def printer_words(settings: Mapping[str, Any]) -> str:
    """Return how the printer is reached, in words."""
    where = " ".join(part for part in (_(CONNECTIONS[settings["connection"]]), settings["target"]) if part)
    if settings["connection"] == "none":
        return where
    here = _("only at the machine {host}").format(host=settings["host"]) if settings["host"] else ""
    width = _("paper of {mm} mm").format(mm=settings["paper_mm"])
    return ", ".join(part for part in (where, width, here) if part)


def _show(settings: Mapping[str, Any], database: Database) -> Said:
    said = [_("Printer: {words}").format(words=printer_words(settings))]
    said.append(_("This machine is called {host}.").format(host=socket.gethostname()))
    if not has_printer(settings):
        return DONE, "\n".join([*said, _no_printer()]), {"ok": True, "printer": dict(settings)}
    try:
        told = printer_for(settings).look()
    except PrinterError as error:
        return _failed(error, said, settings)
    said += [*told, _("The printer can be reached."), *code_words(database)]
    return DONE, "\n".join(said), {"ok": True, "printer": dict(settings), "told": told}


def code_words(database: Database) -> list[str]:
    """Say what the QR of the slips is good for where it leads nowhere; nothing where it does."""
    if database.read(current_settings).web.address:
        return []
    return [_("The QR of a slip holds only its random token: set [web] address, and it leads to the ticket's page.")]


def _test(settings: Mapping[str, Any], database: Database) -> Said:
    said = [_("Printer: {words}").format(words=printer_words(settings))]
    here = socket.gethostname()
    if settings["host"] not in {"", here}:
        said.append(_("This machine is {host}: the office's slips are not printed here.").format(host=here))
    try:
        name = database.read(_office_name)
        content = trial_content(name, settings["paper_mm"], languages=settings["languages"])
        told = printer_for(settings).print(content, name="queueapp printer test")
    except PrinterError as error:
        return _failed(error, said, settings)
    said += [*told, _("The printer took the test slip. Look at it: all letters, a whole black bar, a readable code?")]
    return DONE, "\n".join(said), {"ok": True, "printer": dict(settings), "told": told}


def _failed(error: PrinterError, said: list[str], settings: Mapping[str, Any]) -> Said:
    said = [*said, error.message]
    if not has_printer(settings):
        said.append(_no_printer())
    elif error.is_begun:
        said.append(_("Something may have come out of the printer: look before you try again."))
    else:
        said.append(_("Nothing was printed."))
    answer = {"code": "device_unavailable", "message": error.message, "is_begun": error.is_begun}
    return UNAVAILABLE, "\n".join(said), {"ok": False, "printer": dict(settings), "error": answer}


def _no_printer() -> str:
    return _("Set one in the settings ([printer]): queueapp config show, config apply FILE.toml")


def _office_name(session: Session) -> str:
    return session.office.name


def _slip(given: Namespace, database: Database) -> Said:
    day = day_of("day", given.day) if given.day else None
    at = clock_of(database)()
    content = database.write(file_slip, ticket=given.ticket, day=day, is_copy=given.copy, at=at)
    paper_mm = database.read(_paper_mm)
    answer: Json = {"ok": True, "content": content.as_json()}
    if given.png or given.pdf:
        data = as_png(content, paper_mm) if given.png else as_pdf([content], paper_mm)
        path = _written(Path(given.png or given.pdf), data)
        return DONE, _("The slip is in {path}.").format(path=path), answer | {"file": str(path)}
    text = as_text(content.lines, WIDTHS[paper_mm])
    return DONE, text + (qr_text(content.qr) if content.qr else ""), answer


def _paper_mm(session: Session) -> int:
    return int(session.office.settings.get("printer", {}).get("paper_mm", 80))


def _run(database: Database) -> Said:
    """Print what waits in the outbox, for days: for an office whose numbers are issued by scripts or a kiosk."""
    ending, once = Ending(), Once(to_people)
    ending.heed_signals()
    outbox = Outbox(clock_of(database))

    def step() -> bool:
        print_waiting(database, outbox)
        return False  # what waits now is due later

    to_people(_("What waits is printed here now. Ctrl+C ends it; nothing is lost."))
    Rounds(database, step, ending, once).keep()
    return DONE, "", {"ok": True}


def _roll(given: Namespace, database: Database) -> Said:
    """Print the numbers of the paper roll of a field, or write them to a page each."""
    roll, settings = database.read(_roll_of, given.service), database.read(current_settings)
    first, last = given.first or settings.roll.first, given.last or settings.roll.last
    if not settings.roll.first <= first <= last <= settings.roll.last:
        sentence = N_("The numbers of the paper roll are {first} to {last}.")
        raise BadRequestError(sentence, first=settings.roll.first, last=settings.roll.last)
    languages, paper_mm = settings.printer.languages, settings.printer.paper_mm
    name, (letter, *names), is_training = roll
    contents = [
        roll_content(name, (names[0], names[1]), code_of(letter, number), languages=languages, is_training=is_training)
        for number in range(first, last + 1)
    ]
    answer = {"ok": True, "first": code_of(letter, first), "last": code_of(letter, last)}
    if given.pdf:
        path = _written(Path(given.pdf), as_pdf(contents, paper_mm))
        said = _("The numbers {first} to {last} are in {path}, a page each.").format(path=path, **_ends(answer))
        return DONE, said, answer | {"file": str(path)}
    printer = printer_for(settings.printer.model_dump())
    for number, content in enumerate(contents, first):
        try:
            printer.print(content, name=f"queueapp roll {number}")
        except PrinterError as error:
            go_on = _("Printed before it: {n}. Go on with: queueapp roll {service} --from {number} --to {last}")
            heading = f"{code_of(letter, number)}:"
            advice = go_on.format(n=number - first, service=given.service, number=number, last=last)
            return _failed(error, [heading, advice], settings.printer.model_dump())
    return DONE, _("The numbers {first} to {last} are printed.").format(**_ends(answer)), answer


def _ends(answer: Json) -> dict[str, str]:
    return {"first": answer["first"], "last": answer["last"]}


def _roll_of(session: Session, service: str) -> tuple[str, tuple[str, str, str], bool]:
    code = service_named(session, service).code
    field = field_names(session, code)
    return session.office.name, (field.letter, field.name_vi, field.name_en), session.office.is_training


def _written(path: Path, data: bytes) -> Path:
    try:
        return write_new_bytes(path.parent, path.name, data)
    except OSError as error:
        raise BadRequestError(
            N_("The file {path} cannot be written: {cause}."), path=path, cause=cause_words(error)
        ) from None
