"""Hostile text through `batch`: every line is answered, and nothing in an answer acts."""

import io
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.hostile.imports import imports
from benchmarks.hostile.judging import Tally, is_quiet, judge_output, progress, strict, texts_in
from benchmarks.hostile.kept import aftermath
from benchmarks.hostile.office import Moving, settings_of
from benchmarks.hostile.texts import Hostile
from benchmarks.hostile.writing import Lines
from queueapp.cli.batch import LONGEST_LINE, Batch
from queueapp.database import Database
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.paper.slip import as_text, slip
from queueapp.queries.days import closing
from queueapp.queries.hall import reception

CHUNK = 250  # lines answered at once
DAY_LINES = 2_000  # after so many a day is closed


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
