"""The chain of events, undone spans, sealed days, vouchers, PINs, personal data apart, runs and the clock."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GENESIS = "0" * 64
NO = sa.false()

_ADDED: tuple[tuple[str, sa.Column[Any]], ...] = (
    ("head", sa.Column("boot", sa.String())),
    ("head", sa.Column("uptime", sa.BigInteger())),
    ("head", sa.Column("clock_offset", sa.BigInteger(), nullable=False, server_default="0")),
    ("staff", sa.Column("pin_hash", sa.String())),
    ("staff", sa.Column("failures", sa.Integer(), nullable=False, server_default="0")),
    ("staff", sa.Column("locked_until", sa.BigInteger())),
    ("staff", sa.Column("locked_boot", sa.String())),
    ("staff", sa.Column("locked_uptime", sa.BigInteger())),
    ("day", sa.Column("reason", sa.String())),
    ("day", sa.Column("sealed_seq", sa.BigInteger())),
    ("day", sa.Column("seal", sa.String())),
    ("day", sa.Column("sheet", sa.String())),
    ("ticket", sa.Column("is_first", sa.Boolean(), nullable=False, server_default=NO)),
    ("ticket", sa.Column("is_clock_touched", sa.Boolean(), nullable=False, server_default=NO)),
    ("span", sa.Column("is_undone", sa.Boolean(), nullable=False, server_default=NO)),
)
# A column that refers to another table: SQLite takes the reference only with the column itself.
_REFERRING = (
    ("day", "closed_by_id", "staff"),
    ("ticket", "back_to_id", "counter"),
    ("ticket", "back_service_id", "service"),
)
_REFUSALS = (
    ("day_is_sealed", "day", "UPDATE", "a closed day is never changed", "OLD.closed_at IS NOT NULL"),
    ("day_is_never_deleted", "day", "DELETE", "a day is never deleted", ""),
)
# The columns of a ticket that are rebuilt from events; the same as in `rules/rebuilt.py` at this revision.
_TICKET = (
    "id",
    "office_id",
    "day",
    "issued_for_id",
    "number",
    "service_id",
    "state",
    "priority",
    "priority_by_id",
    "dossiers",
    "procedure",
    "channel",
    "issued_at",
    "place",
    "calls",
    "counter_id",
    "staff_id",
    "ended_at",
    "outcome",
    "reason",
    "due_at",
    "is_unreliable",
)
_SPAN = ("kind", "service_id", "counter_id", "staff_id", "started_at", "ended_at", "ended_by")


def upgrade() -> None:
    """Go to this revision."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column in _ADDED:
        op.add_column(table, column)
    for table, name, target in _REFERRING:
        if is_sqlite:
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN {name} INTEGER CONSTRAINT fk_{table}_{name} REFERENCES {target} (id)"
            )
        else:
            op.add_column(table, sa.Column(name, KEY))
            op.create_foreign_key(f"fk_{table}_{name}", table, target, [name], ["id"])
    _new_tables()
    op.execute(
        "INSERT INTO personal (ticket_id, office_id, note) "
        "SELECT id, office_id, note FROM ticket WHERE note IS NOT NULL"
    )
    op.execute("ALTER TABLE ticket DROP COLUMN note")
    _chain_what_is_there(is_sqlite)
    _refuse(is_sqlite)


