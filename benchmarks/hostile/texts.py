"""Makes texts that nobody means well with, from a seed."""

import random
import string
import unicodedata
from collections.abc import Callable
from functools import partial

MARK = "31337"  # stands in every sequence that a terminal would obey, to know it again
PWNED = "hostile"  # stands in every action that a markup would run
SEQUENCES = (
    f"\x1b]0;title {MARK}\x07", f"\x1b]2;{MARK}\x1b\\", f"\x1b]52;c;{MARK}\x07", f"\x1b]52;p;{MARK}\x1b\\", f"\x1b[{MARK}m",
    f"\x1b[{MARK};2J", f"\x1b[?{MARK}h", f"\x9b{MARK}m", f"\x9d0;{MARK}\x9c", f"\x1bP{MARK}q\x1b\\", f"\x1b_{MARK}\x1b\\",
    f"\x1b^{MARK}\x1b\\", f"\x1b]8;;http://{MARK}/\x07x\x1b]8;;\x07", f"\x1b]1337;File={MARK}:\x07", f"\x1bX{MARK}\x1b\\",
    f"\x1b[{MARK}n", f"\x1b[{MARK};1t", f"\x1b#8{MARK}", f"\x1bc{MARK}", f"\r{MARK}\x1b[K", f"{MARK}\b\b\b\b\b", "\x1b", "\x1b[",
)  # fmt: skip
PRINTER = (
    "\x1b@",
    "\x1dV\x00",
    "\x10\x04\x01",
    "\x1bp\x00\x19\xfa",
    "\x1b!\x38",
    "\x1d(k\x03\x00",
    "\x1bd\xff",
    "\x0c",
    "\x1b=\x00",
)
FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(1)", "=HYPERLINK(\"http://x\";\"y\")", "=cmd|' /C calc'!A0", "＝1+1", "＋1", "－1", "＠SUM(1)",
    "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\ufeff=1", "\u3000=1", "\x00=1", "\"=1\"", "'=1", "x,=1", "x;=1", "x\t=1", "x\n=1",
    "x, +1", "x;\r@A1", "\";=1;\"", "﹢1", "﹣1", "﹫A", "⁺1", "%0A=1",
)  # fmt: skip
MARKUP = (
    "[/", "[/]", "[bold", "[bold]x", "[red]x[/red]", "[/nothing]", f"[@click=app.{PWNED}('x')]x[/]", f"[@click={PWNED}()]x", "[[", "\\[",
    f"[link=http://{PWNED}/]x[/link]", "[#zzz]x[/]", "[$primary on $error]x", "[]", "]", "[b][/i]", "[on red", ":smile:",
)  # fmt: skip
CODE = (
    "'; DROP TABLE ticket;--", "\" OR 1=1 --", "{0}", "{x}", "{", "}", "{}", "{{}}", "{detail.__class__}", "{facts[0]!r:>9}", "%s", "%n%d",
    "%(x)s", "%", '{"do":"void"}', '"', "\\", "\\u0000", "\\x1b[2J", "../../etc/passwd", "<script>alert(1)</script>", "$(reboot)", "`id`",
    "null", "NaN", "-0", "1e999", "D-001", "sent_home:other", "elderly", "V-000000",
)  # fmt: skip
HIDDEN = (
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e",
    "\U000e0001", "\U000e0041", "\u2028", "\u2029", "\u0085", "\u00a0", "\u3000", "\u2003", "\u034f", "\ufe0f", "\u3164", "\u115f",
)  # fmt: skip
NOWHERE = (
    "\u0378",
    "\ufffe",
    "\uffff",
    "\U0010ffff",
    "\ufdd0",
    "\ue000",
    "\uf8ff",
    "\U000f0000",
    "\U0010fffd",
    "\U0003fffe",
)
EMOJI = ("😀", "👩‍👩‍👧", "🇻🇳", "❤️", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "é", "ﷺ", "𒐫", "ǅ", "ﬃ", "İ", "ß", "क्षि", "ကြော", "Å", "가", "각")
WORDS = (
    "Nguyễn Thị Ỷ",
    "Đặng Văn An",
    "Trần",
    "đất đai",
    "giấy tờ",
    "chờ photo",
    "a",
    "note",
    "2026-11-23",
    "B",
    "ữ",
    " ",
)
WORST: tuple[tuple[str, ...], ...] = (SEQUENCES, MARKUP)


class Hostile:
    """Texts from a seed: the same seed, the same texts; where it `is_worst` only what a terminal or a markup obeys."""

    def __init__(self, seed: int, *, is_worst: bool = False) -> None:
        self.chance = random.Random(seed)
        lists = WORST if is_worst else (*WORST, PRINTER, FORMULAS, CODE, HIDDEN, NOWHERE, EMOJI, WORDS, WORDS)
        self._makers: list[Callable[[], str]] = [partial(self.chance.choice, each) for each in lists]
        if not is_worst:
            self._makers += [
                self._control,
                self._surrogate,
                self._anything,
                self._flood,
                self._vietnamese,
                self._letters,
            ]

    def text(self) -> str:
        """Return the next text: empty, short, or once in a while of ten thousand characters."""
        count = self.chance.choice((0, 1, 1, 1, 2, 2, 3, 5))
        made = "".join(self.chance.choice(self._makers)() for _part in range(count))
        if self.chance.random() < 0.003:
            made = (made or "=")[:40] * (10_000 // len(made[:40] or "=") + 1)
        return made

    def some(self) -> str:
        """Return the next text that is not empty once it is made clean."""
        while True:
            made = self.text()
            if any(character.isalnum() for character in made):
                return made

    def value(self, depth: int = 0) -> object:
        """Return something that JSON can say, texts in it."""
        kind = self.chance.randrange(9 if depth < 4 else 7)
        if kind == 7:
            return [self.value(depth + 1) for _each in range(self.chance.randrange(3))]
        if kind == 8:
            return {self.text(): self.value(depth + 1) for _each in range(self.chance.randrange(3))}
        plain = (None, True, self.chance.randint(-5, 5), 2**70, -1.5, self.text(), self.text())
        return plain[kind]

    def _control(self) -> str:
        return chr(self.chance.choice((*range(0x20), 0x7F, *range(0x80, 0xA0))))

    def _surrogate(self) -> str:
        return "".join(chr(self.chance.randint(0xD800, 0xDFFF)) for _half in range(self.chance.choice((1, 1, 2))))

    def _anything(self) -> str:
        return chr(self.chance.randrange(0x110000))

    def _flood(self) -> str:
        marks = (chr(self.chance.randint(0x300, 0x36F)) for _mark in range(self.chance.choice((1, 3, 40, 300))))
        return self.chance.choice("aeoDd=") + "".join(marks)

    def _vietnamese(self) -> str:
        return unicodedata.normalize("NFD", self.chance.choice(WORDS))

    def _letters(self) -> str:
        return "".join(
            self.chance.choices(string.ascii_letters + "    0123456789,.;-_", k=self.chance.choice((2, 9, 60, 150)))
        )
