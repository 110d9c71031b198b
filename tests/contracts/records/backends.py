"""The stores of records that the suite runs on. A new adapter needs a line here, and then keeps every promise that it
declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from tests.contracts.records.base import catalogue
from tests.contracts.records.formulas import Joining
from tests.contracts.records.office import Office, Rows
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.store import MemoryStore
from titus_core.records.local import LocalRecords
from titus_core.records.model import Record, TableId
from titus_core.records.ports import RecordTx


class Memory:
    """Rows in memory."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.catalogue = catalogue()
        self.files = MemoryFiles()
        self._clock = ManualClock()
        self._begin()

    def _begin(self) -> None:
        self.storage = MemoryStore(clock=self._clock, catalogue=self.catalogue)
        self.reader = self.storage.reader
        self.store = LocalRecords(
            self.storage, self.reader, self.files, self._clock, CountingIds(), self.reader, Joining()
        )

    @property
    def rows(self) -> Rows:
        return self

    async def open(self) -> None:
        await self.storage.open()

    async def close(self) -> None:
        await self.storage.close()

    async def plant(self, planted: Mapping[TableId, Sequence[Record]]) -> None:
        await self.storage.transact(put_rows, planted)

    async def clear(self) -> None:
        self._begin()

    async def pass_time(self, seconds: float) -> None:
        self._clock.advance(seconds)

    async def cut(self) -> None:
        self.files.down = True
        await self.storage.close()

    async def mend(self) -> None:
        self.files.down = False
        await self.storage.open()


async def put_rows(tx: RecordTx, planted: Mapping[TableId, Sequence[Record]]) -> None:
    """For stores that have units of work."""
    for table, records in planted.items():
        for record in records:
            tx.record_rows.put(table, record, None)


OFFICES: dict[str, Callable[[pytest.FixtureRequest], Office]] = {
    "memory": Memory,
}

WITH_ROWS = ["memory"]
"""Those that have units of work (`Office.rows`)."""