def _new_tables() -> None:
    op.create_table(
        "voucher",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("valid_on", sa.Date(), nullable=False),
        sa.Column("used_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_voucher_office_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_voucher_ticket_id"),
        sa.ForeignKeyConstraint(["used_by_id"], ["ticket.id"], name="fk_voucher_used_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_voucher"),
        sa.UniqueConstraint("office_id", "code", name="uq_voucher_office_id_code"),
        sa.UniqueConstraint("ticket_id", name="uq_voucher_ticket_id"),
        sa.UniqueConstraint("used_by_id", name="uq_voucher_used_by_id"),
    )
    op.create_table(
        "personal",
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_personal_office_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_personal_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_personal"),
    )
    op.create_table(
        "run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_run_office_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_run_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    still_running = sa.text("ended_at IS NULL")
    op.create_index("ix_run_open", "run", ["office_id"], sqlite_where=still_running, postgresql_where=still_running)


def _chain_what_is_there(is_sqlite: bool) -> None:
    """Chain the events written before this revision, and write down each ticket as it stands, to be rebuilt from."""
    bind = op.get_bind()
    offices = [row[0] for row in bind.execute(sa.text("SELECT id FROM office"))]
    if not offices:
        return
    if is_sqlite:
        op.execute("DROP TRIGGER event_is_never_changed")
    else:
        op.execute("ALTER TABLE event DISABLE TRIGGER event_is_never_changed")
    for office in offices:
        _chain_office(bind, office)
    if is_sqlite:
        op.execute(
            "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event "
            "BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END"
        )
    else:
        op.execute("ALTER TABLE event ENABLE TRIGGER event_is_never_changed")


def _chain_office(bind: sa.Connection, office: int) -> None:
    previous, seq, at = GENESIS, 0, 0
    written = "seq, at, verb, ticket_id, counter_id, staff_id, CAST(detail AS VARCHAR)"
    for seq, at, verb, ticket, counter, staff, before in _selected(bind, written, "event", "seq", office):
        detail = json.loads(before)
        detail.pop("note", None)  # what may be personal stands apart from the chain
        text = _dumped(detail)
        link = _link(previous, (office, seq, at, verb, ticket, counter, staff, text))
        bind.execute(
            sa.text(
                "UPDATE event SET detail = :detail, previous_hash = :previous, hash = :hash "
                "WHERE office_id = :office AND seq = :seq"
            ).bindparams(sa.bindparam("detail", type_=_AsIs())),
            {"detail": text, "previous": previous, "hash": link, "office": office, "seq": seq},
        )
        previous = link
    for ticket, detail in _tickets(bind, office):
        seq += 1
        text = _dumped(detail)
        link = _link(previous, (office, seq, at, "adopt", ticket, None, None, text))
        bind.execute(
            sa.text(
                "INSERT INTO event (office_id, seq, at, verb, ticket_id, detail, previous_hash, hash) "
                "VALUES (:office, :seq, :at, 'adopt', :ticket, :detail, :previous, :hash)"
            ).bindparams(sa.bindparam("detail", type_=_AsIs())),
            {
                "office": office,
                "seq": seq,
                "at": at,
                "ticket": ticket,
                "detail": text,
                "previous": previous,
                "hash": link,
            },
        )
        previous = link
    bind.execute(
        sa.text("UPDATE head SET seq = :seq, hash = :hash WHERE office_id = :office"),
        {"seq": seq, "hash": previous, "office": office},
    )


def _selected(bind: sa.Connection, columns: str, table: str, order: str, office: int) -> list[Any]:
    question = f"SELECT {columns} FROM {table} WHERE office_id = :office ORDER BY {order}"  # noqa: S608 - our own names
    return list(bind.execute(sa.text(question), {"office": office}).fetchall())


def _tickets(bind: sa.Connection, office: int) -> list[tuple[int, dict[str, Any]]]:
    lived: dict[int, list[list[Any]]] = {}
    spans = _selected(bind, "ticket_id, " + ", ".join(_SPAN), "span", "id", office)
    for ticket, *span in spans:
        lived.setdefault(ticket, []).append([*span, False])
    found = _selected(bind, ", ".join(_TICKET), "ticket", "id", office)
    adopted = []
    for row in found:
        values = dict(zip(_TICKET, row, strict=True))
        values["day"] = str(values["day"])
        values["is_unreliable"] = bool(values["is_unreliable"])
        adopted.append((values["id"], {"set": values, "spans": lived.get(values["id"], [])}))
    return adopted


def _dumped(detail: dict[str, Any]) -> str:
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _link(previous: str, parts: tuple[Any, ...]) -> str:
    text = json.dumps([previous, *parts], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class _AsIs(sa.types.UserDefinedType[str]):
    """Text for a JSON column that goes in as it is."""

    cache_ok = True

    def get_col_spec(self, **_given: Any) -> str:
        """Return the name of the type."""
        return "JSON"


def _refuse(is_sqlite: bool) -> None:
    follows = "NEW.seq <> 1 + COALESCE((SELECT MAX(seq) FROM event WHERE office_id = NEW.office_id), 0)"
    if is_sqlite:
        for name, table, verb, message, condition in _REFUSALS:
            when = f" WHEN {condition}" if condition else ""
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table}{when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        op.execute(
            f"CREATE TRIGGER event_has_the_next_number BEFORE INSERT ON event WHEN {follows} "
            "BEGIN SELECT RAISE(ABORT, 'an event has the number after the last'); END"
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
        "CREATE FUNCTION event_has_the_next_number() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {follows} THEN RAISE EXCEPTION 'an event has the number after the last' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER event_has_the_next_number BEFORE INSERT ON event "
        "FOR EACH ROW EXECUTE FUNCTION event_has_the_next_number()"
    )


def downgrade() -> None:
    """There is no way back: what the chain proves would be lost. Restore the copy that was made before."""
    raise NotImplementedError
