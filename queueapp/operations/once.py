"""Does a command that carries a key once: the same key again gets the first answer and changes nothing."""

import functools
import json
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import bindparam, insert, select

from queueapp.database import Database
from queueapp.i18n import N_
from queueapp.models import requests
from queueapp.rules.errors import BadRequestError, DatabaseUnavailableError, InDoubtError, KeyReusedError
from queueapp.rules.views import Answer
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

LONGEST_KEY = 200
PATIENCE, BETWEEN_TRIES = 15.0, 0.3  # seconds for which a lost answer is asked for, and between two tries

_FOUND = Statement(
    select(requests.c.request, requests.c.answer).where(
        requests.c.office_id == bindparam("office"), requests.c.key == bindparam("key")
    )
)
_KEEP = Statement(
    insert(requests).values(
        office_id=bindparam("office_id"),
        key=bindparam("key"),
        request=bindparam("request"),
        answer=bindparam("answer"),
        at=bindparam("at"),
    )
)


def once(session: Session, operation: Callable[..., Answer], key: str | None, *, at: datetime, **given: Any) -> Answer:
    """Do `operation` with `given`, or return its first answer if `key` was used for the same request before.

    KeyReusedError when the key belongs to another request. A refused request leaves its key unused.
    """
    if key is None:
        return operation(session, at=at, **given)
    if not 0 < len(key) <= LONGEST_KEY or clean(key, LONGEST_KEY) != key:
        raise BadRequestError(N_("The key must be one line of 1 to {most} characters."), most=LONGEST_KEY)
    office = session.office.id
    said = {name: value for name, value in given.items() if value is not None}
    request = json.dumps({"do": operation.__name__, **said}, sort_keys=True, ensure_ascii=False, default=str)
    first = session.row(_FOUND, office=office, key=key)
    if first is not None:
        if first[0] != request:
            raise KeyReusedError(key=key)
        kept_answer: Answer = _answers().validate_json(first[1])
        return kept_answer
    answer = operation(session, at=at, **given)
    kept = _answers().dump_json(answer).decode()
    session.run(_KEEP, office_id=office, key=key, request=request, answer=kept, at=at)
    return answer


def surely(database: Database, operation: Callable[..., Any], *, at: datetime, **given: Any) -> Any:
    """Do an operation as one transaction, and never twice, for a person who waits for its answer.

    Where the answer is lost with a server's connection, nobody knows whether it was done: it is asked for again, by a
    key of its own, until the server is back (InDoubtError when it stays away). A file's commit is done or it is not.
    """
    if database.path is not None:
        return database.write(operation, at=at, **given)
    key, until, is_in_doubt = f"terminal {uuid4().hex}", time.monotonic() + PATIENCE, False
    while True:
        try:
            return database.write(_keyed(operation, key), at=at, **given)
        except DatabaseUnavailableError as error:
            is_in_doubt = is_in_doubt or error.is_in_doubt
            if not is_in_doubt:
                raise
            if time.monotonic() >= until:
                raise InDoubtError from error
        time.sleep(BETWEEN_TRIES)


def _keyed(operation: Callable[..., Any], key: str) -> Callable[..., Any]:
    @functools.wraps(operation)
    def keyed(session: Session, *, at: datetime, **given: Any) -> Any:
        return once(session, operation, key, at=at, **given)

    return keyed


@cache
def _answers() -> TypeAdapter[Any]:
    return TypeAdapter(Answer | None)
