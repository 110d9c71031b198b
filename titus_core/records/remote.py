"""Stores of records that know no units of work: what they must offer, so that `JournalledRecords` makes a `RecordStore`
of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import msgspec

from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import Changes, Query, RecordPage, RecordPromises, Upload, Write


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a write, by the places of its items. `records` are as they are stored now (of a deletion, None);
    `left` are the items that were not done, and `reason` says why."""

    records: tuple[Record | None, ...]
    created: frozenset[RecordId] = frozenset()
    left: tuple[int, ...] = ()
    reason: str = ""


class RemoteRecords(Protocol):
    """A store elsewhere. What it tells and answers is as `RecordStore` has it; every write has been checked. An
    implementer MUST raise for a write of which surely nothing was stored, and for a write of which that is not known
    `Unavailable` with a true `data["unsure"]`; a write that got through in part is an `Outcome` with something `left`.
    """

    @property
    def promises(self) -> RecordPromises: ...
    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]: ...
    async def query(self, query: Query) -> RecordPage: ...
    async def write(self, write: Write) -> Outcome: ...
    async def attach(self, upload: Upload, content: AsyncIterator[bytes]) -> Record: ...
    def content(self, table: TableId, record: RecordId, attachment: str) -> AsyncIterator[bytes]: ...
    async def changes(self, since: str | None) -> Changes: ...
