"""The tables and what they refuse."""

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

# SQLite numbers rows by themselves only where the key is an INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "office",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("is_training", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
    )
    op.create_table(
        "counter",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'paused', 'closed')", name=op.f("ck_counter_state")),
        sa.CheckConstraint("number > 0", name=op.f("ck_counter_number")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_counter_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_counter_office_id_number")),
    )
    op.create_table(
        "day",
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("closed_at >= opened_at", name=op.f("ck_day_times")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_day_office_id")),
        sa.PrimaryKeyConstraint("office_id", "date", name=op.f("pk_day")),
    )
    op.create_table(
        "head",
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_head_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_head")),
    )
    op.create_table(
        "request",
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_request_office_id")),
        sa.PrimaryKeyConstraint("office_id", "key", name=op.f("pk_request")),
    )
    op.create_table(
        "service",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("recall_limit", sa.Integer(), nullable=False),
        sa.Column("daily_quota", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("daily_quota >= 0", name=op.f("ck_service_daily_quota")),
        sa.CheckConstraint("recall_limit >= 0", name=op.f("ck_service_recall_limit")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_service_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_service_office_id_code")),
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(
            "one_letter",
            ["office_id", "letter"],
            unique=True,
            sqlite_where=sa.text("is_active"),
            postgresql_where=sa.text("is_active"),
        )

    op.create_table(
        "staff",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("role IN ('receptionist', 'clerk', 'supervisor', 'admin')", name=op.f("ck_staff_role")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_staff_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("office_id", "name", name=op.f("uq_staff_office_id_name")),
    )
    op.create_table(
        "shift",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("counter_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("closed_at >= opened_at", name=op.f("ck_shift_times")),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_shift_counter_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_shift_office_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_shift_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(
            "one_open_shift_of_counter",
            ["counter_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "one_open_shift_of_staff",
            ["staff_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "skill",
        sa.Column("counter_id", KEY, nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_skill_weight")),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_skill_counter_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_skill_office_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_skill_service_id")),
        sa.PrimaryKeyConstraint("counter_id", "service_id", name=op.f("pk_skill")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("issued_for_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=True),
        sa.Column("priority_by_id", KEY, nullable=True),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("counter_id", KEY, nullable=True),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("is_unreliable", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('waiting', 'called', 'serving', 'held'))",
            name=op.f("ck_ticket_end"),
        ),
        sa.CheckConstraint("state <> 'waiting' OR counter_id IS NULL", name=op.f("ck_ticket_waiting")),
        sa.CheckConstraint(
            "state IN ('waiting', 'called', 'serving', 'held', 'served', 'no_show', 'left', 'sent_home', "
            "'carried_over', 'void')",
            name=op.f("ck_ticket_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('called', 'serving', 'held') OR counter_id IS NOT NULL",
            name=op.f("ck_ticket_counter"),
        ),
        sa.CheckConstraint("calls >= 0", name=op.f("ck_ticket_calls")),
        sa.CheckConstraint("dossiers > 0", name=op.f("ck_ticket_dossiers")),
        sa.CheckConstraint("ended_at >= issued_at", name=op.f("ck_ticket_times")),
        sa.CheckConstraint("number > 0", name=op.f("ck_ticket_number")),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_ticket_counter_id")),
        sa.ForeignKeyConstraint(["issued_for_id"], ["service.id"], name=op.f("fk_ticket_issued_for_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_ticket_office_id")),
        sa.ForeignKeyConstraint(["priority_by_id"], ["staff.id"], name=op.f("fk_ticket_priority_by_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_ticket_service_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_ticket_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint(
            "office_id",
            "day",
            "issued_for_id",
            "number",
            name=op.f("uq_ticket_office_id_day_issued_for_id_number"),
        ),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ticket_open",
            ["office_id", "state"],
            unique=False,
            sqlite_where=sa.text("state IN ('called', 'serving', 'held')"),
            postgresql_where=sa.text("state IN ('called', 'serving', 'held')"),
        )
        batch_op.create_index(
            "ix_ticket_waiting",
            ["service_id", "day"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "event",
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("ticket_id", KEY, nullable=True),
        sa.Column("counter_id", KEY, nullable=True),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=True),
        sa.Column("hash", sa.String(), nullable=True),
        sa.CheckConstraint("seq > 0", name=op.f("ck_event_seq")),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_event_counter_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_event_office_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_event_staff_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_event_ticket_id")),
        sa.PrimaryKeyConstraint("office_id", "seq", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_event_call",
            ["office_id", "seq"],
            unique=False,
            sqlite_where=sa.text("verb IN ('call', 'recall')"),
            postgresql_where=sa.text("verb IN ('call', 'recall')"),
        )
        batch_op.create_index("ix_event_ticket", ["ticket_id"], unique=False)

    op.create_table(
        "span",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("counter_id", KEY, nullable=True),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint("(kind = 'waiting') = (counter_id IS NULL)", name=op.f("ck_span_counter")),
        sa.CheckConstraint("kind IN ('waiting', 'called', 'serving', 'held')", name=op.f("ck_span_kind")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_span_end")),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_span_times")),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_span_counter_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_span_office_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_span_service_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_span_staff_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_span_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_span")),
    )
    with op.batch_alter_table("span", schema=None) as batch_op:
        batch_op.create_index("ix_span_ticket", ["ticket_id"], unique=False)
        batch_op.create_index(
            "one_open_call_of_counter",
            ["counter_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND kind IN ('called', 'serving')"),
            postgresql_where=sa.text("ended_at IS NULL AND kind IN ('called', 'serving')"),
        )
        batch_op.create_index(
            "one_open_span_of_ticket",
            ["ticket_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def downgrade() -> None:
    """Go back."""
    for table in (
        "request",
        "event",
        "span",
        "ticket",
        "day",
        "shift",
        "staff",
        "skill",
        "counter",
        "service",
        "head",
        "office",
    ):
        op.drop_table(table)
