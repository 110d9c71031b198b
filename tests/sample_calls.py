"""A few calls played to their end over signed HTTP, and the rows that they leave: what `tests.fill` copies."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

from tests.journeys.stage import ALICE, BEN, CALLER, CARA, PHONES, TITUS_NUMBER, Stage
from titus_adapters.sandbox.twilio.behaviour import (
    Answers,
    Busy,
    Caller,
    CarrierVoicemail,
    Declines,
    NeverAnswers,
    PhoneBehaviour,
)
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore

_HELPS = Answers(after=6, presses="1", talks=240)

STORIES: tuple[tuple[PhoneBehaviour, PhoneBehaviour, float | None], ...] = (
    (_HELPS, NeverAnswers(), None),
    (NeverAnswers(), _HELPS, None),
    (Busy(), NeverAnswers(), None),
    (_HELPS, NeverAnswers(), None),
    (NeverAnswers(), NeverAnswers(), 11.0),
    (Declines(), _HELPS, None),
    (CarrierVoicemail(after=8), _HELPS, None),
)
"""What the first and the second phone do, and when the caller gives up (None: never)."""

LIVE = len(STORIES)
"""The number of the sample after the settled ones: its caller is leaving a message."""

TABLES = ("calls", "events", "inbox")


class Row(NamedTuple):
    """One row of `table`, of the sample with this number."""

    table: str
    sample: int
    values: dict[str, Any]


def played(folder: Path) -> list[Row]:
    """The rows of all samples, in the order in which they were written; all within one hour."""
    asyncio.run(_play(folder / "samples.db"))
    with sqlite3.connect(folder / "samples.db") as database:
        database.row_factory = sqlite3.Row
        samples = {row["sid"]: row["number"] - 1 for row in database.execute("SELECT sid, number FROM calls")}
        rows = [
            Row(table, _sample_of(dict(row), samples), dict(row))
            for table in TABLES
            for row in database.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 (names from above)
        ]
    database.close()
    return rows


def _sample_of(row: dict[str, Any], samples: dict[str, int]) -> int:
    """Each row names its call: as its own id, as its subject, or in the body of a webhook."""
    told = " ".join(str(row.get(column, "")) for column in ("sid", "subject", "body"))
    return next(number for sid, number in samples.items() if sid in told)


async def staff_and_group(store: Any) -> Stage:
    """Three people at work, and a group that records and ends in voicemail."""
    stage = Stage(store)
    await stage.staff(ALICE, BEN, CARA)
    await stage.group(ALICE, BEN, CARA)
    return stage


async def _play(file: Path) -> None:
    store = SqliteStore(SqliteSettings(file))
    await store.migrate()
    async with store:
        stage = await staff_and_group(store)
        stage.twilio.world.phone(PHONES[CARA], Busy())
        for first, second, gives_up in STORIES:
            await _call(stage, first, second, Caller(number=CALLER, gives_up_after=gives_up))
            await stage.settle()
        await _call(stage, Busy(), Busy(), Caller(number=CALLER, speaks=3600.0))
        await stage.twilio.run_for(30)


async def _call(stage: Stage, first: PhoneBehaviour, second: PhoneBehaviour, caller: Caller) -> None:
    stage.twilio.world.phone(PHONES[ALICE], first)
    stage.twilio.world.phone(PHONES[BEN], second)
    stage.twilio.call(caller, TITUS_NUMBER)
