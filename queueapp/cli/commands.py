"""Runs one command on the database and says what came of it."""

import json
import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from queueapp.cli.asking import ask
from queueapp.cli.batch import Batch
from queueapp.cli.checking import checked, day_of
from queueapp.cli.identity import Identity
from queueapp.cli.requests import REQUESTS
from queueapp.cli.saying import clean_line, say
from queueapp.cli.wire import Json, refusal
from queueapp.clock import now
from queueapp.database import Database
from queueapp.i18n import DEFAULT_LANGUAGE, N_, _, name_of, use_language
from queueapp.operations.office import configure, found
from queueapp.operations.rights import require_to
from queueapp.paper.files import write_new
from queueapp.paper.summary_csv import summary_csv
from queueapp.queries.settings import current_settings
from queueapp.queries.summary import summary
from queueapp.rules.errors import BadRequestError, DatabaseUnavailableError, QueueError
from queueapp.session import Session
from queueapp.settings import Settings, SettingsError, default_settings
from queueapp.terminal import clock_of, open_database

DONE, REFUSED, BAD_INPUT, UNAVAILABLE = 0, 1, 2, 3
OFFICE_FILE = "queueapp.db"  # what no address means, see __main__
LONGEST_FILE = 5_000_000


def run_command(given: Namespace) -> int:
    """Run a command and return the exit status; a failure is a sentence on standard error, never a traceback."""
    try:
        return _run(given)
    except SettingsError as error:
        if given.json:
            _print(json.dumps({"ok": False, "error": {"code": "bad_request", "message": error.message}}))
        return _fail(BAD_INPUT, error.message)
    except QueueError as error:
        if given.json:
            _print(json.dumps(refusal(error), ensure_ascii=False))
        statuses = {"bad_request": BAD_INPUT, "database_unavailable": UNAVAILABLE, "device_unavailable": UNAVAILABLE}
        return _fail(statuses.get(error.code, REFUSED), error.message)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last resort: a person must not see a traceback
        if os.environ.get("QUEUEAPP_DEBUG"):
            traceback.print_exc()
        sentence = _("Something unforeseen happened ({error}). What was confirmed before is safe; please report it.")
        return _fail(UNAVAILABLE, sentence.format(error=f"{type(error).__name__}: {error}"))


def _run(given: Namespace) -> int:
    command = given.command.replace("-", "_")
    if command == "serve" and given.counter is None:
        return _serve(given)  # no counter serves: the hall is served to browsers
    if command in REQUESTS:
        return _request(given, command)
    run = _RUNS.get(command)
    if run is None:
        raise BadRequestError(N_("“{do}” is not available yet."), do=given.command)
    return run(given)


def _request(given: Namespace, do: str) -> int:
    if REQUESTS[do].is_query:
        _require_there(given.db)
    fields: Json = {field.name: getattr(given, field.name, None) for field in REQUESTS[do].fields}
    if fields.get("unserved") is not None:
        fields["unserved"] = dict(fields["unserved"])
    request, arguments = checked({"do": do} | {name: value for name, value in fields.items() if value is not None})
    database = _opened(given)
    try:
        key, clock = getattr(given, "key", None), clock_of(database)
        staff = None if request.is_query else Identity(database, clock).prove_here(given.staff)
        answer = ask(database, request, arguments, at=clock(), staff=staff, key=key)
        if getattr(given, "csv", None):
            by = Identity(database, clock).prove_here(given.staff)
            database.write(require_to, "export", day=answer["report"]["day"], staff=by, at=clock())
            answer["csv"] = str(_write_csv(database, arguments, Path(given.csv), clock()))
        fields = {} if given.json else database.read(_field_names)
    finally:
        database.close()
    return _tell(given, say(answer, fields), answer)


def _field_names(session: Session) -> dict[str, str]:
    return {field.code: name_of(field.name_vi, field.name_en) for field in current_settings(session).services}


def _write_csv(database: Database, arguments: dict[str, Any], path: Path, at: datetime) -> Path:
    view = database.read(summary, arguments.get("day"), at=at)
    names = {service.code: service.name for service in view.services}
    try:
        return write_new(path.parent, path.name, summary_csv(view.summary, names))
    except OSError as error:
        raise BadRequestError(
            N_("The file {path} cannot be written: {cause}."), path=path, cause=error.strerror
        ) from None


