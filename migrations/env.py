"""Where Alembic meets Titus. The stores hand over a connection; a developer's `alembic` command names a database
with `-x url=…`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import context

import titus_adapters.sql.buffer
import titus_adapters.sql.reader
import titus_adapters.sql.tx  # noqa: F401  # with these, every table
from titus_adapters.sql.metadata import metadata, ours_on
from titus_adapters.sqlite import migrating as sqlite
from titus_adapters.sqlite.settings import SqliteSettings


def run(connection: sa.Connection) -> None:
    """Migrate on this connection, inside the transaction that it is in."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        **ours_on(connection.dialect.name),
    )
    context.run_migrations()


def run_from_the_command_line(url: str) -> None:
    if url.startswith("sqlite:///"):
        with sqlite.migration(SqliteSettings(Path(url.removeprefix("sqlite:///")))) as connection:
            run(connection)
    else:
        from titus_adapters.postgres import migrating as postgres  # asyncpg is an extra
        from titus_adapters.postgres.settings import PostgresSettings

        asyncio.run(postgres.within_migration(PostgresSettings(url), run))


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    run_from_the_command_line(context.get_x_argument(as_dictionary=True)["url"])
