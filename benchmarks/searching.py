"""Types each of the 59 names key by key, with accents and without: what a key costs, and where the procedure stands.

`python -m benchmarks.searching [--rounds 5]`. Every key is one search of all that was typed so far. The baseline in the
same run is a plain scan: is what was typed a part of each of the 59 names as they are written, accents and all. Then
the same keys go into the real box on a screen in memory: from the key to the painted list. A frame at 60 Hz is 16 ms.
`--seeded` breaks the search on purpose; each fault must be seen.
"""

import argparse
import asyncio
import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.seeding import replaced
from queueapp.operations.catalogue import default_procedures
from queueapp.rules import search
from queueapp.rules.search import Index
from queueapp.text import fold

FRAME_MS = 16.0
LIST = default_procedures()
_NAMES = tuple(each.name_vi.casefold() for each in LIST)
Search = Callable[[str], Sequence[object]]


def plain_scan(typed: str) -> list[str]:
    """Return the names of which what was typed is a part: no accents folded, no order, no ranking."""
    wanted = typed.casefold()
    return [name for name in _NAMES if wanted in name]


def keys(text: str) -> list[str]:
    """Return what stands on the line after each key."""
    return [text[: place + 1] for place in range(len(text))]


def timed(find: Search, texts: Sequence[str], rounds: int) -> list[float]:
    """Return the milliseconds of each key, the best of some rounds, so that other work on the machine counts less."""
    best = [float("inf")] * sum(len(text) for text in texts)
    for _round in range(rounds):
        place = 0
        for text in texts:
            for typed in keys(text):
                begun = time.perf_counter()
                find(typed)
                best[place] = min(best[place], (time.perf_counter() - begun) * 1000)
                place += 1
    return best


def places(index: Index, spelling: Callable[[str], str]) -> list[int]:
    """Return at which place each procedure stands once its whole name is typed; 0 is the first, -1 not found."""
    found = []
    for each in LIST:
        answer = [other.code for other in index.find(spelling(each.name_vi))]
        found.append(answer.index(each.code) if each.code in answer else -1)
    return found


def lost_keys(index: Index, spelling: Callable[[str], str]) -> list[str]:
    """Return what was typed of a name when its procedure was not among the answers."""
    return [typed for each in LIST for typed in keys(spelling(each.name_vi)) if each not in index.find(typed)]


def is_right(index: Index) -> bool:
    """Whether each name and each code leads to its procedure first, and at no key of a name it is lost."""
    by_code = all(index.find(each.code)[:1] == (each,) for each in LIST)
    return by_code and all(
        set(places(index, spelling)) == {0} and not lost_keys(index, spelling) for spelling in (str, fold)
    )


async def painted(names: Sequence[str]) -> list[float]:
    """Return the milliseconds from each key to the painted list, in the real box on a screen in memory."""
    from textual.app import App

    from queueapp.screens.finding import FindProcedure

    class Box(App[None]):
        CSS_PATH = str(Path(search.__file__).parent.parent / "app.tcss")

    times = []
    app = Box()
    async with app.run_test(size=(80, 24)) as pilot:
        for name in names:
            box = FindProcedure("?", Index(LIST))
            app.push_screen(box)
            await pilot.pause()
            gc.collect()
            for typed in keys(name):
                begun = time.perf_counter()
                box._narrow(typed)
                box._compositor.reflow(box, app.size)
                box._compositor.render_strips()
                times.append((time.perf_counter() - begun) * 1000)
            app.pop_screen()
            await pilot.pause()
    return times


def told(name: str, times: Sequence[float], base: Sequence[float] | None = None) -> str:
    """Return what is said of the times of many keys."""
    median, worst = statistics.median(times), statistics.quantiles(times, n=100)[-1]
    ratio = "" if base is None else f", {median / statistics.median(base):.1f}x a plain scan"
    over = sum(each > FRAME_MS for each in times)
    return f"{name}: {len(times)} keys, median {median:.3f} ms, 99 of 100 within {worst:.3f} ms{ratio}; over a frame: {over}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    if given.seeded:
        missed = seeded()
        print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} seeded faults found; missed: {missed}")
        return 1 if missed else 0
    begun = time.perf_counter()
    index = Index(LIST)
    print(f"prepared once: {(time.perf_counter() - begun) * 1000:.2f} ms")
    for name, spelling in (("with accents", str), ("without", fold)):
        texts = [spelling(each.name_vi) for each in LIST]
        base = timed(plain_scan, texts, given.rounds)
        print(told(name, timed(index.find, texts, given.rounds), base))
        stands = places(index, spelling)
        print(
            f"  {len(LIST) - stands.count(-1)} of {len(LIST)} found, {stands.count(0)} first; keys that lost it: {len(lost_keys(index, spelling))}"
        )
    print(told("painted in the box, without accents", asyncio.run(painted([fold(each.name_vi) for each in LIST[:20]]))))
    return 0 if is_right(index) else 1


def _deaf(text: str) -> str:
    return text.casefold()


def _no_code(entry: object, wanted: str, words: Sequence[str]) -> int:
    return 0 if all(word in entry.spaced for word in words) else search.NO_RANK  # type: ignore[attr-defined]


def _in_order(entry: object, wanted: str, words: Sequence[str]) -> int:
    return 0 if f" {wanted} " == entry.spaced else search.NO_RANK  # type: ignore[attr-defined]


# What is broken, and how.
FAULTS: dict[str, tuple[str, object]] = {
    "accents are not folded": ("fold", _deaf),
    "codes are not looked at": ("_rank", _no_code),
    "only whole names": ("_rank", _in_order),
}


def seeded() -> list[str]:
    """Return the faults that were not seen."""
    missed = [] if is_right(Index(LIST)) else ["the search as it is"]
    for name, (function, faulty) in FAULTS.items():
        with replaced(search, function, faulty):
            if is_right(Index(LIST)):
                missed.append(name)
    return missed


if __name__ == "__main__":
    sys.exit(main())
