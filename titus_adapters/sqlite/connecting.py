"""Connections to the file: one that writes, a few that read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeAlias

from titus_adapters.sqlite.settings import SqliteSettings

Connect: TypeAlias = Callable[[SqliteSettings], sqlite3.Connection]

# WAL with synchronous=FULL: readers never wait, and what was committed survives a power cut. Begun with an empty log:
# one that was left behind may hold a commit that failed on its way to the disk; what is behind it would go with it.
_WRITING = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "wal_autocheckpoint = 4000",
    "wal_checkpoint(TRUNCATE)",
)
_STATEMENTS_KEPT = 256


def open_writer(settings: SqliteSettings) -> sqlite3.Connection:
    """A connection that writes, made by the thread that will use it."""
    settings.path.parent.mkdir(parents=True, exist_ok=True)
    return ready_to_write(_connect(str(settings.path), settings), settings)


def ready_to_write(connection: sqlite3.Connection, settings: SqliteSettings) -> sqlite3.Connection:
    """The same connection, after whose commits nothing is lost; closed if it cannot be made so."""
    try:
        for pragma in _WRITING:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        [mode] = connection.execute("PRAGMA journal_mode").fetchone()
        if mode != "wal":
            raise sqlite3.OperationalError(f"{settings.path} cannot use a write-ahead log (is it on a network disk?)")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def open_reader(settings: SqliteSettings) -> sqlite3.Connection:
    """A connection that cannot write, for any thread."""
    connection = _connect(f"{settings.path.absolute().as_uri()}?mode=ro", settings, uri=True)
    connection.execute("PRAGMA query_only = ON")
    return connection


def identity(settings: SqliteSettings) -> tuple[int, int] | None:
    """Which file has this name now; None: none. SQLite itself would go on writing into one that was moved away."""
    try:
        found = settings.path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connect(address: str, settings: SqliteSettings, *, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(
        address,
        timeout=settings.busy_seconds,
        isolation_level=None,  # transactions begin and end only where this package says so
        check_same_thread=not uri,
        cached_statements=_STATEMENTS_KEPT,
        uri=uri,
    )
