"""apsw's connection in the manner of sqlite3's, as far as the SQLite store uses it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import apsw

from tests.faults.power.vfs import PowerVfs

_CHECKPOINT = "PRAGMA wal_autocheckpoint = "


class ApswConnection:
    """`checkpoint_at`: copy the log into the file when it has so many pages; None: as it is told by PRAGMA."""

    def __init__(self, path: Path, vfs: PowerVfs, *, checkpoint_at: int | None = None) -> None:
        with _in_words_of_sqlite3():
            self._real = apsw.Connection(str(path), vfs=vfs.name)
        self._disk = vfs.disk
        self._given, self._checkpoint_at = checkpoint_at, checkpoint_at or 1000
        self._real.set_wal_hook(self._committed)
        self._pages = 0

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        if self._disk.off:
            raise sqlite3.OperationalError("a machine without power executes nothing")
        if sql.startswith(_CHECKPOINT):
            self._checkpoint_at = self._given or int(sql.removeprefix(_CHECKPOINT))
            return Rows([], -1)
        with _in_words_of_sqlite3():
            found = self._real.execute(sql, tuple(parameters)).fetchall()
            rows = Rows(found, self._real.changes())
        self._checkpoint()
        return rows

    @property
    def in_transaction(self) -> bool:
        return self._real.in_transaction

    def close(self) -> None:
        """Like sqlite3, which does not tell what went wrong while it closed."""
        with suppress(apsw.Error):
            self._real.close()

    def as_sqlite3(self) -> sqlite3.Connection:
        return cast(sqlite3.Connection, self)

    def _committed(self, connection: apsw.Connection, name: str, pages: int) -> int:
        self._pages = pages
        return apsw.SQLITE_OK

    def _checkpoint(self) -> None:
        """What SQLite does by itself behind a commit, and does not speak of if it fails. apsw would."""
        if self._pages >= self._checkpoint_at:
            self._pages = 0
            with suppress(apsw.Error):
                self._real.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)


class Rows:
    """A cursor with everything fetched."""

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = iter(rows)
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)


@contextmanager
def _in_words_of_sqlite3() -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as error:
        raise sqlite3.IntegrityError(str(error)) from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise sqlite3.DatabaseError(str(error)) from error
    except apsw.Error as error:
        raise sqlite3.OperationalError(str(error)) from error
