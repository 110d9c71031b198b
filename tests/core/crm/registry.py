"""The registers on a store in memory, and short ways to write them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

from tests.core.crm.base import catalogue
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.store import MemoryStore
from titus_core.crm.reading import Crm
from titus_core.kernel.actor import OPERATOR
from titus_core.records.catalogue import Catalogue
from titus_core.records.local import LocalRecords
from titus_core.records.model import Record, RecordId
from titus_core.records.ports import Change, Create, Delete, Removal, Update

T = TypeVar("T")


def run(work: Awaitable[T]) -> T:
    assert isinstance(work, Coroutine)
    result: T = asyncio.run(work)
    return result


class Registry:
    def __init__(self, told: Catalogue | None = None) -> None:
        self.catalogue = told or catalogue()
        self.clock = ManualClock()
        self.storage = MemoryStore(clock=self.clock, catalogue=self.catalogue)
        self.files = MemoryFiles()
        self.records = LocalRecords(
            self.storage, self.storage.reader, self.files, self.clock, CountingIds(), self.storage.reader
        )

    @property
    def crm(self) -> Crm:
        return Crm(self.records, self.catalogue, "Australia/Brisbane", lambda table, record, file: f"/files/{file.id}")

    def add(self, table: str, **cells: Any) -> RecordId:
        """A record; cells by alias."""
        told = self.catalogue.named(table)
        items = ({told.named(word).id: value for word, value in cells.items()},)
        return run(self.records.write(Create(table=told.id, by=OPERATOR, items=items))).records[0].id

    def change(self, table: str, record: RecordId, **cells: Any) -> None:
        told = self.catalogue.named(table)
        change = Change(id=record, fields={told.named(word).id: value for word, value in cells.items()})
        run(self.records.write(Update(table=told.id, by=OPERATOR, items=(change,))))

    def remove(self, table: str, record: RecordId) -> None:
        told = self.catalogue.named(table)
        run(self.records.write(Delete(table=told.id, by=OPERATOR, items=(Removal(record),))))

    def get(self, table: str, record: RecordId) -> dict[str, Any]:
        told = self.catalogue.named(table)
        found: tuple[Record, ...] = run(self.records.get(told.id, [record]))
        return {told.field(field).alias: cell for field, cell in found[0].fields.items()}
