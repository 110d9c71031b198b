"""A candidate whose records lie in rows of our own."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from titus_core.kernel.clock import Clock
from titus_core.kernel.unit_of_work import Storage
from titus_core.records.asking import check_query
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import Catalogues, Formulas, Query, RecordPage, RecordReader, RecordTx
from titus_core.records.setting import KnownSetting
from titus_core.records.shadow.mirror_rows import ToMirror, mirror_rows
from titus_core.records.shadow.model import Mirrored


class RowsCandidate:
    """`shadow.ports.Candidate` on a store that has units of work."""

    def __init__(
        self,
        storage: Storage[RecordTx],
        reader: RecordReader,
        clock: Clock,
        catalogues: Catalogues,
        formulas: Formulas | None = None,
    ) -> None:
        self._storage = storage
        self._reader = reader
        self._clock = clock
        self._setting = KnownSetting(catalogues, formulas)

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        setting = await self._setting()
        return await self._reader.records(setting.catalogue.table(table).id, ids)

    async def query(self, query: Query) -> RecordPage:
        setting = await self._setting()
        table = check_query(setting.catalogue, query)
        return await self._reader.record_page(replace(query, table=table.id))

    async def mirror(self, mirrored: Mirrored) -> None:
        wanted = ToMirror(mirrored, await self._setting(), self._clock.now())
        await self._storage.transact(mirror_rows, wanted)
