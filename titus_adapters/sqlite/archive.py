"""Copies of the whole file, made and brought back while others read and write it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from titus_adapters.sqlite.claiming import Claim
from titus_adapters.sqlite.connecting import open_reader, open_writer
from titus_adapters.sqlite.failures import in_our_words
from titus_adapters.sqlite.settings import SqliteSettings
from titus_core.kernel.errors import Unavailable

_PATIENCE = 60.0
"""Seconds to wait for a transaction under way."""


class SqliteArchive:
    """SQLite's online backup, both ways: each is one consistent state, whatever is written meanwhile."""

    def __init__(self, settings: SqliteSettings) -> None:
        self._settings = msgspec.structs.replace(settings, busy_seconds=_PATIENCE)

    def holds_data(self) -> bool:
        """Whether a Titus lives in the file already."""
        if not self._settings.path.exists():
            return False
        with _in_our_words(), closing(open_reader(self._settings)) as connection:
            return _is_titus(connection)

    def write(self, file: Path) -> None:
        """Copy everything into `file`, which is one whole file afterwards; raises `Unavailable`."""
        with _in_our_words(), closing(open_reader(self._settings)) as here, closing(sqlite3.connect(file)) as copy:
            here.backup(copy)  # in one step: readers of a write-ahead log hold nobody up, and see one moment
            copy.execute("PRAGMA journal_mode = DELETE")  # else a copy on a read-only disk could not be opened
            _check(copy, file)

    def read(self, file: Path) -> None:
        """Replace what the store holds with the copy, or leave it as it was and raise `Unavailable`. A server that
        uses the store must be stopped."""
        claim = Claim(self._settings.path)
        claim.take()
        try:
            with _in_our_words(), closing(_open_copy(file)) as copy, closing(open_writer(self._settings)) as here:
                _check(copy, file)
                copy.backup(here)  # a transaction like any other: all of it, or nothing
        finally:
            claim.release()


def _open_copy(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _check(copy: sqlite3.Connection, file: Path) -> None:
    try:
        [said] = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if said == "ok" and _is_titus(copy):
            return
    except sqlite3.DatabaseError as error:
        said = str(error)
    raise Unavailable(f"{file} is no whole copy of a Titus on SQLite{'' if said == 'ok' else f': {said}'}")


def _is_titus(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()
    return found is not None


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise in_our_words(error) from error
