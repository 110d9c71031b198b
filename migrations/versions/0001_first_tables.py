"""First tables: accounts, hunt groups, calls, the inbox and the trail."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def utc(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite"), nullable=nullable)


def text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def whole(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def json(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=nullable)


def given(name: str) -> sa.Column[Any]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def counted(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False)


def upgrade() -> None:
    accounts()
    hunt_groups()
    calls()
    inbox()
    events()
    if op.get_bind().dialect.name == "postgresql":
        # One statement carries all writes of a unit of work; this undoes them all when one of them came too late.
        op.execute(
            "CREATE FUNCTION titus_conflict() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$ BEGIN"
            " RAISE EXCEPTION 'titus: a concurrent change won' USING ERRCODE = 'serialization_failure'; END $$"
        )


def accounts() -> None:
    op.create_table(
        "users",
        given("id"),
        text("email"),
        text("name"),
        text("role"),
        text("password_hash"),
        text("job_title"),
        text("phone", nullable=True),
        flag("active"),
        utc("created_at"),
        utc("updated_at"),
        whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table(
        "sessions",
        text("token_hash"),
        whole("user_id"),
        utc("created_at"),
        utc("seen_at"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_index("ix_sessions_created_at", "sessions", ["created_at"])


def hunt_groups() -> None:
    op.create_table(
        "hunt_groups",
        given("id"),
        whole("version"),
        json("state"),
        text("name"),
        text("number", nullable=True),
        flag("active"),
        flag("retired"),
        utc("created_at"),
        utc("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_hunt_groups"),
    )
    serving = sa.text("active AND NOT retired")
    op.create_index(
        "ux_hunt_groups_number",
        "hunt_groups",
        ["number"],
        unique=True,
        postgresql_where=serving,
        sqlite_where=serving,
    )
    op.create_table(
        "group_memory",
        given("group_id"),
        whole("user_id"),
        sa.PrimaryKeyConstraint("group_id", name="pk_group_memory"),
    )
    op.create_table(
        "availability",
        given("user_id"),
        text("presence"),
        utc("changed_at"),
        utc("do_not_disturb_until", nullable=True),
        sa.PrimaryKeyConstraint("user_id", name="pk_availability"),
    )
    op.create_table(
        "availability_log",
        counted("id"),
        whole("user_id"),
        text("presence"),
        utc("started_at"),
        sa.PrimaryKeyConstraint("id", name="pk_availability_log"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_availability_log_user_id_id", "availability_log", ["user_id", "id"])
    op.create_index("ix_availability_log_started_at", "availability_log", ["started_at"])
    op.create_table("heartbeats", given("user_id"), utc("at"), sa.PrimaryKeyConstraint("user_id", name="pk_heartbeats"))
    op.create_table(
        "engagements",
        given("user_id"),
        text("call_id"),
        text("kind"),
        utc("until"),
        sa.PrimaryKeyConstraint("user_id", name="pk_engagements"),
    )
    op.create_table(
        "voice_settings",
        text("name"),
        text("value"),
        utc("updated_at"),
        sa.PrimaryKeyConstraint("name", name="pk_voice_settings"),
    )


def calls() -> None:
    op.create_table(
        "calls",
        counted("number"),
        text("sid"),
        whole("version"),
        json("state"),
        text("direction"),
        text("from_number"),
        text("caller", nullable=True),
        text("to_number"),
        text("participant", nullable=True),
        text("status"),
        text("outcome", nullable=True),
        flag("live"),
        flag("settled"),
        whole("duration", nullable=True),
        whole("answered_by", nullable=True),
        utc("answered_at", nullable=True),
        utc("talk_ended_at", nullable=True),
        utc("ended_at", nullable=True),
        utc("created_at"),
        utc("updated_at"),
        utc("due_at", nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_calls"),
        sa.UniqueConstraint("sid", name="uq_calls_sid"),
        sqlite_autoincrement=True,
    )
    partial_index("ix_calls_due", "calls", ["due_at"], where="due_at IS NOT NULL")
    partial_index("ix_calls_live", "calls", ["number"], where="live = 1", where_on_postgres="live = true")
    for columns in (
        ["caller", "answered_at"],
        ["answered_by", "answered_at"],
        ["outcome", "number"],
        ["from_number", "number"],
        ["created_at"],
    ):
        op.create_index(f"ix_calls_{'_'.join(columns)}", "calls", columns)
    op.create_table(
        "known_callers",
        text("number"),
        text("contact_id"),
        text("name"),
        whole("coordinator", nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_known_callers"),
    )


def inbox() -> None:
    op.create_table(
        "inbox",
        counted("id"),
        text("route"),
        text("key"),
        text("token", nullable=True),
        text("query"),
        text("body"),
        utc("received_at"),
        json("reply", nullable=True),
        text("base_url"),
        flag("reduced"),
        whole("tries"),
        utc("tried_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("route", "key", name="uq_inbox_route_key"),
        sqlite_autoincrement=True,
    )
    partial_index("uq_inbox_token", "inbox", ["route", "token"], where="token IS NOT NULL", unique=True)
    partial_index("ix_inbox_waiting", "inbox", ["id"], where="reduced = 0", where_on_postgres="reduced = false")


def events() -> None:
    op.create_table(
        "events",
        counted("position"),
        text("subject"),
        text("kind"),
        utc("at"),
        text("actor_kind"),
        text("actor_name"),
        whole("actor_id", nullable=True),
        sa.Column("data", sa.Text().with_variant(postgresql.JSON(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_subject_position", "events", ["subject", "position"])


def partial_index(
    name: str,
    table: str,
    columns: list[str],
    *,
    where: str,
    where_on_postgres: str | None = None,
    unique: bool = False,
) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where_on_postgres or where),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION titus_conflict()")
    for table in (
        "events",
        "inbox",
        "known_callers",
        "calls",
        "voice_settings",
        "engagements",
        "heartbeats",
        "availability_log",
        "availability",
        "group_memory",
        "hunt_groups",
        "sessions",
        "users",
    ):
        op.drop_table(table)
