"""How providers stand with us; conversations in the order in which they were heard of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    instant = sa.DateTime(timezone=True) if on_postgres else sa.BigInteger()
    op.create_table(
        "standings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("since", instant, nullable=False),
        sa.Column("checked_at", instant, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_standings")),
    )
    op.create_index("ix_transcripts_heard_at_id", "transcripts", ["heard_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_transcripts_heard_at_id", "transcripts")
    op.drop_table("standings")
