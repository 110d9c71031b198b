"""Connections to the file: one that writes, a few that read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeAlias

from titus_adapters.sql.records.elements import give_holds
from titus_adapters.sql.records.folded import give_fold
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
_WAIT_FOR_NOBODY = "PRAGMA busy_timeout = 0"
_STATEMENTS_KEPT = 256


def open_writer(settings: SqliteSettings) -> sqlite3.Connection:
    """A connection that writes. It waits for no other program, except in `wait_for_others`."""
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
        connection.execute(_WAIT_FOR_NOBODY)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def open_reader(settings: SqliteSettings) -> sqlite3.Connection:
    """A connection that cannot write, for any thread."""
    connection = _connect(f"{settings.path.absolute().as_uri()}?mode=ro", settings, uri=True)
    connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def wait_for_others(connection: sqlite3.Connection, settings: SqliteSettings) -> Iterator[None]:
    """In this block, a lock that another program holds is waited for."""
    connection.execute(f"PRAGMA busy_timeout = {int(settings.busy_seconds * 1000)}")
    try:
        yield
    finally:
        with suppress(sqlite3.Error):
            connection.execute(_WAIT_FOR_NOBODY)


def identity(settings: SqliteSettings) -> tuple[int, int] | None:
    """Which file has this name now; None: none. SQLite itself would go on writing into one that was moved away."""
    try:
        found = settings.path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connect(address: str, settings: SqliteSettings, *, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address,
        timeout=settings.busy_seconds,
        isolation_level=None,  # transactions begin and end only where this package says so
        check_same_thread=False,  # who has it is not left to chance: see `Writer` and `Readers`
        cached_statements=_STATEMENTS_KEPT,
        uri=uri,
    )
    give_fold(connection)
    give_holds(connection)
    return connection
