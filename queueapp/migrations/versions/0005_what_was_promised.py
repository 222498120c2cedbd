"""What a ticket was promised, what a number of a field usually takes, and what earlier days have taught."""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IDENTITY = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in ("id", "office_id", "day", "issued_for_id", "number"))
_KEYED_IN = "(NEW.issued_at <> OLD.issued_at AND NOT (OLD.state = 'void' AND OLD.is_from_roll))"


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("service", sa.Column("usual_minutes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("ticket", sa.Column("promise", sa.String(), nullable=True))
    _keep_the_promise()
    op.create_table(
        "learned",
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_learned_office_id"),
        sa.PrimaryKeyConstraint("office_id", name="pk_learned"),
    )


def _keep_the_promise() -> None:
    """Let the trigger that keeps what a ticket was issued as keep what it was promised, too."""
    name, message = "ticket_keeps_its_identity", "what a ticket was issued as never changes"
    if op.get_bind().dialect.name == "sqlite":
        changed = f"{_IDENTITY} OR {_KEYED_IN} OR NEW.promise IS NOT OLD.promise"
        op.execute(f"DROP TRIGGER {name}")
        refusal = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON ticket WHEN {changed} {refusal}")
        return
    changed = f"{_IDENTITY} OR {_KEYED_IN} OR NEW.promise IS DISTINCT FROM OLD.promise"
    op.execute(f"DROP TRIGGER {name} ON ticket")
    op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON ticket FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    """There is no way back: what the chain proves would be lost. Restore the copy that was made before."""
    raise NotImplementedError
