"""Migrations on PostgreSQL: one transaction, and a lock that only another migration waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import sqlalchemy as sa

from titus_adapters.postgres.address import parse
from titus_adapters.postgres.failures import connecting
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.sql import migrating

_LOCK = 0x71705
"""The advisory lock's number; it means something only to Titus."""


async def upgrade(settings: PostgresSettings) -> None:
    """Migrate to the newest form."""
    if not await is_at_head(settings):
        # On a thread and a loop of its own: Alembic's import alone would hold up everybody else for most of a second.
        await asyncio.to_thread(asyncio.run, within_migration(settings, migrating.upgrade))


async def is_at_head(settings: PostgresSettings) -> bool:
    """Whether the tables have the newest form."""
    with connecting():
        connection = await _connect(settings)
        try:
            if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
                return False
            found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
            return found == migrating.HEAD
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
    return await asyncpg.connect(dsn=address.dsn, statement_cache_size=0 if address.pooled else 100)
