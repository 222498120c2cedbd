"""Compares the missing papers, row by row, with what the events tell of them."""

from sqlalchemy import bindparam

from queueapp.models import missing
from queueapp.queries.walked import PartedError, Walk, chunks, raw
from queueapp.rules.chain import plain
from queueapp.rules.rebuilt_missing import MISSING
from queueapp.statement import Statement

_ROWS = Statement(
    raw(missing.c.id, *(missing.c[name] for name in MISSING))
    .where(missing.c.office_id == bindparam("office"), missing.c.id > bindparam("after"))
    .order_by(missing.c.id)
    .limit(bindparam("limit"))
)


def compare_missing(walk: Walk) -> None:
    """Compare every missing paper that an event of this walk tells of, in their order."""
    wanted, place = walk.missing.rows, 0
    for rows in chunks(walk.session, _ROWS):
        for key, *kept in rows:
            found = [plain(value) for value in kept]
            if not walk.is_whole and isinstance(found[0], int) and found[0] <= walk.verdict.from_seq:
                continue  # it was written down before the walk began
            want = wanted[place] if place < len(wanted) else None
            place += 1
            if walk.is_whole and walk.session.is_file and key != place:
                raise PartedError(f"missing {key}.id", found[1], place, key)
            _compare(key, want, found)
    if place < len(wanted):
        lost = wanted[place]
        raise PartedError(f"missing paper of event {lost[0]}", lost[1], lost, None)


def _compare(key: int, want: list[object] | None, found: list[object]) -> None:
    if want is None:
        raise PartedError(f"missing {key}", found[1], None, found)
    for name, expected, value in zip(MISSING, want, found, strict=True):
        if expected != value:
            raise PartedError(f"missing {key}.{name}", want[1], expected, value)
