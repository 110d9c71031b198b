"""Where the provider's own alerts stand in the trail: gaps look for those of the last day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ALERTS = sa.text("kind = 'provider.alerted'")


def upgrade() -> None:
    op.create_index("ix_events_alerts", "events", ["at"], postgresql_where=_ALERTS, sqlite_where=_ALERTS)


def downgrade() -> None:
    op.drop_index("ix_events_alerts", "events")
