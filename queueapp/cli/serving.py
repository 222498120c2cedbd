"""The command that offers the hall in a browser."""

from argparse import Namespace

from queueapp.i18n import N_
from queueapp.rules.errors import BadRequestError, NotServedError

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - only with --lan
HIGHEST_PORT = 65_535


def run_serve(given: Namespace) -> int:
    """Serve until told to end (BadRequestError; a port that is taken is unavailable)."""
    if not 1 <= given.port <= HIGHEST_PORT:
        raise BadRequestError(N_("A port is a number from 1 to {most}."), most=HIGHEST_PORT)
    if given.terminals < 0:
        raise BadRequestError(N_("The number of terminals is 0 or more."))
    try:
        from queueapp.web.serving import Offer, serve  # noqa: PLC0415 - an extra, and heavy
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"aiohttp", "aiohttp_jinja2", "jinja2", "textual_serve"}:
            raise
        raise NotServedError(N_("The pages need one more part. Install queueapp[web].")) from None
    host = given.host or (EVERYWHERE if given.lan else LOOPBACK)
    return serve(given.db, Offer(host, given.port, given.terminals))
