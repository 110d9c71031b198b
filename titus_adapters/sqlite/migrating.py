"""Migrations on SQLite: one transaction that holds the write lock from the first look to the last change."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import sqlalchemy as sa

from titus_adapters.sql import migrating
from titus_adapters.sql.records import migrating as records
from titus_adapters.sqlite.connecting import open_reader, open_writer
from titus_adapters.sqlite.failures import in_our_words
from titus_adapters.sqlite.settings import SqliteSettings

_PATIENCE = 60.0
"""Seconds to wait for another process that migrates."""


def upgrade(settings: SqliteSettings) -> None:
    """Migrate the file to the newest form, creating it if need be."""
    with migration(settings) as connection:
        migrating.upgrade(connection)


def upgrade_records(settings: SqliteSettings, folder: Path) -> None:
    """Migrate the tables of records to the newest revision in the folder."""
    with migration(settings) as connection:
        records.upgrade(connection, folder)


def is_at_head(settings: SqliteSettings) -> bool:
    """Whether the file has the newest form. A file that is not there is not created."""
    if not settings.path.exists():
        return False
    with _connected(lambda: open_reader(settings)) as engine, engine.connect() as connection:
        return migrating.current(connection) == migrating.HEAD


@contextmanager
def migration(settings: SqliteSettings) -> Iterator[sa.Connection]:
    """A connection in a transaction that no other writer can enter."""
    patient = msgspec.structs.replace(settings, busy_seconds=_PATIENCE)
    with _alone(settings.path.parent), _connected(lambda: open_writer(patient)) as engine:
        # sqlite3 of Python 3.11 commits before DDL unless transactions are begun by hand.
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        with engine.begin() as connection:
            yield connection


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """SQLite's own locks do not cover the moment in which a new file gets its write-ahead log."""
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


@contextmanager
def _connected(connect: Callable[[], sqlite3.Connection]) -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool)
    try:
        yield engine
    except sa.exc.DBAPIError as error:
        raise in_our_words(error.orig or error) from error
    except sqlite3.Error as error:
        raise in_our_words(error) from error
    finally:
        engine.dispose()
