"""The calls that we were asked to place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    instant = sa.DateTime(timezone=True) if on_postgres else sa.BigInteger()
    document = postgresql.JSONB() if on_postgres else sa.Text()
    op.create_table(
        "dial_requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("placed_by", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("requested_at", instant, nullable=False),
        sa.Column("state", document, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dial_requests")),
        sa.UniqueConstraint("placed_by", "key", name=op.f("uq_dial_requests_placed_by_key")),
    )
    op.create_index("ix_dial_requests_call_id", "dial_requests", ["call_id"])
    op.create_index("ix_dial_requests_status_requested_at", "dial_requests", ["status", "requested_at"])
    op.create_index("ix_dial_requests_requested_at", "dial_requests", ["requested_at"])


def downgrade() -> None:
    op.drop_table("dial_requests")
