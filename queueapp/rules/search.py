"""Finds procedures as somebody types: by name with or without accents, its words in any order, or by the code."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from queueapp.i18n import N_
from queueapp.rules.procedures import ProcedureView
from queueapp.text import clean, fold

LONGEST = 200
SHORTEST_JOINED = 4  # letters of words written without spaces
EMPTY = N_("The list of procedures is empty. Whoever is in charge loads it: queueapp procedures load.")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A procedure with its texts as they are compared, made once.

    `spaced` begins each word with a space, `joined` has none.
    """

    procedure: ProcedureView
    place: int
    code: str
    digits: str
    accented: str
    spaced: str
    joined: str
    english: str


class Index:
    """The procedures, prepared to be searched at every key."""

    def __init__(self, procedures: Sequence[ProcedureView]) -> None:
        self._entries = tuple(_entry(place, each) for place, each in enumerate(procedures))

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, typed: str) -> tuple[ProcedureView, ...]:
        """Return what fits all that was typed, the best first; everything while nothing was typed.

        Every word must fit: as the beginning of a word of the name, as a part of the code, else as any part of the
        name. What has the accents that were typed goes before what fits only without; what fits as well as another
        keeps the order of the list.
        """
        accented = _plain(clean(typed, LONGEST).casefold())
        wanted = _folded(accented)
        if not wanted:
            return tuple(entry.procedure for entry in self._entries)
        words, with_accents = wanted.split(), accented != fold(accented)
        ranked = []
        for entry in self._entries:
            rank = _rank(entry, wanted, words)
            if rank < NO_RANK:
                misses = with_accents and any(f" {word}" not in entry.accented for word in accented.split())
                ranked.append((misses, rank, entry.place, entry.procedure))
        ranked.sort(key=lambda each: each[:3])
        return tuple(each[-1] for each in ranked)


def _entry(place: int, procedure: ProcedureView) -> _Entry:
    accented = _plain(clean(procedure.name_vi, 300).casefold())
    folded = _folded(accented)
    return _Entry(
        procedure,
        place,
        procedure.code.casefold(),
        "".join(filter(str.isalnum, procedure.code)).casefold(),
        f" {accented} ",
        f" {folded} ",
        folded.replace(" ", ""),
        f" {_plain(_folded(procedure.name_en))} ",
    )


def _folded(text: str) -> str:
    """Return a text as it is compared: “dd” is a “đ” that no input method took."""
    return re.sub("dd+", "d", fold(text))


def _plain(text: str) -> str:
    """Return a text as single words: what is no letter and no digit parts them, but for the point of a code."""
    return " ".join("".join(each if each.isalnum() or each == "." else " " for each in text).split())


def _rank(entry: _Entry, wanted: str, words: Sequence[str]) -> int:
    """Return how well an entry fits, 0 best, NO_RANK where a word fits nowhere."""
    return next((rank for rank, fits in enumerate(_FITS) if fits(entry, wanted, words)), NO_RANK)


# From the best to the least; each is asked only where none before it fits.
_FITS: tuple[Callable[[_Entry, str, Sequence[str]], bool], ...] = (
    lambda entry, wanted, _words: entry.spaced == f" {wanted} " or entry.code == wanted,
    lambda entry, wanted, _words: entry.spaced.startswith(f" {wanted} "),
    lambda entry, wanted, _words: f" {wanted} " in entry.spaced,
    lambda entry, wanted, _words: f" {wanted}" in entry.spaced,
    lambda entry, wanted, words: len(words) == 1 and (wanted in entry.code or wanted in entry.digits),
    lambda entry, _wanted, words: all(f" {word}" in entry.spaced for word in words),
    lambda entry, _wanted, words: all(
        f" {word}" in entry.spaced or word in entry.code or word in entry.digits for word in words
    ),
    lambda entry, _wanted, words: all(f" {word}" in entry.english for word in words),
    lambda entry, wanted, words: len(words) == 1 and len(wanted) >= SHORTEST_JOINED and wanted in entry.joined,
    lambda entry, _wanted, words: all(word in entry.spaced or word in entry.code for word in words),
)
NO_RANK = len(_FITS)
