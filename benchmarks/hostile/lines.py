"""Hostile text through `batch` and through what is imported: settings and recorded days."""

import csv
import io
import json
import random
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.hostile.judging import Tally, is_quiet, judge_csv, judge_output, progress, strict, texts_in
from benchmarks.hostile.texts import Hostile
from queueapp.cli.batch import LONGEST_LINE, Batch
from queueapp.cli.replay import known_of
from queueapp.cli.requests import REQUESTS, Field
from queueapp.cli.saying import say
from queueapp.cli.wire import Wire
from queueapp.database import Database
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.paper.slip import as_text, slip
from queueapp.paper.summary_csv import summary_csv
from queueapp.queries.days import closing
from queueapp.queries.hall import reception
from queueapp.queries.summary import summary
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify
from queueapp.rules.recorded import RecordRefusedError, read_arrivals
from queueapp.settings import Settings, SettingsError, default_settings

MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 07:30 in the office
CHUNK = 250  # lines answered at once
DAY_LINES = 2_000  # after so many a day is closed
SETTINGS = 3  # files of settings for every chunk
FIELDS = ("land", "civil_status", "social_affairs")
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


class Moving:
    """A clock that goes on by itself a little whenever it is told to."""

    def __init__(self) -> None:
        self.moment = MORNING

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.moment

    def go(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)

    def next_morning(self) -> None:
        """Go to half past seven of the next day."""
        days = (self.moment - MORNING).days + 1
        self.moment = MORNING + timedelta(days=days)


def settings_of(hostile: Hostile) -> Settings:
    """Return the default office with hostile names everywhere, which keeps the names of citizens."""
    told = default_settings().model_dump()
    told["office"]["name"] = hostile.some()
    for each in (*told["services"], *told["priorities"]):
        each["name_vi"], each["name_en"] = hostile.some(), hostile.some()
    for each in told["priorities"]:
        each["basis"] = hostile.text()
    told["staff"] = [{"name": f"{hostile.some()[:90]} {role}", "role": role} for role in ("clerk", "admin")]
    told["staff"] += [
        {"name": f"{role} {hostile.some()[:90]}", "role": role} for role in ("receptionist", "supervisor")
    ]
    told["personal"] = {"name": True}
    return Settings.model_validate(told)


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


