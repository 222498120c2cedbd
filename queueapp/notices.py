"""Keeps the notice of the quiet hours beside the database: as text and as a picture, made anew at each day's close."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from queueapp.i18n import _
from queueapp.paper.notice import Notice, notice, notice_text
from queueapp.queries.periods import quiet
from queueapp.session import Session

if TYPE_CHECKING:
    from queueapp.database import Database

NAME = "queueapp-quiet-hours"


def renew_at_close(database: "Database", *, at: datetime) -> tuple[list[Path], str]:
    """Write the notice of the office anew, and return where it is, and what failed: the day is closed all the same."""
    try:
        folder, words = quiet_words(database, at=at)
        return write_notice(folder, words), ""
    except Exception as error:  # noqa: BLE001 - the day is closed, whatever becomes of its notice
        return [], unwritten(error)


def quiet_words(database: "Database", *, at: datetime) -> tuple[Path, Notice]:
    """Return the folder of the notice and what stands on it (QueueError)."""
    folder = database.path.parent if database.path else Path()
    return folder, notice(database.read(quiet, at=at), database.read(_language))


def write_notice(folder: Path, words: Notice) -> list[Path]:
    """Draw and write the notice, and return where it is (OSError); it takes a while, and needs no database."""
    from queueapp.paper.notice_picture import notice_png  # noqa: PLC0415 - only there is something drawn

    text, picture = folder / f"{NAME}.txt", folder / f"{NAME}.png"
    _replace(text, notice_text(words).encode("utf-8-sig"))
    _replace(picture, notice_png(words))
    return [text, picture]


def unwritten(error: Exception) -> str:
    """Return that the notice could not be written, and why."""
    return _("The notice of the quiet hours could not be written: {cause}").format(cause=error)


def _replace(path: Path, data: bytes) -> None:
    """Put `data` in the place of a file, whole or not at all."""
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        scratch.write_bytes(data)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def _language(session: Session) -> str:
    return session.office.language
