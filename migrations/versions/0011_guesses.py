"""Of one call, at most one conversation is tied to it by number and time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("transcripts", sa.Column("guessed", sa.Boolean(), server_default=sa.false(), nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        told, yes = "state ->> 'link'", "true"
    else:
        told, yes = "json_extract(state, '$.link')", "1"
    # Of several that an older Titus tied to one call the first one stays a guess.
    op.execute(
        f"UPDATE transcripts SET guessed = {yes} WHERE {told} = 'number_and_time' AND NOT EXISTS ("
        f"SELECT 1 FROM transcripts AS o WHERE o.call_id = transcripts.call_id AND o.id < transcripts.id"
        f" AND {told.replace('state', 'o.state')} = 'number_and_time')"
    )
    where = {"postgresql_where": sa.text("guessed = true"), "sqlite_where": sa.text("guessed = 1")}
    op.create_index("uq_transcripts_guessed", "transcripts", ["call_id"], unique=True, **where)


def downgrade() -> None:
    op.drop_index("uq_transcripts_guessed", "transcripts")
    op.drop_column("transcripts", "guessed")