def _init(given: Namespace) -> int:
    settings = Settings.from_toml(_text_of(given.config)) if given.config else default_settings()
    database = Database(given.db)
    try:
        if database.read(_has_office):
            return _fail(REFUSED, _("This database already holds an office; nothing was changed."))
        database.write(found, settings, is_training=given.training, at=now())
    finally:
        database.close()
    return _tell(given, _("The office “{name}” is ready.").format(name=settings.office.name), {"ok": True})


def _has_office(session: Session) -> bool:
    return session.has_office


def _config(given: Namespace) -> int:
    if given.action == "check":
        Settings.from_toml(_text_of(given.file))
        return _tell(given, _("The settings are right."), {"ok": True})
    settings = Settings.from_toml(_text_of(given.file)) if given.action == "apply" else None
    if settings is None:
        _require_there(given.db)
    database = _opened(given)
    try:
        if settings is not None:
            staff = Identity(database, now).prove_here(given.staff)
            cleared = database.write(configure, settings, staff=staff, at=now())
            words = _("The settings are in force.")
            if cleared:
                anew = _("The PIN of {names} holds no more; set a new one: queueapp pin NAME.")
                words = f"{words}\n{anew.format(names=', '.join(cleared))}"
            return _tell(given, words, {"ok": True, "pins_cleared": cleared})
        present = database.read(current_settings)
    finally:
        database.close()
    return _tell(given, present.to_toml(), {"settings": present.model_dump()}, is_text=True)


def _batch(given: Namespace) -> int:
    database = _opened(given)
    try:
        clock = clock_of(database)
        staff = Identity(database, clock).prove_here(given.staff)
        batch = Batch(database, clock, staff=staff, is_given_clock=given.given_clock)
        batch.run(sys.stdin.buffer, sys.stdout.buffer)
    finally:
        database.close()
    return DONE


def _replay(given: Namespace) -> int:
    from queueapp.cli.replay import replay  # noqa: PLC0415 - only this command needs it

    day = day_of("day", given.day) if given.day else None
    text = _text_of(given.file)
    database = _opened(given)
    try:
        answer = replay(database, text, day=day, progress=sys.stderr)
    finally:
        database.close()
    return _tell(given, say(answer), answer)


def _evaluate(given: Namespace) -> int:
    from queueapp.cli.evaluating import run_evaluate  # noqa: PLC0415 - only this command needs it

    sentence, answer = run_evaluate(given, sys.stderr)
    if not given.json:
        return _tell(given, sentence, answer, is_text=True)
    _print(json.dumps(answer, ensure_ascii=False))
    return DONE


def _upkeep(given: Namespace) -> int:
    from queueapp.cli.upkeep import run_upkeep  # noqa: PLC0415 - only these commands need it

    if given.command in {"verify", "backup"}:
        _require_there(given.db)
    database = None if given.command in {"doctor", "restore"} else _opened(given)
    try:
        status, sentence, answer = run_upkeep(given, database)
    finally:
        if database is not None:
            database.close()
    return _said(given, status, sentence, answer)


def _paper(given: Namespace) -> int:
    from queueapp.cli.papers import run_paper  # noqa: PLC0415 - drawing is only loaded where something is printed

    _require_there(given.db)
    database = _opened(given)
    try:
        return _said(given, *run_paper(given, database))
    finally:
        database.close()


def _simulate(given: Namespace) -> int:
    from queueapp.cli.simulating import run_simulate  # noqa: PLC0415 - only this command needs it

    return _said(given, *run_simulate(given))


def _planning(given: Namespace) -> int:
    from queueapp.cli.planning import run_staffing  # noqa: PLC0415 - only these commands need it
    from queueapp.cli.supposing import run_whatif  # noqa: PLC0415

    return _of_office(given, run_staffing if given.command == "staffing" else run_whatif)


def _figures(given: Namespace) -> int:
    from queueapp.cli.figures import run_figures  # noqa: PLC0415 - only these commands need it

    return _of_office(given, run_figures)


def _export(given: Namespace) -> int:
    from queueapp.cli.exporting import run_export  # noqa: PLC0415 - only this command needs it

    return _of_office(given, run_export)


def _of_office(given: Namespace, run: Callable[[Namespace, Database], tuple[int, str, Json]]) -> int:
    """Run a command that asks an office that is there."""
    _require_there(given.db)
    database = _opened(given)
    try:
        return _said(given, *run(given, database))
    finally:
        database.close()


def _said(given: Namespace, status: int, sentence: str, answer: Json) -> int:
    if given.json:
        _print(json.dumps(answer, ensure_ascii=False, default=str))
        return status
    _print("\n".join(clean_line(line) for line in sentence.splitlines()))
    return status


