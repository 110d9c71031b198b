"""Records: which catalogue their tables are of, and the journal of writes. Every table is closed to Supabase's public API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from titus_adapters.sql.records.steps import close_to_the_public

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "record_catalogue",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_record_catalogue")),
    )
    op.create_table(
        "record_writes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True) if on_postgres else sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_writes")),
        sa.UniqueConstraint("actor", "key", name=op.f("uq_record_writes_actor_key")),
    )
    unsettled = sa.text("state IN ('open', 'partly')")
    op.create_index(
        "ix_record_writes_unsettled",
        "record_writes",
        ["at", "id"],
        postgresql_where=unsettled,
        sqlite_where=unsettled,
    )
    if on_postgres:
        close_to_the_public(op.get_bind())


def downgrade() -> None:
    op.drop_table("record_writes")
    op.drop_table("record_catalogue")
