"""Records that lie in our own store: reads by its reader, every write one unit of work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from msgspec.structs import replace

from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Invalid, NotFound
from titus_core.kernel.files import Files
from titus_core.kernel.ids import IdSource
from titus_core.kernel.unit_of_work import Storage
from titus_core.records.asking import check_ids, check_query
from titus_core.records.attach_file import Attaching, attach_file, look_before_attaching
from titus_core.records.attaching import attachments_in, file_key, files_field
from titus_core.records.identifying import attachment_id, record_id
from titus_core.records.model import Attachment, Record, RecordId, TableId
from titus_core.records.ports import (
    Catalogues,
    Changes,
    Formulas,
    Query,
    RecordPage,
    RecordPromises,
    RecordReader,
    RecordTx,
    Upload,
    Write,
    Written,
)
from titus_core.records.setting import KnownSetting
from titus_core.records.values import clean
from titus_core.records.wanting import checked_write
from titus_core.records.write_rows import Wanted, write_rows

MOST_CHANGES = 1000
"""Told at once."""


class LocalRecords:
    """`RecordStore` on a store that has units of work. Bytes of attachments lie in `files`; those of a file that is
    taken out of its cell stay there, for the trail still names it."""

    promises: Final = RecordPromises(
        atomic_batch=True, conditional_update=True, unique_keys=True, read_your_writes=True
    )

    def __init__(
        self,
        storage: Storage[RecordTx],
        reader: RecordReader,
        files: Files,
        clock: Clock,
        ids: IdSource,
        catalogues: Catalogues,
        formulas: Formulas | None = None,
    ) -> None:
        self._storage = storage
        self._reader = reader
        self._files = files
        self._clock = clock
        self._ids = ids
        self._setting = KnownSetting(catalogues, formulas)

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        check_ids(ids)
        setting = await self._setting()
        return await self._reader.records(setting.catalogue.table(table).id, ids)

    async def query(self, query: Query) -> RecordPage:
        setting = await self._setting()
        table = check_query(setting.catalogue, query)
        return await self._reader.record_page(replace(query, table=table.id))

    async def write(self, write: Write) -> Written:
        setting = await self._setting()
        wanted = Wanted(
            write=checked_write(setting.catalogue, write),
            setting=setting,
            entry=self._ids.token(),
            at=self._clock.now(),
            ids=tuple(record_id(self._ids.token()) for _ in write.items),
        )
        return await self._storage.transact(write_rows, wanted)

    async def attach(self, upload: Upload, content: AsyncIterator[bytes]) -> Record:
        wanted = await self._attaching(upload)
        known = await self._storage.transact(look_before_attaching, wanted)
        if known is not None:
            return known
        attachment = attachment_id(self._ids.token())
        stored = await self._files.put(file_key(attachment), content, upload.type)
        file = Attachment(id=attachment, filename=clean(upload.filename), size=stored.size, type=upload.type)
        return await self._put(replace(wanted, file=file), attachment)

    async def _put(self, wanted: Attaching, attachment: str) -> Record:
        """Bytes that no cell will ever name are deleted; where the store does not say whether one does, they stay."""
        try:
            record = await self._storage.transact(attach_file, wanted)
        except (NotFound, Invalid):
            await self._files.delete(file_key(attachment))
            raise
        if not _holds(record, attachment):
            await self._files.delete(file_key(attachment))
        return record

    async def _attaching(self, upload: Upload) -> Attaching:
        setting = await self._setting()
        table = setting.catalogue.table(upload.table)
        sound = replace(upload, table=table.id, field=files_field(table, upload.field).id)
        return Attaching(upload=sound, setting=setting, entry=self._ids.token(), at=self._clock.now())

    async def content(self, table: TableId, record: RecordId, attachment: str) -> AsyncIterator[bytes]:
        found = await self.get(table, [record])
        if not any(_holds(one, attachment) for one in found):
            raise NotFound("There is no such file in this record", id=attachment)
        async for piece in self._files.read(file_key(attachment)):
            yield piece

    async def changes(self, since: str | None) -> Changes:
        return await self._reader.touched(since, MOST_CHANGES)


def _holds(record: Record, attachment: str) -> bool:
    return any(one.id == attachment for cell in record.fields.values() for one in attachments_in(cell))
