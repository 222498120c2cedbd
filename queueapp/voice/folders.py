"""Says where recordings lie, and where it is written down what was told."""

import hashlib
import os
from pathlib import Path


def recordings_folder(file: Path | None, said: str) -> Path:
    """Return the folder of the recordings: what the office's settings say, else one beside the database's `file`.

    What is said without a root is looked for beside the file; for a server's database it is the present folder.
    """
    beside = Path() if file is None else file.parent
    if said:
        return beside / Path(said).expanduser()
    return Path("queueapp-voice") if file is None else file.with_name(f"{file.name}-voice")


def stage_folder(file: Path | None, server: str) -> Path:
    """Return the folder that all who speak for a database on this machine share; `server` names one without a file."""
    if file is not None:
        return file.with_name(f"{file.name}-voice")
    named = hashlib.sha256(server.encode()).hexdigest()[:16]
    state = os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser()
    return Path(state) / "queueapp" / f"voice-{named}"
