"""Stores that lose what they acknowledged: the harness must find them out."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from tests.faults.power.connection import ApswConnection, Rows
from tests.faults.power.life import as_titus_does
from titus_adapters.sqlite.settings import SqliteSettings


def without_full_sync(connection: ApswConnection, settings: SqliteSettings) -> sqlite3.Connection:
    """In a write-ahead log, NORMAL does not wait for the disk at a commit."""
    prepared = as_titus_does(connection, settings)
    prepared.execute("PRAGMA synchronous = NORMAL")
    return prepared


def without_any_sync(connection: ApswConnection, settings: SqliteSettings) -> sqlite3.Connection:
    prepared = as_titus_does(connection, settings)
    prepared.execute("PRAGMA synchronous = OFF")
    return prepared


def before_the_commit(connection: ApswConnection, settings: SqliteSettings) -> sqlite3.Connection:
    """Says that it has committed, and does so when it is asked for the next transaction."""
    return as_titus_does(_Hasty(connection), settings)


def without_savepoints(connection: ApswConnection, settings: SqliteSettings) -> sqlite3.Connection:
    """Does not take back what a unit of work wrote before it met a conflict."""
    return as_titus_does(_Untidy(connection), settings)


class _Wrapped(ApswConnection):
    def __init__(self, inner: ApswConnection) -> None:
        self._inner = inner

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        return self._inner.execute(sql, parameters)

    @property
    def in_transaction(self) -> bool:
        return self._inner.in_transaction

    def close(self) -> None:
        self._inner.close()


class _Hasty(_Wrapped):
    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        if sql == "COMMIT":
            return Rows([], -1)
        if sql == "BEGIN IMMEDIATE" and self.in_transaction:
            super().execute("COMMIT")
        return super().execute(sql, parameters)


class _Untidy(_Wrapped):
    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        return Rows([], -1) if sql.startswith("ROLLBACK TO") else super().execute(sql, parameters)
