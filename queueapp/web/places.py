"""The page behind a slip's QR: where its ticket stands, for whoever holds the token."""

import re
from collections import OrderedDict

from aiohttp import web

from queueapp.clock import zone
from queueapp.i18n import DEFAULT_LANGUAGE, N_
from queueapp.queries.places import ticket_by_token
from queueapp.rules.errors import QueueError
from queueapp.rules.pages import PlaceView
from queueapp.web.guard import Pace
from queueapp.web.hall import Hall
from queueapp.web.pages import REFRESH_SECONDS, language_asked, place_page, sentence_page

RATE, BURST = 20.0, 200.0  # askings a second from one address, and at once: a hall behind one address looks every 10 s
OF_ONE_SLIP = 2.0, 20.0  # a family may look at one slip, each every 10 s, but no program without a pause
WRONG_COSTS = 10.0  # a token that is none counts as so many
KNOWN_KEPT = 2000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{10,64}")
NO_SUCH = N_("There is no ticket here. Please scan the code on your slip again.")
TOO_OFTEN = N_("Too many questions from this address. This page looks again by itself in a moment.")
AWAY = N_("The data cannot be read now. This page goes on by itself.")


class Places:
    """Serves the places of tickets; a wrong token is always answered alike."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._pace = Pace(RATE, BURST)
        self._pace_of_slip = Pace(*OF_ONE_SLIP)
        self._known: OrderedDict[str, None] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """Return where the places are found."""
        return [web.get("/t/{token}", self.page)]

    async def page(self, request: web.Request) -> web.Response:
        """Return the page of the ticket whose slip says this token."""
        token, news = request.match_info["token"], self._hall.news
        language = language_asked(request, news.view.office.language if news else DEFAULT_LANGUAGE)
        address = request.remote or ""
        # Who holds a slip is never shut out because somebody else behind the same address tries tokens.
        is_in_time = self._pace_of_slip.spend(token) if token in self._known else self._pace.spend(address)
        if not is_in_time:
            return sentence_page(request, TOO_OFTEN, language, status=429, refresh=REFRESH_SECONDS)
        try:
            place = await self._place(token)
        except QueueError:
            return sentence_page(request, AWAY, language, status=503, refresh=REFRESH_SECONDS)
        if place is None:
            self._pace.spend(address, WRONG_COSTS)
            return sentence_page(request, NO_SUCH, language, status=404)
        self._know(token)
        time = f"{self._hall.now().astimezone(zone(place.timezone)):%H:%M:%S}"
        return place_page(request, place, language, time)

    async def _place(self, token: str) -> PlaceView | None:
        return await self._hall.ask(ticket_by_token, token if _TOKEN.fullmatch(token) else "")

    def _know(self, token: str) -> None:
        self._known[token] = None
        self._known.move_to_end(token)
        if len(self._known) > KNOWN_KEPT:
            self._known.popitem(last=False)
