"""Who may ask the server what: its own names, its own pages, and how often one address."""

import ipaddress
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST_ADDRESSES = 2000
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+))(?::[1-9][0-9]{0,4})?")


def is_loopback(host: str) -> bool:
    """Say whether a host's name or address is reached from this machine alone."""
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def is_own_host(header: str, names: Collection[str], *, is_lan: bool) -> bool:
    """Say whether a request was sent to a name of ours.

    Another site can lead a browser here by a name of its own (DNS rebinding), but not by one of ours nor by a bare
    address; a server for this machine alone has none but those of the loopback.
    """
    host = _host_of(header)
    if host is None:
        return False
    if host in LOOPBACK_NAMES or is_loopback(host):
        return True
    return is_lan and (host in names or _address(host) is not None)


def is_own_origin(origin: str | None, host_header: str) -> bool:
    """Say whether a page of this very server sent the request; a browser always says which page did."""
    if not origin:
        return False
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == host_header.lower()


def _host_of(header: str) -> str | None:
    """Return the host of a `Host` header that is a name or an address with a port at most; None for anything else."""
    said = _HOST.fullmatch(header)
    return (said[1] or said[2]).lower().rstrip(".") or None if said is not None else None


def host_of(address: str) -> str | None:
    """Return the host of an address such as http://hall.local:8080; None where it has none."""
    try:
        return (urlsplit(address).hostname or "").lower() or None
    except ValueError:
        return None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


class Pace:
    """How often one address may ask: `burst` at once, then `rate` a second.

    A whole hall may stand behind one address: what it uses up comes back within seconds, and nobody is shut out for
    longer than the asking goes on.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, address: str, cost: float = 1.0) -> bool:
        """Take `cost` from what an address has left; False, and nothing is taken, where it has used it up."""
        now = self._clock()
        left, then = self._left.pop(address, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        is_enough = left > 0
        self._left[address] = (left - cost if is_enough else left, now)
        if len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        return is_enough
