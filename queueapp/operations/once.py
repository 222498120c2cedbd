"""Does a command that carries a key once: the same key again gets the first answer and changes nothing."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, insert, select

from queueapp.database import Session
from queueapp.i18n import N_
from queueapp.models import requests
from queueapp.rules.errors import BadRequestError, KeyReusedError
from queueapp.rules.views import Answer
from queueapp.statement import Statement
from queueapp.text import clean

LONGEST_KEY = 200

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
        return _answers().validate_json(first[1])
    answer = operation(session, at=at, **given)
    kept = _answers().dump_json(answer).decode()
    session.run(_KEEP, office_id=office, key=key, request=request, answer=kept, at=at)
    return answer


@cache
def _answers() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
