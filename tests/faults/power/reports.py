"""A small program that stores report after report and tells of each that is stored: `caller number instant`, a line
each, the instant in nanoseconds of the machine's monotonic clock.

python -m tests.faults.power.reports postgresql://… | /path/of/a/file [careless]
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.connecting import open_writer
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.calls.delivering import Incoming
from titus_core.calls.events import LegReported
from titus_core.calls.history import AnyCallEvent, fold
from titus_core.calls.model import CallStatus
from titus_core.calls.note_report import NoteReport, Report
from titus_core.calls.ports import Delivery
from titus_core.kernel.clock import EPOCH
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, LegId

CALLERS = 8


def store_of(database: str, *, careless: bool = False) -> Any:
    """`careless`: one that does not wait for the disk (SQLite; a server of PostgreSQL decides for itself)."""
    if database.startswith("postgresql:"):
        return PostgresStore(PostgresSettings(database))
    return SqliteStore(SqliteSettings(Path(database)), connect=_hurried if careless else open_writer)


def _hurried(settings: SqliteSettings) -> sqlite3.Connection:
    connection = open_writer(settings)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def report(caller: int, number: int) -> Incoming[Report]:
    """The so-manieth of this caller: one more leg, one more event, one more delivery."""
    leg = LegReported(call_id=_call(caller), leg_id=LegId(f"{caller}-{number}"), status=CallStatus.BUSY, address="x")
    at = EPOCH + timedelta(seconds=number)
    delivery = Delivery(route="status", key=leg.leg_id, token=None, query="", body="x" * 500, received_at=at)
    return Incoming(leg, delivery, "https://titus.example")


def _call(caller: int) -> CallId:
    return CallId(f"CA{caller}")


async def main(database: str, *, careless: bool) -> None:
    async with store_of(database, careless=careless) as store:
        note = NoteReport(store)

        async def tell(caller: int, number: int) -> None:
            with suppress(Unavailable):
                while True:
                    await note(report(caller, number))
                    os.write(1, f"{caller} {number} {time.monotonic_ns()}\n".encode())
                    number += 1

        begins = {caller: await _known(store, caller) + 1 for caller in range(CALLERS)}
        await asyncio.gather(*(tell(caller, number) for caller, number in begins.items()))


async def _known(store: Any, caller: int) -> int:
    return len(await store.reader.events(_call(caller)))


async def lost(store: Any, told: Mapping[int, int]) -> list[str]:
    """What is not as it must be if so many reports of each caller were told of: all of them are there, and each that
    is there is whole."""
    found = []
    for caller in range(CALLERS):
        call_id, sure = _call(caller), told.get(caller, 0)
        call = await store.reader.call(call_id)
        recorded = await store.reader.events(call_id)
        events = [(msgspec.json.decode(event.data, type=AnyCallEvent), event.at) for event in recorded]
        folded = fold(events)
        if len(events) < sure:
            found.append(f"caller {caller}: {len(events)} reports are stored, {sure} were told of")
        if (folded and msgspec.structs.replace(folded, version=len(events))) != call:
            found.append(f"caller {caller}: the events do not fold to the call")
        if await store.transact(_kept, caller) != len(events):
            found.append(f"caller {caller}: not as many deliveries as events")
    return found


async def _kept(tx: Any, caller: int) -> int:
    """How many deliveries there are, without a gap."""
    number = 0
    while await tx.inbox.find("status", f"{caller}-{number + 1}", None) is not None:
        number += 1
    return number


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], careless="careless" in sys.argv))