def run(count: int, seed: int) -> Tally:
    """Send so many lines through `batch` and the imports, then look at everything that was kept."""
    tally = Tally(
        "lines", "lines", "answered ok", "refused", "broken lines", "imports", "events", "texts kept", "slips", "cells"
    )
    hostile = Hostile(seed)
    settings = settings_of(hostile)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.db"
        database, clock = Database(str(path), first=keep_up), Moving()
        database.write(found, settings, at=clock())
        batch, lines = Batch(database, clock), Lines(hostile, settings)
        done = 0
        while done < count:
            answer_lines(
                tally, batch, [lines.line() for _each in range(min(CHUNK, count - done) * 9 // 10 or 1)], lines
            )
            imports(tally, hostile, settings, min(CHUNK, count - done) // 10)
            done += CHUNK
            clock.go(1200)
            if done % DAY_LINES == 0:
                close(tally, database, batch, clock)
                lines.codes = ["D-001"]
            progress(f"{done:,} lines")
        close(tally, database, batch, clock)
        tally.counted["lines"] = tally.counted["batch lines"] + tally.counted["import rows"]
        aftermath(tally, database, path, clock)
        database.close()
    return tally.done()


def answer_lines(tally: Tally, batch: Batch, lines: list[bytes], source: Lines | None = None) -> None:
    """Send lines through `batch` and check every answer."""
    asked = [line for line in lines if line.strip()]
    out = io.BytesIO()
    try:
        batch.run(io.BytesIO(b"".join(line + b"\n" for line in lines)), out)
    except Exception as error:
        tally.check(False, f"batch raised {type(error).__name__}: {error}", lines)
    judge_answers(tally, asked, out.getvalue(), source)


def judge_answers(tally: Tally, asked: list[bytes], raw: bytes, source: Lines | None = None) -> None:
    """Check what `batch` answered to each line: one line each, JSON, nothing in it that acts."""
    answers = raw.split(b"\n")[:-1]
    tally.check(len(answers) == len(asked), f"{len(asked)} lines, {len(answers)} answers")
    judge_output(tally, raw, "batch")
    for line, answer in zip(asked, answers, strict=False):
        tally.counted["batch lines"] += 1
        _answer(tally, line, answer, source)


def _answer(tally: Tally, line: bytes, raw: bytes, source: Lines | None) -> None:
    try:
        answer = strict(raw)
    except (ValueError, RecursionError) as error:
        tally.check(False, f"an answer that is no JSON ({error})", (line[:200], raw[:200]))
        return
    given = _said(line)
    if given is None:
        tally.counted["broken lines"] += 1
        tally.check(not answer["ok"], "a broken line was taken", line)
    if isinstance(given, dict) and "id" in given:
        tally.check("id" in answer and answer["id"] == given["id"], "the id did not come back", (line[:200], raw[:200]))
    tally.counted["answered ok" if answer["ok"] else "refused"] += 1
    answer.pop("id", None)
    for text in texts_in(answer):
        tally.check(is_quiet(text), "an answer is not quiet", (line[:300], text))
    if source is not None and answer.get("ticket"):
        source.codes.append(answer["ticket"]["code"])


def _said(line: bytes) -> Any:
    if len(line) >= LONGEST_LINE:
        return None
    try:
        return strict(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def close(tally: Tally, database: Database, batch: Batch, clock: Moving) -> None:
    """Print slips, close the day through `batch`, an end for everybody, correct it, and go to the next morning."""
    slips(tally, database, clock)
    view = database.read(closing, None, at=clock())
    ends = ("left", "sent_home:other", "carried_over", "served", "void")
    unserved = {ticket.code: ends[place % len(ends)] for place, ticket in enumerate(view.tickets)}
    said = {"day": view.day.isoformat(), "reason": "\x1b]0;31337\x07=1+1 [/\u202e"}
    lines = [{"do": "close_day", "unserved": unserved} | said]
    lines += [{"do": "correct", "ticket": code, "end": "left"} | said for code in list(unserved)[-3:]]
    answer_lines(tally, batch, [json.dumps(line).encode() for line in lines])
    clock.next_morning()


def slips(tally: Tally, database: Database, clock: Moving) -> None:
    """Print the latest tickets."""
    view = database.read(reception, at=clock())
    for field in view.status.services:
        for ticket in view.latest:
            tally.counted["slips"] += 1
            tally.quiet_lines(as_text(slip(ticket, view.office, field)), "slip")


def imports(tally: Tally, hostile: Hostile, settings: Settings, rows: int) -> None:
    """Read so many rows of a recorded day and of settings, hostile text in all of them."""
    record(tally, hostile, settings, max(1, rows - SETTINGS))
    for _each in range(SETTINGS):
        toml(tally, hostile)


def record(tally: Tally, hostile: Hostile, settings: Settings, rows: int) -> None:
    """Read a recorded day with hostile cells: it is read, or refused in quiet words."""
    chance = hostile.chance
    right = (
        "08:00:00",
        "land",
        "elderly",
        "0000000009999",
        "12.5",
        "1",
        "0",
        "2026-11-23T08:00:00+07:00",
        "1_0",
        "١",
        "",
        "23:59:60",
    )
    head = ["arrival", "service", "priority", "dossiers", "service_seconds", "counter", "no_show"]
    if chance.random() < 0.1:
        head = [*head[: chance.randrange(8)], hostile.text()]
    written = io.StringIO()
    writer = csv.writer(written, escapechar="\\")
    writer.writerow(head)
    for _row in range(rows):
        is_near = chance.random() < 0.5
        row = ["08:00:00", "land", "", "1", "", "1", "0"] if is_near else [chance.choice(right) for _cell in range(7)]
        row[chance.randrange(7)] = hostile.text() if chance.random() < 0.8 else chance.choice(right)
        writer.writerow(row)
    text = written.getvalue()
    if chance.random() < 0.2:
        text = text[: chance.randrange(len(text))] + hostile.text() + "\n" + hostile.text() * 3
    tally.counted["imports"] += 1
    tally.counted["import rows"] += rows
    try:
        arrivals = read_arrivals(text, known_of(settings, MORNING.date()))
    except RecordRefusedError as error:
        tally.quiet_lines(error.message, "a refused record")
    except Exception as error:
        tally.check(False, f"a record raised {type(error).__name__}: {error}", text)
    else:
        tally.counted["records read"] += 1
        sound = all(
            1 <= each.dossiers <= 999 and each.service in FIELDS and each.counter in {None, 1, 2, 3, 4}
            for each in arrivals
        )
        tally.check(sound, "a record was read wrong", text)


def toml(tally: Tally, hostile: Hostile) -> None:
    """Read settings with hostile texts: they are taken clean, or refused in quiet words."""
    text = toml_text(hostile)
    tally.counted["imports"] += 1
    tally.counted["import rows"] += 1
    try:
        settings = Settings.from_toml(text)
    except SettingsError as error:
        tally.quiet_lines(error.message, "refused settings")
    except Exception as error:
        tally.check(False, f"settings raised {type(error).__name__}: {error}", text)
    else:
        tally.counted["settings read"] += 1
        for each in texts_in(settings.model_dump(mode="json")):
            tally.quiet(each, "a setting")
        tally.check(Settings.from_toml(settings.to_toml()) == settings, "settings change when they are written", text)


def toml_text(hostile: Hostile) -> str:
    """Return settings with a hostile text or two: said rightly, put in raw, or broken off."""
    chance = hostile.chance
    text = '[office]\nname = "NAME"\n[[services]]\ncode = "land"\nletter = "D"\nname_vi = "Đất"\nname_en = "Land"\n'
    text += '[[counters]]\nnumber = 1\nservices = ["land"]\n[[staff]]\nname = "an"\nrole = "clerk"\n'
    kind = chance.randrange(6)
    if kind <= 2:
        quoted = json.dumps(hostile.some().encode("utf-8", "ignore").decode(), ensure_ascii=False)
        quoted = quoted.replace("\x7f", "\\u007f")
        return text.replace('"NAME"', quoted).replace('"an"', quoted)
    if kind == 3:
        return text.replace(chance.choice(("NAME", "land", "an", '"D"', "1", "role", "[[staff]]")), hostile.text(), 1)
    if kind == 4:
        return text[: chance.randrange(len(text))] + hostile.text()
    more = chance.choice(("x = " + "[" * 2000, "a.b.c = 1\na.b = 2", "[office]", "[limits]\nundo_seconds = 99999999999999999999",
                          "[rights]\n\"\\u001b]0;31337\" = [\"clerk\"]", "[hours]\nmonday = [1]", "[personal]\nname = 1e999", "d = 0000-99-99",
                          "[hours]\n\"\\u009b2J\" = []", "x = \"\\ud800\"", "[[services]]\ncode = \"\\u202e\"", "x = 2026-02-30T25:61:61Z"))  # fmt: skip
    return f"{text}\n{more}\n"


def aftermath(tally: Tally, database: Database, path: Path, clock: Moving) -> None:
    """Look at everything that was kept: the log, every table, every report, every CSV; then prove the data."""
    events(tally, database)
    _tables(tally, path)
    _days(tally, database, clock)
    verdict = database.read(verify)
    tally.check(verdict.difference is None, "verify", verdict.difference)


def events(tally: Tally, database: Database) -> None:
    """Check every event, as it is told in JSON and as it is said to a person."""
    wire, last = Wire("Asia/Ho_Chi_Minh"), 0
    while found_now := database.read(events_after, last):
        last = found_now[-1].seq
        told = [wire.event(event) for event in found_now]
        tally.counted["events"] += len(told)
        for text in texts_in(told):
            tally.quiet(text, "the log")
        tally.quiet_lines(say({"events": told}), "the log in words")


def _tables(tally: Tally, path: Path) -> None:
    driver = sqlite3.connect(path)
    for (table,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in driver.execute(f'SELECT * FROM "{table}"'):
            for value in row:
                if isinstance(value, str):
                    tally.counted["texts kept"] += 1
                    _kept(tally, value, f"table {table}")
    driver.close()


def _kept(tally: Tally, value: str, what: str) -> None:
    """Check a text of a table; JSON is looked into, for it may hide a character in an escape."""
    tally.quiet(value, what)
    if value[:1] in {"{", "["}:
        try:
            inside = json.loads(value)
        except ValueError:  # a text that only looks like it
            return
        for text in texts_in(inside):
            tally.quiet(text, f"{what}, inside")


def _days(tally: Tally, database: Database, clock: Moving) -> None:
    wire, day = Wire("Asia/Ho_Chi_Minh"), MORNING.date()
    while day <= clock().date():
        view = database.read(summary, day, at=clock())
        names = {service.code: service.name for service in view.services}
        judge_csv(tally, summary_csv(view.summary, names))
        tally.quiet_lines(say({"report": wire.report(view.summary)}), "a report in words")
        tally.counted["reports"] += 1
        day += timedelta(days=1)
