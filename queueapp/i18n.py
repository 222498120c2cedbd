"""Finds the words: English in the code, Vietnamese in the catalogue, one language at a time."""

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"


class _Words:
    """The catalogue in use."""

    language = "en"
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use_language(language: str) -> None:
    """Speak `language` from now on; one that is unknown means the default."""
    _Words.language = language if language in LANGUAGES else DEFAULT_LANGUAGE
    _Words.catalogue = _catalogue(_Words.language)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    folder = str(Path(__file__).parent / "locale")
    return gettext.translation("queueapp", folder, [language], fallback=True)


def language() -> str:
    """Return the language in use: `vi` or `en`."""
    return _Words.language


def other_language() -> str:
    """Return the language that a change of language would bring."""
    return LANGUAGES[1 - LANGUAGES.index(_Words.language)]


def _(message: str) -> str:
    """Return `message` in the language in use."""
    return _Words.catalogue.gettext(message)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark `message` for the catalogue; it is translated when it is painted."""
    return message


def ngettext(one: str, many: str, count: int, tongue: str | None = None) -> str:
    """Return the form of the message that goes with `count`, in the language in use or in the one that is given."""
    return (_catalogue(tongue) if tongue else _Words.catalogue).ngettext(one, many, count)


def in_both(message: str) -> tuple[str, str]:
    """Return `message` in Vietnamese and in English, for what the whole hall reads."""
    return _catalogue("vi").gettext(message), message


def in_language(message: str, tongue: str | None) -> str:
    """Return `message` in a language that need not be the one in use: paper is printed in the office's languages.

    None is the language in use.
    """
    return (_catalogue(tongue) if tongue else _Words.catalogue).gettext(message)


def name_of(name_vi: str, name_en: str) -> str:
    """Return the one of two names (data, not catalogue) that fits the language in use."""
    return name_vi if _Words.language == "vi" else name_en
