"""A base of one table with 20 fields, as a provider's are, and any number of its rows, the same ones every time."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import asyncpg
import msgspec

from titus_adapters.airtable.metadata import metadata_of
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql.records.migrating import write_revision
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.records.catalogue import Catalogue
from titus_core.records.naming import named
from titus_core.records.setting import NoFormulas

TABLE = "crm_clients"
STATUS = ("Active", "Inactive", "Prospect", "On hold")
_FIELDS = {
    **dict.fromkeys(("First Name", "Last Name", "Suburb", "Street", "NDIS Number", "Reference"), "singleLineText"),
    "Notes": "multilineText",
    "Email": "email",
    "Phone": "phoneNumber",
    "Web": "url",
    **dict.fromkeys(("Hours", "Beds", "Kilometres"), "number"),
    "Rate": "currency",
    **dict.fromkeys(("Born", "Plan End"), "date"),
    **dict.fromkeys(("Seen", "Reviewed"), "dateTime"),
    "Status": "singleSelect",
    "Agreed": "checkbox",
}
_OPTIONS: dict[str, dict[str, Any]] = {
    "number": {"precision": 2},
    "currency": {"precision": 2, "symbol": "$"},
    "dateTime": {"timeZone": "Australia/Brisbane"},
    "singleSelect": {"choices": [{"id": f"selOption{n:08}", "name": name} for n, name in enumerate(STATUS)]},
    "checkbox": {"icon": "check", "color": "greenBright"},
}
_BORN, _SEEN = date(1940, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 20_000


def catalogue() -> Catalogue:
    fields = [
        {"id": f"fldBench{place:09}", "name": name, "type": kind, "options": _OPTIONS.get(kind)}
        for place, (name, kind) in enumerate(_FIELDS.items())
    ]
    table = {"id": "tblBench000000000", "name": "Clients", "primaryFieldId": fields[0]["id"], "fields": fields}
    told = metadata_of(msgspec.json.encode({"tables": [table]}))
    return named("appBench000000000", told.tables, NoFormulas())


def prepare(where: str | Path) -> None:
    """All tables, in an empty database."""
    asyncio.run(_prepare(where))


async def _prepare(where: str | Path) -> None:
    store: Any = (
        SqliteStore(SqliteSettings(where)) if isinstance(where, Path) else PostgresStore(PostgresSettings(where))
    )
    await store.migrate()
    with tempfile.TemporaryDirectory(prefix="titus-bench-") as folder:
        write_revision(Path(folder), catalogue(), "Clients")
        await store.migrate_records(Path(folder))


def fill(where: str | Path, rows: range) -> None:
    """Put these rows there, and have the database know how many there are."""
    if isinstance(where, Path):
        with closing(sqlite3.connect(where, isolation_level=None)) as database:
            marks = ", ".join("?" * (5 + len(_FIELDS)))
            for batch in _batches(rows):
                database.execute("BEGIN")
                told = (tuple(map(_plain, row(number))) for number in batch)
                database.executemany(f"INSERT INTO {TABLE} ({', '.join(columns())}) VALUES ({marks})", told)
                database.execute("COMMIT")
            database.execute("ANALYZE")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        asyncio.run(_copy(where, rows))


async def _copy(where: str, rows: range) -> None:
    connection = await asyncpg.connect(where)
    try:
        for batch in _batches(rows):
            await connection.copy_records_to_table(TABLE, records=map(row, batch), columns=list(columns()))
        await connection.execute(f"VACUUM ANALYZE {TABLE}")
    finally:
        await connection.close()


def _batches(rows: range) -> Iterator[range]:
    for start in rows[::_BATCH]:
        yield range(start, min(start + _BATCH, rows.stop))


def columns() -> tuple[str, ...]:
    (table,) = catalogue().tables
    return (
        "id",
        "version",
        "created_time",
        "modified_time",
        "titus_misfits",
        *(field.column for field in table.fields),
    )


def row(number: int) -> tuple[Any, ...]:
    """As PostgreSQL takes it. A third of what may be empty is."""
    made = _SEEN + timedelta(seconds=number * 7 % 20_000_000)
    mixed = number * 2_654_435_761 % 2**32
    cells: list[Any] = [
        f"Client {number}",
        f"Example-{mixed % 997}",
        f"Suburb {mixed % 61}",
        f"{mixed % 300} Wattle St",
    ]
    cells += [f"430 000 {mixed % 1000:03}", f"R-{number:07}", f"Likes the garden, and walks of {mixed % 90} minutes."]
    cells += [f"client{number}@example.org.au", f"0491 570 {mixed % 1000:03}", f"https://example.org.au/{number}"]
    cells += [
        Decimal(mixed % 4000) / 100,
        Decimal(mixed % 7),
        Decimal(mixed % 90_000) / 10,
        Decimal(mixed % 9000) / 100,
    ]
    cells += [_BORN + timedelta(days=mixed % 25_000), date(2026, 1, 1) + timedelta(days=mixed % 900)]
    cells += [made + timedelta(hours=mixed % 900), made + timedelta(minutes=mixed % 90_000), STATUS[mixed % 4]]
    shown = [cell if place < 2 or (place + number) % 3 else None for place, cell in enumerate(cells)]
    return (f"rec{number:014}", 1, made, made, None, *shown, number % 2 == 0)


def _plain(cell: Any) -> Any:
    """As SQLite keeps it."""
    match cell:
        case datetime():
            return cell.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case date():
            return cell.isoformat()
        case Decimal():
            return float(cell)
        case _:
            return cast("Any", cell)
