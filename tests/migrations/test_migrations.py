"""The migrations make the tables that the stores use, on both databases, and undo them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import titus_adapters.sql.buffer
import titus_adapters.sql.reader
import titus_adapters.sql.tx  # noqa: F401  # with these, every table
from titus_adapters.postgres import migrating as on_postgres
from titus_adapters.postgres import pgqueuer_names
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql import migrating
from titus_adapters.sql.metadata import metadata, ours_on, tables_on
from titus_adapters.sqlite import migrating as on_sqlite
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore

Within: TypeAlias = Callable[[Callable[[sa.Connection], Any]], Awaitable[None]]


@pytest.fixture
def sqlite_file(tmp_path: Path) -> SqliteSettings:
    return SqliteSettings(tmp_path / "new" / "titus.db")


@pytest.fixture(params=["sqlite", "postgres"])
def within(request: pytest.FixtureRequest) -> Within:
    """Do something in a migration's transaction, on an empty database of each kind."""
    if request.param == "sqlite":
        settings: SqliteSettings = request.getfixturevalue("sqlite_file")

        async def on_the_file(change: Callable[[sa.Connection], Any]) -> None:
            with on_sqlite.migration(settings) as connection:
                change(connection)

        return on_the_file
    server = PostgresSettings(request.getfixturevalue("empty_postgres_url"))

    async def on_the_server(change: Callable[[sa.Connection], Any]) -> None:
        await on_postgres.within_migration(server, change)

    return on_the_server


@pytest.fixture(params=["sqlite", "postgres"])
def new_store(request: pytest.FixtureRequest) -> Callable[[], SqliteStore | PostgresStore]:
    """Stores on one empty database."""
    if request.param == "sqlite":
        settings: SqliteSettings = request.getfixturevalue("sqlite_file")
        return lambda: SqliteStore(settings)
    url: str = request.getfixturevalue("empty_postgres_url")
    return lambda: PostgresStore(PostgresSettings(url))


def _shape(connection: sa.Connection) -> Any:
    """Every table with its columns, keys and indexes, as the database itself tells it."""
    asked = sa.inspect(connection)
    return {
        table: (
            [{**column, "type": str(column["type"])} for column in asked.get_columns(table)],
            asked.get_pk_constraint(table),
            sorted(asked.get_unique_constraints(table), key=str),
            sorted(map(_index, asked.get_indexes(table)), key=str),
        )
        for table in asked.get_table_names()
        if table != "alembic_version" and table not in pgqueuer_names.TABLES
    }


def _index(index: Any) -> Any:
    """A condition is a clause, equal only to itself; its text is what counts."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def test_numbers_are_never_given_twice(sqlite_file: SqliteSettings) -> None:
    with on_sqlite.migration(sqlite_file) as connection:
        migrating.upgrade(connection)
        counting = connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
        assert set(counting) == {"calls", "callbacks", "messages", "inbox", "events", "availability_log", "jobs"}


async def test_up_down_and_up_again(within: Within) -> None:
    shapes: list[Any] = []
    for step in (
        migrating.upgrade,
        lambda connection: migrating.downgrade(connection, "base"),
        migrating.upgrade,
    ):
        await within(step)
        await within(lambda connection: shapes.append(_shape(connection)))
    up, down, up_again = shapes
    assert down == {}
    assert up == up_again
    await within(lambda connection: shapes.append(connection.dialect.name))
    assert set(up) == {table.name for table in tables_on(shapes[-1])}


async def test_the_migrations_make_the_tables_of_the_code(within: Within) -> None:
    shapes: list[Any] = []
    differences: list[Any] = []

    def compare(connection: sa.Connection) -> None:
        chosen = ours_on(connection.dialect.name)
        differences.extend(compare_metadata(MigrationContext.configure(connection, opts=chosen), metadata))
        shapes.append(_shape(connection))

    await within(migrating.upgrade)
    await within(compare)
    await within(lambda connection: migrating.downgrade(connection, "base"))
    await within(lambda connection: metadata.create_all(connection, tables_on(connection.dialect.name)))
    await within(lambda connection: shapes.append(_shape(connection)))
    assert differences == []
    assert shapes[0] == shapes[1]


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    assert ScriptDirectory(str(migrating.MIGRATIONS)).get_current_head() == migrating.HEAD


async def test_a_new_database_is_brought_up_to_date(new_store: Callable[[], SqliteStore | PostgresStore]) -> None:
    store = new_store()
    assert not await store.is_migrated()
    await store.migrate()
    assert await store.is_migrated()
    async with store:
        await store.ping()
        assert await store.reader.live() == ()


async def test_two_processes_may_migrate_at_once(new_store: Callable[[], SqliteStore | PostgresStore]) -> None:
    await asyncio.gather(*(new_store().migrate() for _ in range(3)))
    assert await new_store().is_migrated()


async def test_a_migration_that_fails_leaves_nothing_behind(within: Within) -> None:
    def fail(connection: sa.Connection) -> None:
        migrating.upgrade(connection)
        raise ZeroDivisionError

    shapes: list[Any] = []
    with pytest.raises(ZeroDivisionError):
        await within(fail)
    await within(lambda connection: shapes.append(sa.inspect(connection).get_table_names()))
    assert shapes == [[]]


def test_migrations_are_found_from_any_directory(tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib, titus_adapters.sqlite.store as s;"
        "asyncio.run(s.SqliteStore(s.SqliteSettings(pathlib.Path('here.db'))).migrate())"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
    assert (tmp_path / "here.db").exists()


def test_a_start_without_migrations_does_not_import_alembic(tmp_path: Path) -> None:
    """It would cost most of a second."""
    program = (
        "import sys, titus_adapters.sqlite.store, titus_adapters.postgres.store;"
        "sys.exit('alembic' in sys.modules or 'sqlalchemy.ext.asyncio' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


def test_a_developer_can_use_alembics_own_command(sqlite_file: SqliteSettings) -> None:
    command = [sys.executable, "-m", "alembic", "-x", f"url=sqlite:///{sqlite_file.path}"]
    subprocess.run([*command, "upgrade", "head"], cwd=migrating.MIGRATIONS.parent, check=True)
    subprocess.run([*command, "check"], cwd=migrating.MIGRATIONS.parent, check=True)


async def test_pgqueuer_is_content_with_its_tables(empty_postgres_url: str) -> None:
    from pgqueuer import Queries
    from pgqueuer.adapters.persistence import qb
    from pgqueuer.db import AsyncpgDriver

    await PostgresStore(PostgresSettings(empty_postgres_url)).migrate()
    settings = pgqueuer_names.names()
    connection = await asyncpg.connect(empty_postgres_url)
    try:
        queries = Queries(
            AsyncpgDriver(connection),
            qb.QueryBuilderEnvironment(settings),
            qb.QueryQueueBuilder(settings),
            qb.QuerySchedulerBuilder(settings),
        )
        plan = await queries.plan_upgrade()
        assert not plan.statements
    finally:
        await connection.close()
