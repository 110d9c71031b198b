"""Callers: several may have one number, and each is known by the record that tells of them. What the table held was a
copy, which is made again within minutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from titus_adapters.sql.records.steps import close_to_the_public

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("known_callers")
    op.create_table(
        "known_callers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("coordinator", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", "contact_id", name=op.f("pk_known_callers")),
    )
    op.create_index("ix_known_callers_contact_id", "known_callers", ["contact_id"])
    if op.get_bind().dialect.name == "postgresql":
        close_to_the_public(op.get_bind())


def downgrade() -> None:
    op.drop_table("known_callers")
    op.create_table(
        "known_callers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("coordinator", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_known_callers")),
    )
    if op.get_bind().dialect.name == "postgresql":
        close_to_the_public(op.get_bind())
