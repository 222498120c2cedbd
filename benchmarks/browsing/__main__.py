"""The hall in a real browser: own fonts, no other server asked, no stranger let in; and before twenty boards for long.

`python -m benchmarks.browsing [--seconds 600] [--boards 20] [--pictures FOLDER]`, or a part of it with `--only NAME`.
Needs Debian's `chromium` and `pip install playwright`. As root all of it runs in a network of its own, which has a
loopback and else drops every packet without a word. The pictures are there to be looked at. `--seeded` puts faults into
the server (a call dropped, a mark ignored, memory that grows, Origin and Host unchecked, frames allowed, a font missing,
a link to Google, an office without sign-in); each must be found.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.browsing import looking
from benchmarks.browsing.crowd import before_boards, said
from benchmarks.browsing.served import FAULTS, office, running

ALONE = "QUEUEAPP_BENCH_ALONE"
# What leaves by the loopback for an address that is not here comes back and is dropped without a word.
NETWORK = (
    "ip link set lo up && ip addr add 198.51.100.2/32 dev lo && ip route add default dev lo src 198.51.100.2 && "
    'exec "$@"'
)


def in_a_network_of_its_own() -> int | None:
    """Run all this again where every packet to the outside is dropped; None where it is so already, or cannot be."""
    if ALONE in os.environ or os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        return None
    again = [sys.executable, "-m", "benchmarks.browsing", *sys.argv[1:]]
    return subprocess.run(
        ["unshare", "--net", "sh", "-c", NETWORK, "sh", *again], check=False, env=os.environ | {ALONE: "1"}
    ).returncode


def in_pictures(folder: Path, fault: str = "") -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        address = office(Path(name))
        looking.set_up(address)
        with running(address, fault) as served:
            return looking.pictures(served, folder)


def against_strangers(_folder: Path, fault: str = "") -> list[str]:
    with tempfile.TemporaryDirectory() as name, running(office(Path(name)), fault) as served:
        return looking.strangers(served)


def without_sign_in(_folder: Path, *, is_guarded: bool = True) -> list[str]:
    with tempfile.TemporaryDirectory() as name, running(office(Path(name), is_guarded=is_guarded)) as served:
        return looking.unsigned(served)


def with_sign_in(folder: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as name, running(office(Path(name), is_guarded=True)) as served:
        return [] if "issue" in looking.signed(served, folder) else ["who signed in could not issue a ticket"]


def after_a_loss(folder: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        address = office(Path(name))
        looking.set_up(address)
        return looking.recovers(lambda **given: running(address, **given), folder)


def with_sound(_folder: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as name, running(office(Path(name))) as served:
        return looking.sounds(served)


PARTS: dict[str, Callable[[Path], list[str]]] = {
    "pictures": in_pictures,
    "strangers": against_strangers,
    "unsigned": without_sign_in,
    "signed": with_sign_in,
    "loss": after_a_loss,
    "sound": with_sound,
}


def crowd(seconds: float, boards: int, fault: str = "", *, with_tabs: bool = True) -> list[str]:
    """Let boards listen, and two real tabs for a while of it."""
    # A page that blinks cannot tell ten calls a second, and whose ticket has gone from the counter is told no more.
    every, drops = (1.0, (5.0, 60.0)) if with_tabs else (0.1, (0.5, 2.0))
    with tempfile.TemporaryDirectory() as name, running(office(Path(name)), fault) as served:
        tabs = None
        if with_tabs:
            words = [str(served.port), str(served.pid), served.address, str(min(60.0, seconds))]
            tabs = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.browsing.tabs", *words], stdout=subprocess.PIPE, text=True
            )
        watched = before_boards(served, seconds, every=every, boards=boards, drops=drops)
        print(said(watched, boards), flush=True)
        seen = tabs.communicate()[0].split("\n") if tabs is not None else []
        if tabs is not None and tabs.returncode:
            seen.append("the tabs could not be opened")
    return watched.wrong + [line for line in seen if line]


def seeded(folder: Path) -> list[str]:
    """Return the faults that were not found."""
    missed = [fault for fault in list(FAULTS)[:3] if not crowd(8, 5, fault, with_tabs=False)]
    missed += [fault for fault in list(FAULTS)[3:6] if not against_strangers(folder, fault)]
    missed += [fault for fault in list(FAULTS)[6:] if not in_pictures(folder, fault)]
    return missed + ([] if without_sign_in(folder, is_guarded=False) else ["an office without sign-in"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--boards", type=int, default=20)
    parser.add_argument("--pictures", type=Path, default=Path(tempfile.gettempdir()) / "queueapp-pictures")
    parser.add_argument("--only", choices=[*PARTS, "crowd"])
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    done = in_a_network_of_its_own()
    if done is not None:
        return done
    given.pictures.mkdir(parents=True, exist_ok=True)
    print("network:", "the loopback alone" if ALONE in os.environ else "the machine's own (not root)")
    if given.seeded:
        missed = seeded(given.pictures)
        print(f"{len(FAULTS) + 1 - len(missed)} of {len(FAULTS) + 1} faults found; missed: {missed}")
        return 1 if missed else 0
    wrong = []
    for name, part in PARTS.items():
        if given.only in {None, name}:
            begun = time.monotonic()
            found = part(given.pictures)
            print(f"{name}: {found or 'nothing wrong'} ({time.monotonic() - begun:.0f} s)", flush=True)
            wrong += found
    if given.only in {None, "crowd"}:
        found = crowd(given.seconds, given.boards)
        print("crowd:", found or "nothing wrong")
        wrong += found
    print("pictures in", given.pictures)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
