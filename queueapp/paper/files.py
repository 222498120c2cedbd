"""Writes a file for the office: new, whole, private, never over another."""

import os
import secrets
from contextlib import suppress
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
    unfinished = (folder / f".{name}.{os.getpid()}-{secrets.token_hex(4)}.part").resolve()
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        for number in count(1):
            path = (folder / (name if number == 1 else f"{stem}-{number}{suffix}")).resolve()
            with suppress(FileExistsError):
                _name(unfinished, path)
                return path
    finally:  # also where somebody stops it: what is half written never gets the name
        unfinished.unlink(missing_ok=True)
    raise FileExistsError(name)  # pragma: no cover - count() has no end


def _name(written: Path, path: Path) -> None:
    """Give a whole file its name, unless another has it (FileExistsError)."""
    try:
        path.hardlink_to(written)
    except FileExistsError:
        raise
    except OSError:  # a stick or a share that knows no links: the name is taken first, and filled at once
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        written.replace(path)
