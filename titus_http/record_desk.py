"""What routes need to serve records."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from titus_core.kernel.errors import NotConfigured
from titus_core.records.catalogue import Catalogue, Table
from titus_core.records.model import Attachment, RecordId, TableId
from titus_core.records.ports import Catalogues, RecordStore
from titus_http.security.cursors import CursorSigner
from titus_http.security.file_links import FileLinks


class RecordDesk(msgspec.Struct, frozen=True, kw_only=True):
    """`store` None: no store of records is configured, and `missing` names what it lacks. `zone` is where days begin
    in questions about instants whose field names no zone."""

    store: RecordStore | None
    catalogues: Catalogues
    cursors: CursorSigner
    links: FileLinks
    zone: str
    missing: tuple[str, ...] = ()

    def open(self) -> RecordStore:
        """Raises `NotConfigured` without a store."""
        if self.store is None:
            raise NotConfigured("Records are not configured", missing=self.missing)
        return self.store

    def link(self, table: TableId) -> Callable[[RecordId, Attachment], str]:
        """What makes addresses of the files of the table's records."""
        return lambda record, attachment: self.links.link(table, record, attachment.id)

    async def catalogue(self) -> Catalogue:
        """Raises `NotConfigured` while nobody has told which tables there are."""
        found = await self.catalogues.catalogue()
        if found is None:
            raise NotConfigured("No catalogue of tables is there yet: titus records schema", missing=self.missing)
        return found

    async def table(self, word: str) -> Table:
        """What clients are shown of the table with this id, API name, name or alias (`Table.shown`). Raises
        `UnknownTable`."""
        return (await self.catalogue()).named(word).shown
