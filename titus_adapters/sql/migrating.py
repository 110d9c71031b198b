"""Bringing a database to the newest form of the tables. Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import sqlalchemy as sa

import titus_adapters

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0017"
"""The newest migration, so that a start need not read the migrations to know that there is nothing to do."""

MIGRATIONS = Path(titus_adapters.__file__).parents[1] / "migrations"

ONE_AT_A_TIME = Lock()
"""Alembic keeps what it works on in module globals: two databases migrated at once by one process would be mixed up."""


def current(connection: sa.Connection) -> str | None:
    """The migration that the database is at; None: it is empty."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Migrate inside the transaction that `connection` is in; the caller holds the lock and commits."""
    if current(connection) == HEAD and to in {"head", HEAD}:
        return
    from alembic import command  # 0.7 s that a start without migrations does not pay

    with ONE_AT_A_TIME:
        command.upgrade(_config(connection), to)


def downgrade(connection: sa.Connection, to: str) -> None:
    """Back to an older form; `base`: to nothing."""
    from alembic import command  # see upgrade

    with ONE_AT_A_TIME:
        command.downgrade(_config(connection), to)


def _config(connection: sa.Connection) -> Config:
    from alembic.config import Config  # see upgrade

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
