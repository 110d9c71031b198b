"""Callers are known by the CRM's records, and no call ever waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.core.crm.base import catalogue
from tests.journeys.stage import ALICE, CALLER, PHONES, TITUS_NUMBER, Stage
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.store import MemoryStore
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller
from titus_core.jobs.find_gaps import GapKind
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.errors import Unavailable
from titus_core.records.local import LocalRecords
from titus_core.records.ports import Create


class Registers:
    """The records, in a store of their own, which counts every question and may be out of reach."""

    def __init__(self) -> None:
        self.catalogue = catalogue()
        storage = MemoryStore(clock=ManualClock(), catalogue=self.catalogue)
        self.catalogues = storage.reader
        self._records = LocalRecords(
            storage, storage.reader, MemoryFiles(), ManualClock(), CountingIds(), storage.reader
        )
        self.down = False
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        self.asked += 1
        if self.down:
            raise Unavailable("the records cannot be asked")
        return getattr(self._records, name)

    async def add(self, table: str, **cells: Any) -> str:
        told = self.catalogue.named(table)
        items = ({told.named(word).id: value for word, value in cells.items()},)
        return (await self._records.write(Create(table=told.id, by=OPERATOR, items=items))).records[0].id


async def office(registers: Registers) -> Stage:
    stage = Stage(records=registers, catalogues=registers.catalogues)
    await stage.staff(ALICE)
    await stage.group(ALICE, sticky_days=7)
    stage.twilio.world.phone(PHONES[ALICE], Answers(presses="1", talks=30))
    return stage


async def call(stage: Stage) -> tuple[str | None, str | None, str | None]:
    """A call by the one caller: as whom they are known, and what came of it."""
    sid = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER).sid
    await stage.settle()
    known = await stage.call(sid)
    return known.participant, known.contact_id, await stage.outcome(sid)


async def come_round(stage: Stage, kinds: Sequence[str] = ("refresh_callers",)) -> None:
    await stage.titus.working.periodic()
    await stage.world.store.jobs.run_due(tuple(kinds), stage.titus.working.attempt)


async def test_a_contact_that_was_added_is_named_once_the_job_came_round() -> None:
    registers = Registers()
    stage = await office(registers)
    assert await call(stage) == (None, None, "answered")
    client = await registers.add("clients", client_name="Mia Tran", mobile="0491 570 006")
    assert await call(stage) == (None, None, "answered")
    await come_round(stage)
    assert await call(stage) == ("Mia Tran", client, "answered")


async def test_no_step_of_a_call_asks_the_records_anything() -> None:
    registers = Registers()
    await registers.add("all_contacts", first_name="Mia", mobile="0491 570 006")
    stage = await office(registers)
    await come_round(stage)
    assert registers.asked > 0
    registers.asked, registers.down = 0, True
    assert (await call(stage))[0::2] == ("Mia", "answered")
    assert registers.asked == 0


async def test_while_the_records_are_away_callers_are_known_as_they_were_and_that_is_told() -> None:
    registers = Registers()
    await registers.add("all_contacts", first_name="Mia", mobile="0491 570 006")
    stage = await office(registers)
    await come_round(stage)
    registers.down = True
    for _ in range(4):
        await stage.twilio.run_for(300)
        await come_round(stage)
    assert (await call(stage))[0::2] == ("Mia", "answered")
    gaps = await stage.titus.use_cases.find_gaps()
    assert ("unread_lists", "callers") in {(gap.kind.value, gap.subject) for gap in gaps}
    assert GapKind.STUCK_JOB not in {gap.kind for gap in gaps}
    registers.down = False
    await stage.twilio.run_for(300)
    await come_round(stage)
    assert "callers" not in {gap.subject for gap in await stage.titus.use_cases.find_gaps()}
