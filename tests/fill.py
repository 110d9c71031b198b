"""`fill(where, calls)`: a database as after years of work, in minutes.

`where` is a PostgreSQL URL or the path of an SQLite file; `calls` calls are added to it, and its tables and a small
group of three people if it has none. The rows are Titus's own: a few calls are played over signed HTTP
(`tests.sample_calls`), and then copied by the database itself, each copy with ids, caller (10,000 numbers) and hour
(40 calls an hour, the newest an hour ago) of its own. Calls, events and inbox agree with one another; of many calls,
only the newest 100,000 have events and inbox, which take six times the room. The newest 50 calls (of few: every
twentieth) are live.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg

from tests.journeys.stage import CALLER
from tests.sample_calls import LIVE, TABLES, Row, played, staff_and_group
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore

AT_ONCE = 20_000
"""Calls to a transaction."""

TRAILS = 100_000
"""How many of the newest calls have their events and webhooks too."""

_COUNTED = {"calls": "number", "events": "position", "inbox": "id"}
_TIMES = frozenset(
    {"at", "answered_at", "talk_ended_at", "ended_at", "created_at", "updated_at", "due_at", "received_at", "tried_at"}
)
_TRUTHS = frozenset({"live", "settled", "reduced"})
_JSON = {"state": "jsonb", "reply": "jsonb", "data": "json"}

_OWN = "########"
_SID = re.compile(r"((?:CA|RE)[0-9a-f]{24})[0-9a-f]{8}")
_TOKEN = re.compile(r"^[0-9a-f]{8}(?=-[0-9a-f]{4}-)")
_PLAYED = datetime(2026, 11, 23, 1, tzinfo=UTC)
_HOUR = f"{_PLAYED:%Y-%m-%dT%H}"


class Copies(NamedTuple):
    """The copies numbered `first` to `last`, of which those after `settled` are live; `newest` is an hour ago."""

    first: int
    last: int
    settled: int
    newest: int

    @property
    def tables(self) -> tuple[str, ...]:
        return TABLES if self.last > self.newest - TRAILS else ("calls",)

    @property
    def sample(self) -> str:
        return f"CASE WHEN n > {self.settled} THEN {LIVE} ELSE n % {LIVE} END"

    @property
    def hours(self) -> str:
        """How many hours later than its sample a copy is."""
        now = (datetime.now(UTC) - _PLAYED) // timedelta(hours=1) - 1
        return f"{now} - ({self.newest} - n) / 40"


def fill(where: str | Path, calls: int) -> None:
    """Add so many calls; see above."""
    work = _fill_postgres if "://" in str(where) else _fill_sqlite
    # On a thread of its own: it works whether or not a loop runs here.
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        rows = thread.submit(played, Path(folder)).result()
        thread.submit(asyncio.run, work(str(where), [_marked(row) for row in rows], calls)).result()


def _marked(row: Row) -> Row:
    """What each copy has of its own, marked: the last eight digits of every id, so that ids keep their order."""
    marked = {
        name: _TOKEN.sub(_OWN, _SID.sub(rf"\1{_OWN}", value)) if isinstance(value, str) else value
        for name, value in row.values.items()
        if name != _COUNTED[row.table]
    }
    return row._replace(values=marked)


def _in_batches(before: int, calls: int) -> Iterator[Copies]:
    newest = before + calls
    for first in range(before + 1, newest + 1, AT_ONCE):
        yield Copies(first, min(first + AT_ONCE - 1, newest), newest - min(50, calls // 20), newest)


def _columns(rows: list[Row]) -> list[str]:
    """Those that say anything."""
    return [name for name in rows[0].values if any(row.values[name] is not None for row in rows)]


def _own_text(column: str, rows: list[Row]) -> str:
    """The column in the copy: with the copy's ids, caller and hour, where its samples have such."""
    text = f"t.{column}"
    for mark, own in ((_OWN, "c.own"), (CALLER.removeprefix("+"), "c.caller"), (_HOUR, "c.hour")):
        if any(mark in str(row.values[column]) for row in rows):
            text = f"replace({text}, '{mark}', {own})"
    return text


# --- SQLite ---------------------------------------------------------------------------------------------------------


