"""JSON Lines: one operation a line in, one answer a line out, flushed at once; a bad line does not stop the next."""

import json
import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, NoReturn

from queueapp.cli.asking import ask
from queueapp.cli.checking import checked, moment_of, text_of
from queueapp.cli.identity import Identity
from queueapp.cli.wire import Json, refusal
from queueapp.clock import Clock
from queueapp.database import Database
from queueapp.i18n import N_
from queueapp.rules.errors import BadRequestError, ClockRefusedError, QueueError
from queueapp.session import Session

LONGEST_LINE = 1_000_000


class UnforeseenError(QueueError):
    """A fault of ours; nothing was done."""

    template = N_("Something unforeseen happened ({error}); nothing was done. Please report it.")


class Batch:
    """Answers lines one after the other on one database.

    With `is_given_clock` the lines of a training database may say when they happen, never earlier than the line before.
    """

    def __init__(
        self, database: Database, clock: Clock, *, staff: str | None = None, is_given_clock: bool = False
    ) -> None:
        self._database = database
        self._clock = clock
        self._identity = Identity(database, clock)
        self._staff, self._proof = staff, self._identity.proof_of(staff)
        self._is_given_clock = is_given_clock and database.read(_is_training)
        self._last: datetime | None = None
        if self._is_given_clock:
            database.is_given_clock = True

    def run(self, lines: BinaryIO, answers: BinaryIO) -> None:
        """Answer every line until the input ends; empty lines are passed over."""
        for raw in _lines(lines):
            if raw.strip():
                answers.write(_encoded(self.answer(raw)) + b"\n")
                answers.flush()

    def answer(self, raw: bytes) -> Json:
        """Return the answer to one line; never an exception that the queue knows."""
        identity: Json = {}
        try:
            line = _parsed(raw)
            if isinstance(line, dict) and "id" in line:
                identity = {"id": line["id"]}
            return identity | {"ok": True} | self._done(line)
        except QueueError as error:
            return identity | refusal(error)
        except Exception as error:  # noqa: BLE001 - whoever waits for this answer must get one, and the next line be read
            return identity | refusal(UnforeseenError(error=f"{type(error).__name__}: {error}"))

    def _done(self, line: Any) -> Json:
        request, given = checked(line)
        said = text_of(line, "as")
        pin = text_of(line, "pin")
        staff = self._identity.still(self._staff, self._proof) if said is None else self._identity.prove(said, pin)
        return ask(self._database, request, given, at=self._moment(line), staff=staff, key=text_of(line, "key"))

    def _moment(self, line: Json) -> datetime:
        if "at" not in line or line["at"] is None:
            return self._present()
        moment = moment_of(line["at"])
        if not self._is_given_clock or (self._last is not None and moment < self._last):
            raise ClockRefusedError
        self._last = moment
        return moment

    def _present(self) -> datetime:
        """Return when a line happens that does not say it: now, or on a given clock when the line before did."""
        if not self._is_given_clock:
            return self._clock()
        return self._last or max(self._clock(), self._database.read(_last_at))


def _parsed(raw: bytes) -> Any:
    if len(raw) > LONGEST_LINE:
        raise BadRequestError(N_("The line is longer than {most} characters."), most=LONGEST_LINE)
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise BadRequestError(N_("The line is not JSON in UTF-8.")) from None


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


def _finite(text: str) -> float:
    """Return a number that can be written back: JSON has no word for what 1e999 becomes."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _lines(lines: BinaryIO) -> Iterator[bytes]:
    while raw := lines.readline(LONGEST_LINE + 1):
        if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
            while (rest := lines.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
        yield raw


def _encoded(answer: Json) -> bytes:
    text = json.dumps(answer, ensure_ascii=False)
    # An id goes back as it came, whatever is in it; a terminal must not obey it, so it is written in escapes.
    return (text if text.isprintable() else json.dumps(answer)).encode("utf-8")


def _is_training(session: Session) -> bool:
    return session.office.is_training


def _last_at(session: Session) -> datetime:
    return session.office.last_at
