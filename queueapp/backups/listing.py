"""The list beside a backup: what it holds, and the fingerprint by which a changed byte is found."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from queueapp.backups.disk import write_whole
from queueapp.database import Database
from queueapp.i18n import N_
from queueapp.rules.errors import DatabaseUnavailableError

LIST_SUFFIX = ".json"
FORMAT = 1
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: the office, the head of its chain, how many events, tickets and closed days."""

    office: str
    seq: int
    head: str | None
    last_at: str
    events: int
    tickets: int
    closed_days: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The list beside a backup, by which a changed byte is found: the fingerprint of the file and what it holds."""

    format: int
    kind: str
    made_at: str
    sha256: str
    size: int
    contents: Contents

    def fits(self, database: Database) -> bool:
        """Whether the backup is of this kind of database."""
        return (self.kind == "sqlite") == (database.path is not None)


class BackupRefusedError(DatabaseUnavailableError):
    """A backup that is damaged, incomplete or of another kind; nothing was changed."""

    template = N_("The backup is refused: {detail} Nothing was changed.")


def checked(source: Path) -> Listing:
    """Return the list of a backup whose file is whole, byte for byte (BackupRefusedError)."""
    refuse_nameless(source)
    try:
        text = list_of(source).read_text(encoding="utf-8")
        said = json.loads(text)["listing"]
        listing = Listing(**{**said, "contents": Contents(**said["contents"])})
        found = fingerprint(source)
    except OSError as error:
        raise BackupRefusedError(
            N_("{path} or its list cannot be read ({cause}). Both must lie side by side."),
            path=source,
            cause=error.strerror or error,
        ) from None
    except (ValueError, TypeError, KeyError):
        raise _damaged_list(source) from None
    if text != list_text(listing):
        raise _damaged_list(source)
    if listing.format != FORMAT or found != (listing.size, listing.sha256):
        raise BackupRefusedError(
            N_("the file {path} is not as it was written; it is damaged. Take another backup."), path=source
        )
    return listing


def _damaged_list(source: Path) -> BackupRefusedError:
    return BackupRefusedError(N_("its list {path} is damaged. Take another backup."), path=list_of(source))


def refuse_nameless(path: Path) -> None:
    """Refuse a path that names no file (BackupRefusedError)."""
    if not path.name:
        raise BackupRefusedError(N_("it has no name. Say which file."))


def refuse_taken(path: Path, *beside: Path) -> None:
    """Refuse a name that is taken, or one beside it (BackupRefusedError)."""
    if any(each.exists() for each in (path, *beside)):
        raise BackupRefusedError(N_("the file {path} exists already. Choose another name."), path=path)


def list_of(backup: Path) -> Path:
    """Return where the list of a backup lies."""
    return backup.with_name(backup.name + LIST_SUFFIX)


def write_list(path: Path, listing: Listing) -> None:
    """Write the list to a new file."""
    write_whole(path, list_text(listing).encode())


def list_text(listing: Listing) -> str:
    """Return the list as it is written, with a fingerprint of its own: no letter of it can change unseen."""
    said = asdict(listing)
    own = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return json.dumps({"listing": said, "sha256": own}, ensure_ascii=False, indent=1) + "\n"


def fingerprint(path: Path) -> tuple[int, str]:
    """Return the size of a file and the SHA-256 of its bytes."""
    size, digest = path.stat().st_size, hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return size, digest.hexdigest()
