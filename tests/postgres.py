"""A PostgreSQL server of the tests' own, made from Debian's package in a scratch folder."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from queueapp.database import Database

USER, TEMPLATE = "queueapp", "with_tables"
RUNUSER = shutil.which("runuser") or "/usr/sbin/runuser"  # not on the path of every shell
ROOM = 2 << 30  # bytes


@dataclass(frozen=True)
class Server:
    """A running server, reached through a socket in its own folder."""

    folder: Path
    names: Iterator[int]
    made: set[str] = field(default_factory=set)

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        return self._made("template0")

    def _made(self, template: str) -> str:
        name = f"test_{next(self.names)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql+psycopg://{USER}@/{name}?host={self.folder}"

    def new_office(self) -> str:
        """Make a database that has the tables and no office yet, and return its URL; it is quicker than making them."""
        if TEMPLATE not in self.made:
            with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
            first = Database(f"postgresql+psycopg://{USER}@/{TEMPLATE}?host={self.folder}")
            first.revision()
            first.close()
            self.made.add(TEMPLATE)
        return self._made(TEMPLATE)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        name = make_url(url).database
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _address(self, database: str) -> str:
        return f"host={self.folder} user={USER} dbname={database}"


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs; None where it is not installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    return Path(found).parent if found else None


def quick_folder() -> Path | None:
    """Return a folder in memory where there is one with room: no disk that is busy with other work delays a test."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it has a name of its own
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


@contextlib.contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Start a server and stop it at the end; as root it runs as the user that Debian's package makes."""
    folder = Path(tempfile.mkdtemp(prefix="queueapp-pg-", dir=quick_folder()))
    prefix: list[str] = []
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        prefix = [RUNUSER, "-u", "postgres", "--"]
    folder.chmod(0o755)  # the tests reach the socket in it
    data = folder / "data"

    told = folder / "told"

    def run(*words: str) -> None:
        with told.open("a") as output:
            done = subprocess.run([*prefix, *words], check=False, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        if done.returncode:
            pages = [page.read_text(errors="replace") for page in (told, folder / "log") if page.exists()]
            raise RuntimeError("\n".join([f"{words[0]} failed:", *pages]))

    try:
        run(
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        options = f"-c listen_addresses='' -k {folder} -c max_connections=60"
        control = str(programs / "pg_ctl")
        run(control, "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield Server(folder, count(1))
        finally:
            run(control, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