def _hall(given: Namespace) -> int:
    from queueapp.cli.hooks import run_hooks, run_hooks_for_days  # noqa: PLC0415 - only these commands need it
    from queueapp.cli.voice import run_speak, run_voice  # noqa: PLC0415

    _require_there(given.db)
    if given.command == "speak" or given.action == "run":
        use_language(given.lang or _spoken_in(given.db))
        return run_speak(given) if given.command == "speak" else run_hooks_for_days(given)
    database = _opened(given)
    try:
        status, sentence, answer = (run_voice if given.command == "voice" else run_hooks)(given, database)
    finally:
        database.close()
    if given.json:
        _print(json.dumps(answer, ensure_ascii=False))
        return status
    _print("\n".join(clean_line(line) for line in sentence.splitlines()))
    return status


def _spoken_in(address: str) -> str:
    """Return the office's language; the default while the database is away: who follows it waits for it."""
    database = Database(address)
    if database.path is not None and not database.path.exists():
        return DEFAULT_LANGUAGE
    try:
        return database.read(_language)
    except DatabaseUnavailableError:
        return DEFAULT_LANGUAGE
    finally:
        database.close()


def _procedures(given: Namespace) -> int:
    from queueapp.cli.procedures import run_procedures  # noqa: PLC0415 - only these commands need it

    text = _text_of(given.file) if given.action in {"import", "compare"} else ""
    if given.action not in {"import", "load", "edit"}:
        _require_there(given.db)
    database = _opened(given)
    try:
        status, sentence, answer = run_procedures(given, database, text)
    finally:
        database.close()
    if status == DONE or not given.json:
        return _tell(given, sentence, answer) or status
    _print(json.dumps({"ok": False} | answer, ensure_ascii=False))
    return status


def _demo(given: Namespace) -> int:
    from queueapp.cli.demo import run_demo  # noqa: PLC0415 - only this command needs it

    return run_demo(given)


def _train(given: Namespace) -> int:
    from queueapp.cli.practice import run_train  # noqa: PLC0415 - only this command needs it

    return run_train(given)


def _serve(given: Namespace) -> int:
    from queueapp.cli.serving import run_serve  # noqa: PLC0415 - only this command needs it

    return run_serve(given)


def _require_there(address: str) -> None:
    """Refuse a file that was named but is not there, where a command only reads and would find what it made itself."""
    if address != OFFICE_FILE and "://" not in address and not Path(address).exists():
        raise DatabaseUnavailableError(
            N_("There is no file {path}. Look at the name after --db, or make an office there with “init”."),
            path=address,
        )


def _opened(given: Namespace) -> Database:
    database = open_database(given.db)
    if given.lang is None:
        use_language(database.read(_language))
    return database


def _language(session: Session) -> str:
    return session.office.language


def _text_of(name: str) -> str:
    """Return the text of a file (BadRequestError when it cannot be read)."""
    path = Path(name)
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise BadRequestError(N_("The file {path} is too large."), path=path)
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadRequestError(N_("The file {path} cannot be read: {cause}."), path=path, cause=error.strerror) from None
    except UnicodeDecodeError:
        raise BadRequestError(N_("The file {path} is not text in UTF-8."), path=path) from None


def _tell(given: Namespace, sentence: str, answer: Json, *, is_text: bool = False) -> int:
    if given.json:
        _print(json.dumps({"ok": True} | answer, ensure_ascii=False))
    else:
        _print(sentence if is_text else "\n".join(clean_line(line) for line in sentence.splitlines()))
    return DONE


def _fail(status: int, sentence: str) -> int:
    for line in sentence.splitlines():
        print(clean_line(line), file=sys.stderr)  # noqa: T201
    return status


def _print(text: str) -> None:
    print(text)  # noqa: T201 - the command line answers on standard output


_RUNS: dict[str, Callable[[Namespace], int]] = {
    "init": _init,
    "config": _config,
    "batch": _batch,
    "replay": _replay,
    "demo": _demo,
    "train": _train,
    "simulate": _simulate,
    "staffing": _planning,
    "whatif": _planning,
    "evaluate": _evaluate,
    "procedures": _procedures,
    **dict.fromkeys(("verify", "backup", "restore", "purge", "doctor", "pin", "clock"), _upkeep),
    **dict.fromkeys(("period", "quiet_hours"), _figures),
    "export": _export,
    **dict.fromkeys(("printer", "slip", "roll"), _paper),
    **dict.fromkeys(("speak", "voice", "hooks"), _hall),
}
