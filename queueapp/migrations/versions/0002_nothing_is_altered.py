"""Triggers: events are never altered, tickets never deleted, and what a ticket was issued as never changes."""

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

_IDENTITY = ("id", "office_id", "day", "issued_for_id", "number", "issued_at")

# Each with its name, its table, what it refuses, what it then says, and under which condition.
_REFUSALS = (
    ("event_is_never_changed", "event", "UPDATE", "an event is never changed", ""),
    ("event_is_never_deleted", "event", "DELETE", "an event is never deleted", ""),
    ("ticket_is_never_deleted", "ticket", "DELETE", "a ticket is never deleted", ""),
    ("span_is_never_deleted", "span", "DELETE", "a span is never deleted", ""),
    (
        "ticket_keeps_its_identity",
        "ticket",
        "UPDATE",
        "what a ticket was issued as never changes",
        " OR ".join(f"NEW.{column} <> OLD.{column}" for column in _IDENTITY),
    ),
)


def upgrade() -> None:
    """Go to this revision."""
    if op.get_bind().dialect.name == "sqlite":
        for name, table, verb, message, condition in _REFUSALS:
            when = f" WHEN {condition}" if condition else ""
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table}{when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    for name, table, verb, message, condition in _REFUSALS:
        when = f" WHEN ({condition})" if condition else ""
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION {name}()")
    op.execute(
        "CREATE TRIGGER event_is_never_emptied BEFORE TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION event_is_never_deleted()"
    )


def downgrade() -> None:
    """Go back."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute("DROP TRIGGER event_is_never_emptied ON event")
    for name, table, *_rest in _REFUSALS:
        op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON {table}")
        if not is_sqlite:
            op.execute(f"DROP FUNCTION {name}()")
