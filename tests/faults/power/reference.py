"""What should be stored: the same units of work, one after another, on a database that nothing ever happens to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

from tests.faults.power.workload import Unit
from titus_adapters.sql.records.schema import RecordSchema
from titus_adapters.sqlite.job import TRIES
from titus_adapters.sqlite.session import run
from titus_core.jobs.model import nothing
from titus_core.kernel.errors import Conflict

Picture: TypeAlias = dict[str, list[Any]]
"""Every row of every table."""


class Reference:
    """Begins as the file that has these bytes."""

    def __init__(self, template: bytes) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.deserialize(_without_log(template))

    def apply(self, unit: Unit) -> None:
        """What a store does with it; what fails stores nothing."""
        for _ in range(TRIES):
            self._connection.execute("BEGIN")
            try:
                run(self._connection, nothing, RecordSchema(), unit.work, unit.command)
            except Exception as error:  # noqa: BLE001  # whatever it is, the unit of work has come to nothing
                self._connection.execute("ROLLBACK")
                if not isinstance(error, Conflict):
                    return
            else:
                self._connection.execute("COMMIT")
                return

    def differs_from(self, found: Picture) -> list[str]:
        """In what, table by table."""
        ours = picture(self._connection)
        return [
            f"{table}: {len(found.get(table, ()))} rows, {len(rows)} were expected"
            for table, rows in ours.items()
            if rows != found.get(table)
        ]

    def close(self) -> None:
        self._connection.close()


def picture(connection: sqlite3.Connection) -> Picture:
    names = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return {
        name: connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608  # a name of our own
        for (name,) in connection.execute(names).fetchall()
    }


def stored(file: Path) -> Picture:
    """Of a file that nobody uses; raises `AssertionError` if SQLite finds it damaged."""
    with closing(sqlite3.connect(file)) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchall()
        assert verdict == [("ok",)], verdict
        return picture(connection)


def _without_log(file: bytes) -> bytes:
    """A database in memory cannot have a write-ahead log: bytes 18 and 19 of its header say whether it has one."""
    return file[:18] + bytes([1, 1]) + file[20:]
