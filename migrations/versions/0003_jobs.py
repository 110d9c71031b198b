"""Jobs: a table of ours on SQLite, PgQueuer's on PostgreSQL.

PgQueuer makes its own tables, under our names for them. A later release of it that wants others needs a migration that
calls its `upgrade`; `tests/migrations` asks it whether it is content.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        from pgqueuer.adapters.persistence.schema_ddl import render_install  # an extra

        from titus_adapters.postgres.pgqueuer_names import names

        _at_once(render_install(names()))
        return
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_jobs_open", "jobs", ["kind", "subject"], unique=True, sqlite_where=sa.text("state != 'stuck'")
    )
    op.create_index("ix_jobs_due", "jobs", ["due_at"], sqlite_where=sa.text("state = 'waiting'"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        from pgqueuer.adapters.persistence.schema_ddl import render_uninstall

        from titus_adapters.postgres.pgqueuer_names import names

        _at_once(render_uninstall(names()))
        return
    op.drop_table("jobs")


def _at_once(script: str) -> None:
    """Several statements, on the driver itself: SQLAlchemy prepares each one."""
    connection = op.get_bind().connection.dbapi_connection
    assert connection is not None
    connection.run_async(lambda driver: driver.execute(script))
