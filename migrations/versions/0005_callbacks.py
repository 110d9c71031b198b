"""What is owed to callers whom nobody served."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_DUE = sa.text("status != 'closed'")


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    instant = sa.DateTime(timezone=True) if on_postgres else sa.BigInteger()
    document = postgresql.JSONB() if on_postgres else sa.Text()
    number = sa.BigInteger() if on_postgres else sa.Integer()
    op.create_table(
        "callbacks",
        sa.Column("number", number, sa.Identity(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("called_at", instant, nullable=False),
        sa.Column("state", document, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("call_id", name=op.f("uq_callbacks_call_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_callbacks_due", "callbacks", ["number"], postgresql_where=_DUE, sqlite_where=_DUE)
    op.create_index("ix_callbacks_caller_called_at", "callbacks", ["caller", "called_at"])


def downgrade() -> None:
    op.drop_table("callbacks")
