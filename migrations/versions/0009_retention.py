"""Which calls have copies of recordings, and which conversations of their sound: what retention looks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default is for an older Titus that still writes beside a newer one.
    for table, column in (("calls", "has_copies"), ("transcripts", "has_audio")):
        op.add_column(table, sa.Column(column, sa.Boolean(), server_default=sa.false(), nullable=False))
    for statement in _told_by_the_state(op.get_bind().dialect.name):
        op.execute(statement)
    for name, table, place, column in (
        ("ix_calls_copies", "calls", "created_at", "has_copies"),
        ("ix_transcripts_audio", "transcripts", "heard_at", "has_audio"),
    ):
        where = {"postgresql_where": sa.text(f"{column} = true"), "sqlite_where": sa.text(f"{column} = 1")}
        op.create_index(name, table, [place], **where)


def _told_by_the_state(dialect: str) -> tuple[str, str]:
    if dialect == "postgresql":
        return (
            "UPDATE calls SET has_copies = true WHERE jsonb_path_exists(state, '$.recordings[*].file ? (@ != null)')",
            "UPDATE transcripts SET has_audio = true WHERE jsonb_typeof(state -> 'audio') = 'object'",
        )
    return (
        "UPDATE calls SET has_copies = 1 WHERE EXISTS (SELECT 1 FROM json_each(state, '$.recordings')"
        " WHERE json_type(value, '$.file') = 'object')",
        "UPDATE transcripts SET has_audio = 1 WHERE json_type(state, '$.audio') = 'object'",
    )


def downgrade() -> None:
    for name, table, column in (
        ("ix_calls_copies", "calls", "has_copies"),
        ("ix_transcripts_audio", "transcripts", "has_audio"),
    ):
        op.drop_index(name, table)
        op.drop_column(table, column)
