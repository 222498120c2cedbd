"""Alembic's entrance: our connection, our tables, no transaction of its own."""

from alembic import context

from queueapp.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
