"""Runs the tools of PostgreSQL that dump a database and read a dump back."""

import os
import shutil
import subprocess

from sqlalchemy.engine import URL

from queueapp.backups.listing import BackupRefusedError
from queueapp.i18n import N_


def run_tool(tool: str, url: URL, *words: str) -> None:
    """Run pg_dump or pg_restore on a database (BackupRefusedError when it is missing or fails)."""
    program = shutil.which(tool)
    if program is None:
        raise BackupRefusedError(N_("the program {tool} is missing. Install postgresql-client."), tool=tool)
    # The password goes by the environment: everybody on the machine can read a command's words.
    secret = {} if url.password is None else {"PGPASSWORD": str(url.password)}
    plain = url.set(drivername="postgresql")._replace(password=None).render_as_string()
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [program, f"--dbname={plain}", *words], capture_output=True, text=True, check=False, env=os.environ | secret
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise BackupRefusedError(N_("{tool} failed ({cause}). Mend that and try again."), tool=tool, cause=said[:200])
