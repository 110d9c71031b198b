"""Migrations on PostgreSQL: one transaction, and a lock that only another migration waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa

from titus_adapters.postgres.address import parse
from titus_adapters.postgres.failures import connecting
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.sql import migrating
from titus_adapters.sql.records import migrating as records

_LOCK = 0x71705
"""The advisory lock's number; it means something only to Titus."""


_FOREIGN = "SELECT coalesce(max(txid), -1) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM events"
"""Whether events name transactions that this server has not begun yet: they were written on another one and restored
here. Nobody would be shown them before this server had counted as far."""


async def upgrade(settings: PostgresSettings) -> None:
    """Migrate to the newest form."""
    if not await is_at_head(settings):
        await _aside(settings, migrating.upgrade)
    if await _asked(settings, _FOREIGN):
        await _aside(settings, _make_at_home)


async def upgrade_records(settings: PostgresSettings, folder: Path) -> None:
    """Migrate the tables of records to the newest revision in the folder."""
    await _aside(settings, lambda connection: records.upgrade(connection, folder))


async def _aside(settings: PostgresSettings, change: Callable[[sa.Connection], None]) -> None:
    """On a thread and a loop of its own: Alembic's import alone would hold up everybody else for most of a second."""
    await asyncio.to_thread(asyncio.run, within_migration(settings, change))


def _make_at_home(connection: sa.Connection) -> None:
    """All of it was committed before anything that comes; one pass over the table, and no dead rows."""
    if connection.scalar(sa.text(_FOREIGN)):
        connection.execute(sa.text("ALTER TABLE events ALTER COLUMN txid TYPE bigint USING 0"))


async def is_at_head(settings: PostgresSettings) -> bool:
    """Whether the tables have the newest form."""
    if await _asked(settings, "SELECT to_regclass('alembic_version')") is None:
        return False
    return bool(await _asked(settings, "SELECT version_num FROM alembic_version") == migrating.HEAD)


async def _asked(settings: PostgresSettings, question: str) -> Any:
    with connecting():
        connection = await _connect(settings)
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()


async def within_migration(settings: PostgresSettings, change: Callable[[sa.Connection], None]) -> None:
    """Run `change` in a transaction that no other migration can enter; it commits if `change` returns."""
    from sqlalchemy.ext.asyncio import create_async_engine  # only migrations need it

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: _connect(settings), poolclass=sa.NullPool
    )
    try:
        with connecting():
            async with engine.begin() as connection:
                await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                await connection.run_sync(change)
    finally:
        await engine.dispose()


async def _connect(settings: PostgresSettings) -> Any:
    """Without the application's limits: a migration may take its time."""
    address = parse(settings.url)
    kept = 0 if address.pooled else 100
    return await asyncpg.connect(dsn=address.dsn, timeout=settings.connect_seconds, statement_cache_size=kept)
