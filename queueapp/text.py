"""Makes text from outside safe to keep, to show and to search."""

import unicodedata

LONGEST = 120

# Control, format (bidi, zero width), surrogate, private and unassigned characters: none of them is a word, and a
# terminal or a printer obeys some of them.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean(text: str, longest: int = LONGEST) -> str:
    """Return `text` as one line of at most `longest` characters, composed (NFC), without a character that acts.

    Line breaks, tabs and line separators become spaces; runs of spaces become one.
    """
    spaced = "".join(" " if character.isspace() else character for character in text[: longest * 8])
    kept = "".join(character for character in spaced if unicodedata.category(character) not in _UNWANTED)
    composed = unicodedata.normalize("NFC", kept)
    return " ".join(composed.split())[:longest].rstrip()


def mask(name: str | None) -> str | None:
    """Return a name as others may see it: the family name, and the initials of the rest: `Nguyễn V. A.`."""
    if name is None:
        return None
    first, *rest = clean(name).split() or [""]
    if not first:
        return ""
    return " ".join([first, *(f"{word[0]}." for word in rest)]) if rest else f"{first[0]}."


def fold(text: str) -> str:
    """Return `text` as it is compared in a search: without accents or case, and with đ as d."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))
