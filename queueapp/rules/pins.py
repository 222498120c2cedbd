"""What a PIN must be, and how long one has to wait after wrong ones."""

from datetime import timedelta

SHORTEST, SHORTEST_IN_CHARGE, LONGEST = 4, 6, 12
TRIES = 5
FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)
_STEPS = "0123456789" * 3  # counting goes on after nine


def weakness(pin: str, role: str) -> str | None:
    """Return why a PIN is refused for somebody of this role (a message to translate); None when it is good enough."""
    shortest = SHORTEST_IN_CHARGE if role in {"supervisor", "admin"} else SHORTEST
    if not pin.isascii() or not pin.isdigit() or not shortest <= len(pin) <= LONGEST:
        return "length"
    if len(set(pin)) <= 2 or pin in _STEPS or pin[::-1] in _STEPS or _repeats(pin):  # noqa: PLR2004 - as 111111
        return "simple"
    return None


def _repeats(pin: str) -> bool:
    """Whether half of the digits say the rest: 482482, 112233, 159951."""
    blocks = [pin[:length] for length in range(1, len(pin) // 2 + 1) if len(pin) % length == 0]
    is_doubled = len(pin) % 2 == 0 and pin[0::2] == pin[1::2]
    return is_doubled or pin == pin[::-1] or any(block * (len(pin) // len(block)) == pin for block in blocks)


def wait_after(failures: int) -> timedelta | None:
    """Return how long no PIN is looked at after so many wrong ones in a row; each further one doubles it."""
    if failures < TRIES:
        return None
    doublings = min(failures - TRIES, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
