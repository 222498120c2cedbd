"""Prints, the catalogue of procedures, missing papers, who follows the log; corrections and numbers from the roll."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NO = sa.false()
_STATES = "state IN ('pending', 'printing', 'printed', 'failed', 'uncertain', 'dropped')"
_NOT_DONE = sa.text("state <> 'printed'")
_IDENTITY = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in ("id", "office_id", "day", "issued_for_id", "number"))
# A number of the paper roll that is void because it was keyed in wrongly may be keyed in with another time.
_KEPT = f"{_IDENTITY} OR (NEW.issued_at <> OLD.issued_at AND NOT (OLD.state = 'void' AND OLD.is_from_roll))"


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("ticket", sa.Column("fix_by", sa.BigInteger()))
    op.add_column("ticket", sa.Column("is_from_roll", sa.Boolean(), nullable=False, server_default=NO))
    _let_the_roll_be_keyed_in_anew()
    _prints()
    _procedures()
    _missing()
    op.create_table(
        "follower",
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("doing_seq", sa.BigInteger(), nullable=True),
        sa.Column("doing_since", sa.BigInteger(), nullable=True),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("beat_at", sa.BigInteger(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("dropped", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_follower_office_id"),
        sa.PrimaryKeyConstraint("office_id", "name", name="pk_follower"),
    )


def _let_the_roll_be_keyed_in_anew() -> None:
    name, message = "ticket_keeps_its_identity", "what a ticket was issued as never changes"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        refusal = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON ticket WHEN {_KEPT} {refusal}")
        return
    op.execute(f"DROP TRIGGER {name} ON ticket")
    op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON ticket FOR EACH ROW WHEN ({_KEPT}) EXECUTE FUNCTION {name}()")


def _prints() -> None:
    op.create_table(
        "print",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("is_copy", sa.Boolean(), nullable=False, server_default=NO),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint(_STATES, name="state"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_print_office_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_print_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_print"),
    )
    op.create_index("ix_print_ticket", "print", ["ticket_id"])
    op.create_index("ix_print_token", "print", ["token"])
    op.create_index("ix_print_open", "print", ["office_id"], sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE)


def _procedures() -> None:
    op.create_table(
        "procedure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("service_id", KEY, nullable=True),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("time_limit", sa.Integer(), nullable=True),
        sa.Column("time_unit", sa.String(), nullable=True),
        sa.Column("fee", sa.Integer(), nullable=True),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("time_limit >= 0", name="time_limit"),
        sa.CheckConstraint("time_unit IN ('working_day', 'calendar_day')", name="time_unit"),
        sa.CheckConstraint("fee >= 0", name="fee"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_procedure_office_id"),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name="fk_procedure_service_id"),
        sa.PrimaryKeyConstraint("id", name="pk_procedure"),
        sa.UniqueConstraint("office_id", "code", name="uq_procedure_office_id_code"),
    )


def _missing() -> None:
    op.create_table(
        "missing",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ticket_id", KEY, nullable=True),
        sa.Column("procedure", sa.String(), nullable=True),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False, server_default=NO),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_missing_office_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_missing_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_missing"),
    )
    op.create_index("ix_missing_day", "missing", ["office_id", "day"])
    op.create_index("ix_missing_ticket", "missing", ["ticket_id"])


def downgrade() -> None:
    """There is no way back: what the chain proves would be lost. Restore the copy that was made before."""
    raise NotImplementedError
