"""Runs the revisions on a connection that is already inside a transaction."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to `revision`; the caller commits or rolls back."""
    command.upgrade(configuration(connection), revision)


def configuration(connection: Connection) -> Config:
    """Return Alembic's configuration for our revisions on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(files("queueapp") / "migrations"))
    config.attributes["connection"] = connection
    return config
