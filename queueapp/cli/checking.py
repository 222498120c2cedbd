"""Checks a request from outside against its fields before anything is done with it."""

from datetime import date, datetime
from typing import Any

from queueapp.cli.requests import REQUESTS, Field, Request
from queueapp.clock import is_plausible
from queueapp.i18n import N_
from queueapp.rules.errors import BadRequestError
from queueapp.text import clean

LARGEST = 10**9
LONGEST_TEXT = 500
ENVELOPE = frozenset({"do", "id", "key", "as", "pin", "at"})


def checked(line: Any) -> tuple[Request, dict[str, Any]]:
    """Return the request of an object and its arguments (BadRequestError says which field is wrong and why)."""
    if not isinstance(line, dict):
        raise BadRequestError(N_("A line must be a JSON object such as {example}."), example='{"do": "status"}')
    do = line.get("do")
    if not isinstance(do, str):
        raise BadRequestError(N_("“do” is missing: it names what is to be done."))
    request = REQUESTS.get(do)
    if request is None:
        raise BadRequestError(N_("There is nothing called “{do}” to do."), do=clean(do, 60))
    known = {field.name: field for field in request.fields}
    for name in line:
        if name not in known and name not in ENVELOPE:
            raise BadRequestError(N_("“{do}” has no field “{field}”."), do=do, field=clean(name, 60))
    given = {name: line[name] for name in known if line.get(name) is not None}
    for field in request.fields:
        if field.is_required and field.name not in given:
            raise BadRequestError(N_("“{do}” needs the field “{field}”."), do=do, field=field.name)
    return request, {known[name].parameter: value_of(known[name], value) for name, value in given.items()}


def value_of(field: Field, value: Any) -> Any:
    """Return a field's value if it is of the field's kind (BadRequestError)."""
    if field.kind == "number" and isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST:
        return value
    if field.kind == "text" and isinstance(value, str):
        return clean(value, LONGEST_TEXT)
    if field.kind == "texts" and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(clean(each, LONGEST_TEXT) for each in value)
    if field.kind == "flag" and isinstance(value, bool):
        return value
    if field.kind == "day" and isinstance(value, str):
        return day_of(field.name, value)
    if field.kind == "ends" and isinstance(value, dict):
        return value
    raise BadRequestError(_WRONG_KIND[field.kind], field=field.name)


_WRONG_KIND = {
    "number": N_("“{field}” must be a whole number."),
    "text": N_("“{field}” must be a text."),
    "texts": N_("“{field}” must be a list of texts."),
    "flag": N_("“{field}” must be true or false."),
    "day": N_("“{field}” must be a day such as 2026-11-23."),
    "ends": N_("“{field}” must be an object with an end for each ticket, such as D-003: sent_home."),
}


def day_of(name: str, text: str) -> date:
    """Return the day that `text` says in ISO 8601 (BadRequestError)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequestError(_WRONG_KIND["day"], field=name) from None


def moment_of(text: Any) -> datetime:
    """Return the moment that `text` says in ISO 8601 with an offset (BadRequestError)."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None or not is_plausible(moment):
        raise BadRequestError(N_("“at” must be a moment with its offset, such as 2026-11-23T08:00:00+07:00."))
    return moment


def text_of(line: dict[str, Any], name: str) -> str | None:
    """Return a field of the envelope that is a text, as it came; None when it is missing (BadRequestError)."""
    value = line.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequestError(_WRONG_KIND["text"], field=name)
    return value
