"""Chains events by their hashes: each is over its own words and the hash of the one before.

The words are hashed as they are kept, letter by letter, so that no change of a row goes unseen. The chain alone cannot
see that its end was cut off or that all of it was written anew; for that its head stands on every sealed sheet and in
every backup's list.
"""

import hashlib
import itertools
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from json.encoder import encode_basestring
from typing import Any

GENESIS = "0" * 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def link(
    previous: str,
    office: int,
    seq: int,
    at: int,
    verb: str,
    ticket: int | None,
    counter: int | None,
    staff: int | None,
    detail: str,
) -> str:
    """Return the hash (SHA-256, hexadecimal) of an event that follows `previous`; `at` is in microseconds."""
    words = (previous, office, seq, at, verb, ticket, counter, staff, detail)
    return hashlib.sha256(_joined(words).encode()).hexdigest()


def _joined(words: tuple[Any, ...]) -> str:
    """Return the words as JSON without blanks; what events hold is put together by hand, a million times."""
    if tuple(map(type, words)) not in _USUAL:
        return json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    previous, office, seq, at, verb, ticket, counter, staff, detail = words
    at_ticket = "null" if ticket is None else ticket
    at_counter = "null" if counter is None else counter
    by_staff = "null" if staff is None else staff
    return (
        f"[{encode_basestring(previous)},{office},{seq},{at},{encode_basestring(verb)},"
        f"{at_ticket},{at_counter},{by_staff},{encode_basestring(detail)}]"
    )


_USUAL = frozenset(
    (str, int, int, int, str, *keys, str) for keys in itertools.product((int, type(None)), repeat=3)
)  # the types of what an event holds; of no others


def written(detail: Mapping[str, Any]) -> str:
    """Return an event's detail as it is kept and hashed: without what is None, its names in order."""
    said = {name: value for name, value in detail.items() if value is not None}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def microseconds(moment: datetime) -> int:
    """Return a moment as it is kept: microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(number: int) -> datetime:
    """Return the moment that is kept as `number`."""
    return _EPOCH + timedelta(microseconds=number)


def plain(value: Any) -> Any:
    """Return a column's value as an event tells it: moments in microseconds, days in ISO 8601."""
    if isinstance(value, datetime):
        return microseconds(value)
    return value.isoformat() if isinstance(value, date) else value
