"""Hostile text through what is imported: settings, and recorded days."""

import csv
import io
import json

from benchmarks.hostile.judging import Tally, texts_in
from benchmarks.hostile.office import FIELDS, MORNING
from benchmarks.hostile.texts import Hostile
from queueapp.cli.replay import known_of
from queueapp.rules.recorded import RecordRefusedError, read_arrivals
from queueapp.settings import Settings, SettingsError

SETTINGS = 3  # files of settings for every chunk of lines


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
