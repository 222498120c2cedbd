"""Finds the office's own scripts, and refuses those that somebody else could have written."""

import os
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from queueapp.causes import cause_words
from queueapp.i18n import N_, _

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
NOT_THERE = N_("The folder of scripts {path} is not there.")
NOT_OURS = N_("{path} belongs to somebody else and is not run: it must belong to who runs queueapp, or to root.")
TOO_OPEN = N_("Others may write to {path}, so it is not run: chmod go-w {path}")
NOT_EXECUTABLE = N_("{path} is not run because it is not executable: chmod u+x {path}")
NO_COMMAND = N_("The command “{words}” cannot be read: {cause}.")


@dataclass(frozen=True, slots=True)
class Found:
    """The scripts to run, each as the words of a command without a shell; in words what was refused.

    What is `ignored` lies in the folder and cannot be run: it may be a script that was never made executable.
    """

    commands: tuple[tuple[str, ...], ...]
    refused: tuple[str, ...]
    ignored: tuple[str, ...] = ()


def find(folder: Path | None, command: str) -> Found:
    """Return every executable of the folder by name, and then the command."""
    commands: list[tuple[str, ...]] = []
    refused: list[str] = []
    ignored: list[str] = []
    if folder is not None:
        trouble = _trouble_of_folder(folder)
        refused += [] if trouble is None else [trouble]
        for each in _files(folder) if trouble is None else ():
            if not os.access(each, os.X_OK):
                ignored.append(_(NOT_EXECUTABLE).format(path=each))
                continue
            why = _trouble(each)
            if why is None:
                commands.append((str(each),))
            else:
                refused.append(why)
    if command:
        try:
            commands.append(tuple(shlex.split(command)))
        except ValueError as error:
            refused.append(_(NO_COMMAND).format(words=command, cause=error))
    return Found(tuple(commands), tuple(refused), tuple(ignored))


def _files(folder: Path) -> list[Path]:
    """Return what may be a script, by name; what is hidden, or an editor's copy, is none."""
    names = (each for each in folder.iterdir() if not each.name.startswith(".") and not each.name.endswith("~"))
    return sorted(each for each in names if each.is_file())


def _trouble_of_folder(folder: Path) -> str | None:
    try:
        return _trouble(folder) if folder.is_dir() else _(NOT_THERE).format(path=folder)
    except OSError as error:
        return f"{folder}: {cause_words(error)}"


def _trouble(path: Path) -> str | None:
    """Return why somebody else could say what would be run; None when only we, or root, can."""
    if not hasattr(os, "getuid"):  # pragma: no cover - Windows has other rights
        return None
    found = path.stat()
    if found.st_uid not in {os.getuid(), 0}:
        return _(NOT_OURS).format(path=path)
    if found.st_mode & _OTHERS_WRITE:
        return _(TOO_OPEN).format(path=path)
    above = {*path.absolute().parents, *path.resolve().parents}
    return next((_(TOO_OPEN).format(path=each) for each in sorted(above) if _is_for_all(each)), None)


def _is_for_all(folder: Path) -> bool:
    """Say whether everybody may put something else in the place of what lies in a folder; not so in one as /tmp is."""
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX
