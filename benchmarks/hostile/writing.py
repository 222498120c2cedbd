"""Writes lines for `batch` from a seed, most of them nearly right."""

import json
import random
from typing import Any

from benchmarks.hostile.office import FIELDS
from benchmarks.hostile.texts import Hostile
from queueapp.cli.batch import LONGEST_LINE
from queueapp.cli.requests import REQUESTS, Field
from queueapp.settings import Settings

OFTEN = (
    "issue",
    "issue",
    "issue",
    "call",
    "call",
    "start",
    "start",
    "finish",
    "finish",
    "hold",
    "resume",
    "transfer",
    "undo",
    "unpause",
    "open_counter",
)
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 2**70, 1.5, "", "land", "tax", "D-001", "d2", "D-000", "D-999999", "2026-11-23", "0001-01-01",
    "9999-12-31", "own", "elderly", "[/]", "\x1b[2J", "\ud800", "é" * 300, [], {}, "a\x00b", "2026-11-23T08:00:00+07:00",
    "9999-12-31T23:59:59-14:00",
)  # fmt: skip
ENVELOPE = ("key", "as", "at", "id", "pin", "nonsense")
RIGHT: dict[str, tuple[str, ...]] = {
    "service": FIELDS,
    "to": (*FIELDS, "waiting", "served", "left", "void"),
    "priority": ("elderly", "disabled"),
    "outcome": ("done", "missing_papers"),
    "position": ("own", "front", "end"),
    "end": ("left", "served"),
}
BROKEN = (
    b"{", b"}", b"null", b"[]", b'"x"', b"7", b"NaN", b"Infinity", b'{"id": NaN}', b'{"id": 1e999, "do": "status"}', b"{'do': 'status'}",
    b'{"do": null}', b'{"do": ["status"]}', b'{"do":"status","do":"dance"}', b'{"do":"status",}', b"\xff\xfe", b'\xef\xbb\xbf{"do":"status"}',
    b'{"do":"status","id":"\\ud800\\ud800"}', b'{"do":"status","id":"\xc2\x9b31337m\x7f"}', b'{"do":"\xed\xa0\x80"}', b"[" * 100_000,
    b'{"do":"status","id":' + b"[" * 300 + b"]" * 300 + b"}", b'{"do":"status","id":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}",
    b'{"do":"status","id":' + b"[" * 985 + b"]" * 985 + b"}", b'{"do":"status","id":' + b"[" * 960 + b"]" * 960 + b"}",
    b'{"do":"call","counter":' + b"1" * 5000 + b"}", b'{"do":"status","id":' + b"9" * 4000 + b"}", b"-", b"\x00", b"\x1b]0;31337\x07",
    b'{"do":"report","day":"2026-11-23T00:00"}', b'{"do":"events","after":-999999999,"limit":0}', '{"do":"status"}'.encode("utf-16"),
)  # fmt: skip
LONG = (
    b'{"do":"status","id":"' + b"x" * LONGEST_LINE + b'"}',
    b"x" * (3 * LONGEST_LINE),
    b'{"id":"' + b"y" * 900_000 + b'","do":"status"}',
)


class Lines:
    """Lines for `batch` from a seed: most nearly right, with hostile words in them."""

    def __init__(self, hostile: Hostile, settings: Settings) -> None:
        self._hostile = hostile
        self._chance = hostile.chance
        self._staff = [person.name for person in settings.staff]
        self.codes = ["D-001"]

    def line(self) -> bytes:
        """Return the next line, without its end."""
        if self._chance.random() < 0.1:
            return self._broken()
        return _encoded(self.request(), self._chance)

    def request(self) -> dict[str, Any]:
        """Return a request that is right, but for its words and perhaps a field or two."""
        do = self._chance.choice([*REQUESTS, *OFTEN, *OFTEN])
        if self._chance.random() < 0.02:
            do = self._chance.choice(("dance", self._hostile.text()))
        fields = REQUESTS[do].fields if do in REQUESTS else ()
        made = {"do": do} | {each.name: self._right(each) for each in fields if self._is_given(each)}
        if self._chance.random() < 0.5:
            made["id"] = self._hostile.value()
        if self._chance.random() < 0.2:
            made["key"] = self._hostile.text()[:250]
        if self._chance.random() < 0.2:
            made["as"] = self._chance.choice((*self._staff, self._hostile.text()))
        if self._chance.random() < 0.02:
            made["at"] = self._chance.choice((self._hostile.text(), "2026-11-23T08:00:00+07:00"))
        if self._chance.random() < 0.02:
            made[self._hostile.text()] = self._hostile.value()
        names = [*(each.name for each in fields), *ENVELOPE]
        return made | {
            name: self._chance.choice(ODD)
            for name in self._chance.sample(names, self._chance.choice((0, 0, 0, 0, 1, 2)))
        }

    def _is_given(self, field: Field) -> bool:
        chance = 0.1 if field.name in {"day", "voucher", "ticket"} else 0.5
        return field.is_required or self._chance.random() < chance

    def _right(self, field: Field) -> Any:
        if field.kind == "ends":
            return self._ends()
        if field.name == "ticket":
            return self._chance.choice((*self.codes[-40:], self._hostile.text()))
        if field.name in RIGHT and self._chance.random() < 0.9:
            return self._chance.choice(RIGHT[field.name])
        made = {
            "number": self._chance.randint(1, 4),
            "flag": self._chance.random() < 0.5,
            "day": self._chance.choice(("2026-11-23", "2026-11-24", self._hostile.text())),
        }
        return made[field.kind] if field.kind in made else self._hostile.text()

    def _ends(self) -> dict[str, Any]:
        ends = ("left", "sent_home", "sent_home:other", "carried_over", "served", "void", self._hostile.text())
        named = [*self._chance.sample(self.codes, min(5, len(self.codes))), self._hostile.text()]
        return {code: self._chance.choice((*ends, self._hostile.value())) for code in named}

    def _broken(self) -> bytes:
        kind = self._chance.randrange(4)
        if kind == 0:
            return self._chance.choice(LONG) if self._chance.random() < 0.02 else self._chance.choice(BROKEN)
        if kind == 1:
            return self._chance.randbytes(self._chance.randrange(1, 200)).replace(b"\n", b" ")
        good = _encoded(self.request(), self._chance)
        place = self._chance.randrange(len(good))
        if kind == 2:
            return good[:place]
        return (good[:place] + self._chance.randbytes(2) + good[place + 1 :]).replace(b"\n", b" ")


def _encoded(request: dict[str, Any], chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return json.dumps(request).encode()
    return json.dumps(request, ensure_ascii=False).encode("utf-8", "surrogatepass")
