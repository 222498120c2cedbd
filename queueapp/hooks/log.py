"""A private file of bounded size in which it stands what the office's scripts said."""

import contextlib
import os
from datetime import datetime
from pathlib import Path

from queueapp.text import clean

MOST = 1_000_000  # bytes; then the file is set aside as the one before, and the one before that goes
LONGEST_LINE = 500


def log_path(file: Path | None) -> Path:
    """Return where the log lies: beside the database's file, for a server's in the present folder."""
    return Path("queueapp-hooks.log") if file is None else file.with_name(f"{file.name}-hooks.log")


def write_log(path: Path, at: datetime, heading: str, output: str) -> None:
    """Append what a script said under a heading; where nothing can be written (a full disk) it is let go."""
    lines = [f"{at.isoformat(timespec='seconds')} {clean(heading, LONGEST_LINE)}"]
    lines += [f"    {clean(line, LONGEST_LINE)}" for line in output.splitlines() if line.strip()]
    with contextlib.suppress(OSError):
        if path.exists() and path.stat().st_size > MOST:
            path.replace(path.with_name(f"{path.name}.1"))
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
