"""Keeps the notice of the quiet hours beside the database: as text and as a picture, made anew at each day's close."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from queueapp.i18n import _
from queueapp.paper.notice import notice, notice_text
from queueapp.queries.periods import quiet
from queueapp.session import Session

if TYPE_CHECKING:
    from queueapp.database import Database

NAME = "queueapp-quiet-hours"


def renew_at_close(database: "Database", *, at: datetime) -> tuple[list[Path], str]:
    """Write the notice of the office anew, and return where it is, and what failed: the day is closed all the same."""
    folder = database.path.parent if database.path else Path()
    try:
        from queueapp.paper.notice_picture import notice_png  # noqa: PLC0415 - only there is something drawn

        words = notice(database.read(quiet, at=at), database.read(_language))
        text, picture = folder / f"{NAME}.txt", folder / f"{NAME}.png"
        _replace(text, notice_text(words).encode("utf-8-sig"))
        _replace(picture, notice_png(words))
    except Exception as error:  # noqa: BLE001 - the day is closed, whatever becomes of its notice
        return [], _("The notice of the quiet hours could not be written: {cause}").format(cause=error)
    return [text, picture], ""


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
