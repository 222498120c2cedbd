"""Writes the pages: templates filled with words in the reader's language."""

from typing import Any

import aiohttp_jinja2
from aiohttp import web

from queueapp.i18n import LANGUAGES, N_, in_both
from queueapp.rules.pages import both, place_words, said
from queueapp.text import clean

_BOARD_WORDS = {
    "title": N_("Board"),
    "calling": N_("Now calling number"),
    "counter": N_("to counter"),
    "welcome": N_("Welcome"),
    "earlier": N_("Called before"),
    "nobody": N_("Nobody has been called yet today."),
    "counters": N_("Counters"),
    "waiting": N_("Waiting"),
    "training": N_("TRAINING"),
    "sound": N_("Turn the sound on"),
    "away": N_("The data cannot be read now. What you see is of {time}."),
    "lost": N_("No connection to the server. What you see is of {time}."),
    "nothing": N_("The data cannot be read now. This page goes on by itself."),
}
_TERMINAL_WORDS = {
    "opening": N_("The application is being opened…"),
    "left": N_("The application was left. Nothing is lost."),
    "lost": N_("The connection was lost. This page opens the application again by itself."),
    "again": N_("Open again"),
}
_PLACE_WORDS = {
    "title": N_("Your place in the queue"),
    "as_of": N_("As of {time}. This page looks again by itself."),
    "away": N_("Not reached just now; what you see is of {time}."),
    "training": N_("FOR EXERCISE ONLY"),
    "keep": N_("Please listen for your number in the hall too."),
}
_LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}
REFRESH_SECONDS = 10


def language_asked(request: web.Request, default: str) -> str:
    """Return the language of a page: the one its address asks for, else the office's."""
    asked = request.query.get("lang", "")
    return asked if asked in LANGUAGES else default


def _filled(name: str, request: web.Request, given: dict[str, Any], status: int = 200) -> web.Response:
    return aiohttp_jinja2.render_template(name, request, given, status=status)


def board_page(request: web.Request, build: str) -> web.Response:
    """Return the board, empty: what stands on it comes as events."""
    words = {name: both(message) for name, message in _BOARD_WORDS.items()}
    pairs = {name: in_both(message) for name, message in _BOARD_WORDS.items()}
    return _filled("board.html", request, {"words": words, "pairs": pairs, "build": build})


def terminal_page(request: web.Request, office: str, socket: str, language: str, font_size: int) -> web.Response:
    """Return the page on which a browser runs the terminal application."""
    words = {name: said(message, language) for name, message in _TERMINAL_WORDS.items()}
    given = {"office": clean(office), "socket": socket, "words": words, "language": language, "font_size": font_size}
    return _filled("terminal.html", request, given)


def place_page(request: web.Request, place: Any, language: str, time: str) -> web.Response:
    """Return the page of one ticket's place."""
    words = {name: said(message, language) for name, message in _PLACE_WORDS.items()}
    words["as_of"] = words["as_of"].format(time=time)
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    given = {
        "place": place,
        "place_words": place_words(place, language),
        "field": clean(place.service_vi if language == "vi" else place.service_en),
        "office": clean(place.office),
        "day": f"{place.day:%d/%m/%Y}",
        "words": words,
        "time": time,
        "language": language,
        "other": other,
        "other_name": _LANGUAGE_NAMES[other],
        "refresh": REFRESH_SECONDS,
    }
    return _filled("place.html", request, given)


def sentence_page(
    request: web.Request, message: str, language: str, *, status: int, refresh: int = 0, **facts: Any
) -> web.Response:
    """Return a page that says one thing, in both languages, and comes again by itself after `refresh` seconds."""
    lines = [said(message, each).format(**facts) for each in (language, LANGUAGES[1 - LANGUAGES.index(language)])]
    return _filled("sentence.html", request, {"lines": lines, "language": language, "refresh": refresh}, status)
