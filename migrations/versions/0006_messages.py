"""Text messages, who wants none, and calls by the number that was dialled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    instant = sa.DateTime(timezone=True) if on_postgres else sa.BigInteger()
    document = postgresql.JSONB() if on_postgres else sa.Text()
    number = sa.BigInteger() if on_postgres else sa.Integer()
    flag = sa.Boolean()
    op.create_table(
        "messages",
        sa.Column("number", number, sa.Identity(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("state", document, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_messages")),
        sa.UniqueConstraint("id", name=op.f("uq_messages_id")),
        sqlite_autoincrement=True,
    )
    for columns in (["provider_id"], ["party", "number"], ["status", "number"]):
        op.create_index(f"ix_messages_{'_'.join(columns)}", "messages", columns)
    op.create_table(
        "opt_outs",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("stopped", flag, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_opt_outs")),
    )
    op.create_index("ix_calls_to_number_number", "calls", ["to_number", "number"])


def downgrade() -> None:
    op.drop_index("ix_calls_to_number_number", "calls")
    op.drop_table("opt_outs")
    op.drop_table("messages")
