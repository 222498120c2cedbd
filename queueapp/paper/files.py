"""Writes a file for the office: new, whole, private, never over another."""

import os
from itertools import count
from pathlib import Path


def write_new(folder: Path, name: str, text: str) -> Path:
    """Write `text` (UTF-8 with a mark that Excel knows) to a new file and return its full path.

    If the name is taken a number is added. OSError when it cannot be written; then no half file is left.
    """
    return write_new_bytes(folder, name, text.encode("utf-8-sig"))


def write_new_bytes(folder: Path, name: str, data: bytes) -> Path:
    """Write `data` to a new file in the same way."""
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in count(1):
        path = (folder / (name if number == 1 else f"{stem}-{number}{suffix}")).resolve()
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path
    raise FileExistsError(name)  # pragma: no cover - count() has no end
