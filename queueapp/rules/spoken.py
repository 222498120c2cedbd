"""Spells an announcement: which clips are heard for a call, in which order, and what each of them says."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

VI, EN = "vi", "en"
DIGITS = {
    VI: ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"),
    EN: ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
LEADS = {VI: ("Mời công dân số", "đến quầy số"), EN: ("Now calling number", "to counter")}
CHIME = "chime"

# A letter's name in a file (as Telex writes it), as it is said in Vietnamese, and in English where it is no plain one.
_LETTERS: dict[str, tuple[str, str, str]] = {
    "A": ("a", "a", "A"),
    "Ă": ("aw", "á", "A breve"),
    "Â": ("aa", "ớ", "A circumflex"),
    "B": ("b", "bê", "B"),
    "C": ("c", "xê", "C"),
    "D": ("d", "dê", "D"),
    "Đ": ("dd", "đê", "D bar"),
    "E": ("e", "e", "E"),
    "Ê": ("ee", "ê", "E circumflex"),
    "F": ("f", "ép", "F"),
    "G": ("g", "giê", "G"),
    "H": ("h", "hát", "H"),
    "I": ("i", "i", "I"),
    "J": ("j", "di", "J"),
    "K": ("k", "ca", "K"),
    "L": ("l", "e lờ", "L"),
    "M": ("m", "em mờ", "M"),
    "N": ("n", "en nờ", "N"),
    "O": ("o", "o", "O"),
    "Ô": ("oo", "ô", "O circumflex"),
    "Ơ": ("ow", "ơ", "O horn"),
    "P": ("p", "pê", "P"),
    "Q": ("q", "cu", "Q"),
    "R": ("r", "e rờ", "R"),
    "S": ("s", "ét sì", "S"),
    "T": ("t", "tê", "T"),
    "U": ("u", "u", "U"),
    "Ư": ("uw", "ư", "U horn"),
    "V": ("v", "vê", "V"),
    "W": ("w", "vê kép", "W"),
    "X": ("x", "ích xì", "X"),
    "Y": ("y", "i dài", "Y"),
    "Z": ("z", "dét", "Z"),
}
_AFTER_CHIME, _AFTER_LEAD, _BETWEEN, _BEFORE_COUNTER, _BETWEEN_LANGUAGES, _BEFORE_AGAIN = (
    0.15,
    0.12,
    0.16,
    0.3,
    0.6,
    0.9,
)
LARGEST_NUMBER_WORD = 10


@dataclass(frozen=True, slots=True)
class Spoken:
    """One clip of an announcement and for how many seconds nothing is heard after it."""

    clip: str
    pause: float


def words_of(clip: str) -> str:
    """Return what a clip says, for whoever records it; empty for the chime and for what is no clip of ours."""
    return _WORDS.get(clip, "")


def all_clips(languages: str) -> tuple[str, ...]:
    """Return the names of all clips that an office needs that speaks `vi`, or `both` languages."""
    spoken = (VI, EN) if languages == "both" else (VI,)
    return (CHIME, *(name for name in _WORDS if name.partition("-")[0] in spoken))


def announcement(code: str, counter: int, *, languages: str = VI, times: int = 1) -> tuple[Spoken, ...]:
    """Return what is heard for the ticket `code` called to `counter`: after a chime, Vietnamese, then English.

    The number is told digit by digit, so is a counter above ten. The whole is told `times` times.
    """
    spoken = (VI, EN) if languages == "both" else (VI,)
    once: list[Spoken] = []
    for language in spoken:
        if once:
            once[-1] = Spoken(once[-1].clip, _BETWEEN_LANGUAGES)
        once += _in_one(code, counter, language)
    again = [*once[:-1], Spoken(once[-1].clip, _BEFORE_AGAIN)]
    return (Spoken(CHIME, _AFTER_CHIME), *(again * (times - 1)), *once)


def _in_one(code: str, counter: int, language: str) -> Iterator[Spoken]:
    yield Spoken(f"{language}-call", _AFTER_LEAD)
    *others, last = [f"{language}-{_name_of(character)}" for character in _told(code)]
    yield from (Spoken(clip, _BETWEEN) for clip in others)
    yield Spoken(last, _BEFORE_COUNTER)
    yield Spoken(f"{language}-counter", _AFTER_LEAD)
    *others, last = [f"{language}-{number}" for number in _numbers(counter)]
    yield from (Spoken(clip, _BETWEEN) for clip in others)
    yield Spoken(last, 0.0)


def sentence(code: str, counter: int, language: str = VI) -> str:
    """Return the announcement as it is written: “Mời công dân số D, không, một, hai, đến quầy số ba”."""
    call, to = LEADS[language]
    told = ", ".join(DIGITS[language][int(each)] if each.isdecimal() else each for each in _told(code))
    return f"{call} {told}, {to} {', '.join(DIGITS[language][number] for number in _numbers(counter))}"


def _told(code: str) -> Sequence[str]:
    """Return the letters and digits of a code; a letter that has no name of its own is told without its accents."""
    return [_plain(each) for each in unicodedata.normalize("NFC", code.upper()) if each.isalnum()]


def _plain(character: str) -> str:
    if character.isdecimal():
        return str(int(character))
    base = unicodedata.normalize("NFD", character)[0]
    return base if character not in _LETTERS and base in _LETTERS else character


def _name_of(character: str) -> str:
    if character.isdecimal():
        return character
    known = _LETTERS.get(character)
    return f"letter-{known[0]}" if known else f"letter-u{ord(character):04x}"


def _numbers(counter: int) -> list[int]:
    """Return a counter's number as the numbers that are told: one up to ten, above that its digits."""
    return [counter] if counter <= LARGEST_NUMBER_WORD else [int(digit) for digit in str(counter)]


def _all_words() -> Iterator[tuple[str, str]]:
    for language, (call, to) in LEADS.items():
        yield f"{language}-call", call
        yield f"{language}-counter", to
        yield from ((f"{language}-{number}", word) for number, word in enumerate(DIGITS[language]))
        for name, vietnamese, english in _LETTERS.values():
            yield f"{language}-letter-{name}", vietnamese if language == VI else english


_WORDS = dict(_all_words())