async def _fill_sqlite(path: str, rows: list[Row], calls: int) -> None:
    store = SqliteStore(SqliteSettings(Path(path)))
    await store.migrate()
    async with store:
        if not await store.reader.groups():
            await staff_and_group(store)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        before = database.execute("SELECT coalesce(max(number), 0) FROM calls").fetchone()[0]
        copying = {table: _sqlite_copying(database, table, [r for r in rows if r.table == table]) for table in TABLES}
        for copies in _in_batches(before, calls):
            database.execute("BEGIN")
            for table in copies.tables:
                database.execute(_sqlite_numbers(copies) + copying[table])
            database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sqlite_copying(database: sqlite3.Connection, table: str, rows: list[Row]) -> str:
    columns = _columns(rows)
    database.execute(
        f"CREATE TEMP TABLE sample_{table} (sample, row, {', '.join(columns)}, PRIMARY KEY (sample, row)) WITHOUT ROWID"
    )
    values = [
        (row.sample, place, *(_postgres_value(name, row.values[name]) for name in columns))
        for place, row in enumerate(rows)
    ]
    database.executemany(f"INSERT INTO sample_{table} VALUES ({', '.join('?' * (len(columns) + 2))})", values)  # noqa: S608
    copied = ", ".join(
        f"t.{name} + c.later * 3600000000" if name in _TIMES else _own_text(name, rows) for name in columns
    )
    # CROSS JOIN keeps SQLite's order: copy by copy.
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {copied} FROM c CROSS JOIN sample_{table} t USING (sample)"  # noqa: S608
    )


def _sqlite_numbers(copies: Copies) -> str:
    return f"""
        WITH RECURSIVE numbers(n) AS (
            SELECT {copies.first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {copies.last}
        ), c AS MATERIALIZED (
            SELECT {copies.sample} AS sample, {copies.hours} AS later, printf('%08x', n) AS own,
                '61' || substr('2378', n % 4 + 1, 1) || '5550' || printf('%04d', n / 4 % 2500) AS caller,
                strftime('%Y-%m-%dT%H', '{_HOUR}:00', ({copies.hours}) || ' hours') AS hour
            FROM numbers
        ) """  # noqa: S608


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


async def _fill_postgres(url: str, rows: list[Row], calls: int) -> None:
    store = PostgresStore(PostgresSettings(url))
    await store.migrate()
    async with store:
        if not await store.reader.groups():
            await staff_and_group(store)
    database = await asyncpg.connect(url)
    try:
        await database.execute("SET synchronous_commit = off")
        before = await database.fetchval("SELECT coalesce(max(number), 0) FROM calls")
        copying = {
            table: await _postgres_copying(database, table, [r for r in rows if r.table == table]) for table in TABLES
        }
        for copies in _in_batches(before, calls):
            async with database.transaction():
                for table in copies.tables:
                    await database.execute(copying[table].format(numbers=_postgres_numbers(copies)))
        await database.execute("ANALYZE")
    finally:
        await database.close()


async def _postgres_copying(database: Any, table: str, rows: list[Row]) -> str:
    columns = _columns(rows)
    kinds = ", ".join(f"{name} {_postgres_kind(name, [row.values[name] for row in rows])}" for name in columns)
    await database.execute(f"CREATE TEMP TABLE sample_{table} (sample int, row int, {kinds})")
    values = [
        (row.sample, place, *(_postgres_value(name, row.values[name]) for name in columns))
        for place, row in enumerate(rows)
    ]
    await database.copy_records_to_table(f"sample_{table}", records=values)
    copied = ", ".join(_postgres_column(name, rows) for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {copied} FROM {{numbers}} CROSS JOIN LATERAL"  # noqa: S608
        f" (SELECT * FROM sample_{table} t WHERE t.sample = c.sample ORDER BY row) t"
    )


def _postgres_column(name: str, rows: list[Row]) -> str:
    if name in _TIMES:
        return f"'epoch'::timestamptz + t.{name} * interval '1 us' + c.later * interval '1 hour'"
    if name in _TRUTHS:
        return f"t.{name} = 1"
    return f"{_own_text(name, rows)}::{_JSON[name]}" if name in _JSON else _own_text(name, rows)


def _postgres_numbers(copies: Copies) -> str:
    return f"""(
        SELECT {copies.sample} AS sample, {copies.hours} AS later, lpad(to_hex(n), 8, '0') AS own,
            '61' || substr('2378', n % 4 + 1, 1) || '5550' || lpad((n / 4 % 2500)::text, 4, '0') AS caller,
            to_char('{_HOUR}:00'::timestamp + ({copies.hours}) * interval '1 hour', 'YYYY-MM-DD"T"HH24') AS hour
        FROM generate_series({copies.first}, {copies.last}) n
    ) c"""  # noqa: S608


def _postgres_value(name: str, value: Any) -> Any:
    """The sample's stores know no truth values, only numbers."""
    return bool(value) if name.startswith("has_") else value


def _postgres_kind(name: str, values: list[object]) -> str:
    if name.startswith("has_"):
        return "boolean"
    return "bigint" if any(isinstance(value, int) for value in values) else "text"
