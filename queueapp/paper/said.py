"""Says the words of paper in the office's languages, which need not be the one on the screen."""

from queueapp.i18n import in_language
from queueapp.paper.content import Line

Tongues = tuple[str, ...]
TONGUES: dict[str, Tongues] = {"vi": ("vi",), "both": ("vi", "en")}  # by the setting `languages`


def said(message: str, tongues: Tongues, style: str = "plain", *, before: str = "", **facts: object) -> list[Line]:
    """Return `message` in each language: the first in `style`, the other small below it, a repetition left out.

    `before` stands before the first.
    """
    first, *others = [in_language(message, tongue).format(**facts) for tongue in tongues]
    return said_each([before + first, *others], style)


def named(name_vi: str, name_en: str, tongues: Tongues, style: str = "plain", *, within: str = "{name}") -> list[Line]:
    """Return a name that is data in each language; `within` is a message about it."""
    names = {"vi": name_vi or name_en, "en": name_en or name_vi}
    texts = [in_language(within, tongue).format(name=names[tongue]) for tongue in tongues]
    return said_each(texts, style)


def said_each(texts: list[str], style: str = "plain") -> list[Line]:
    """Return a text that is in each language already, laid out as `said`."""
    return [Line(text, "small" if place else style) for place, text in enumerate(dict.fromkeys(texts))]
