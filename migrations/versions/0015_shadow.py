"""What two stores of records, side by side, say differently. The table is closed to Supabase's public API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from titus_adapters.sql.records.steps import close_to_the_public

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    instant = sa.DateTime(timezone=True) if on_postgres else sa.BigInteger()
    op.create_table(
        "record_tallies",
        sa.Column("table_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("field_id", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_at", instant, nullable=False),
        sa.Column("last_at", instant, nullable=False),
        sa.Column("records", postgresql.JSONB() if on_postgres else sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("table_id", "what", "field_id", name=op.f("pk_record_tallies")),
    )
    if on_postgres:
        close_to_the_public(op.get_bind())


def downgrade() -> None:
    op.drop_table("record_tallies")
