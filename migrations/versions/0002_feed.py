"""The feed: events remember which transaction wrote them, so that readers never pass by one that commits late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is stored already was committed before anything that comes: 0. No row is rewritten.
    op.add_column("events", sa.Column("txid", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        # The server fills it in, also for an older Titus that still writes beside a newer one.
        op.execute("ALTER TABLE events ALTER COLUMN txid SET DEFAULT pg_current_xact_id()::text::bigint")
    # On SQLite one writer commits after another, and positions are the order: the index stays empty.
    op.create_index("ix_events_txid_position", "events", ["txid", "position"], sqlite_where=sa.text("txid > 0"))


def downgrade() -> None:
    op.drop_index("ix_events_txid_position", "events")
    op.drop_column("events", "txid")
