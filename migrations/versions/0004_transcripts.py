"""Conversations with the AI agent, and which callers were handed over to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NO_CALL = sa.text("call_id IS NULL")


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    instant = sa.DateTime(timezone=True) if on_postgres else sa.BigInteger()
    document = postgresql.JSONB() if on_postgres else sa.Text()
    op.create_table(
        "agent_visits",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("conversation_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_agent_visits")),
    )
    op.create_index("ix_agent_visits_conversation_id", "agent_visits", ["conversation_id"])
    op.create_index("ix_agent_visits_caller_at", "agent_visits", ["caller", "at"])
    op.create_table(
        "transcripts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("heard_at", instant, nullable=False),
        sa.Column("turns", sa.BigInteger(), nullable=False),
        sa.Column("state", document, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcripts")),
    )
    op.create_index("ix_transcripts_call_id", "transcripts", ["call_id"])
    op.create_index(
        "ix_transcripts_unlinked", "transcripts", ["heard_at"], postgresql_where=_NO_CALL, sqlite_where=_NO_CALL
    )


def downgrade() -> None:
    op.drop_table("transcripts")
    op.drop_table("agent_visits")
