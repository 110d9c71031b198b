"""What the suite knows of a kind of store: the port, a base in it, and how the world around it is moved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from tests.contracts.records.base import BRISBANE
from titus_core.kernel.actor import Actor
from titus_core.kernel.ids import UserId
from titus_core.kernel.unit_of_work import Storage
from titus_core.records.catalogue import Catalogue, Field, Policy
from titus_core.records.checking import checked
from titus_core.records.model import FieldId, Fields, Record, RecordId, TableId
from titus_core.records.plain import plain
from titus_core.records.ports import (
    Change,
    Create,
    Query,
    RecordReader,
    RecordStore,
    RecordTx,
    Update,
    Written,
)
from titus_core.records.predicates import Predicate
from titus_core.records.sorting import checked_sort
from titus_core.records.values import read

ANN = Actor("user", "ann@example.org", UserId(1))
BOB = Actor("user", "bob@example.org", UserId(2))

BORN = "2026-01-05T01:02:03.000Z"
"""When planted records were made."""


class Rows(Protocol):
    """A store that has units of work, below `RecordStore`."""

    @property
    def storage(self) -> Storage[RecordTx]: ...
    @property
    def reader(self) -> RecordReader: ...


class Office(Protocol):
    """One store of records with the base of `base.py` in it, and no records. To add a kind of store, implement this and
    add it to `backends.py`."""

    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def store(self) -> RecordStore: ...
    @property
    def rows(self) -> Rows | None:
        """None: this store has no units of work."""
        ...

    async def open(self) -> None: ...
    async def close(self) -> None: ...

    async def plant(self, planted: Mapping[TableId, Sequence[Record]]) -> None:
        """Put these records there as they are, all at once: ids, computed cells and misfits included. Links lead to
        records that are there or come with them, and show on both sides if they do at all. What the store computes
        itself may be another there."""
        ...

    async def clear(self) -> None:
        """All records are gone."""
        ...

    async def pass_time(self, seconds: float) -> None:
        """Whatever clock the store goes by is later by so much."""
        ...

    async def cut(self) -> None:
        """From now on the store cannot be reached."""
        ...

    async def mend(self) -> None:
        """It can be reached again."""
        ...


class Desk:
    """One table of an office, asked in the words of the API."""

    def __init__(self, office: Office, table: str, by: Actor = ANN) -> None:
        self.office = office
        self.table = office.catalogue.named(table)
        self._by = by

    def field(self, word: str) -> Field:
        return self.table.named(word)

    def id(self, word: str) -> FieldId:
        return self.table.named(word).id

    def cells(self, **cells: Any) -> Fields:
        """As a client would have them, by API name, in the form of `values.written`... but unchecked."""
        return {self.id(word): _frozen(cell) for word, cell in cells.items()}

    async def create(self, *items: Mapping[str, Any], key: str | None = None) -> tuple[Record, ...]:
        cells = tuple(self.cells(**item) for item in items)
        return (await self.office.store.write(Create(table=self.table.id, by=self._by, items=cells, key=key))).records

    async def one(self, **cells: Any) -> Record:
        (record,) = await self.create(cells)
        return record

    async def update(self, *changes: Change, key: str | None = None) -> Written:
        return await self.office.store.write(Update(table=self.table.id, by=self._by, items=changes, key=key))

    async def change(self, record: RecordId, version: str | None = None, **cells: Any) -> Record:
        written = await self.update(Change(id=record, fields=self.cells(**cells), version=version))
        return written.records[0]

    async def get(self, record: RecordId) -> Record:
        (found,) = await self.office.store.get(self.table.id, [record])
        return found

    def checked(self, where: Predicate) -> Predicate:
        return checked(self.table, where, BRISBANE)

    def asking(self, where: Predicate | None = None, *sort: str, **more: Any) -> Query:
        return Query(
            table=self.table.id,
            where=None if where is None else self.checked(where),
            sort=checked_sort(self.table, sort),
            **more,
        )

    async def ids(self, where: Predicate | None = None, *sort: str, **more: Any) -> list[str]:
        page = await self.office.store.query(self.asking(where, *sort, **more))
        return [record.id for record in page.records]

    async def plant(self, record: str, **cells: Any) -> RecordId:
        """A record whose id begins so, as if it had been there all along."""
        kept = [field for field in self.table.fields if _is_kept(field)]
        told = {field.id: read(field, cells.pop(field.api, None)) for field in kept}
        assert not cells, f"no such fields: {cells}"
        fields = {field: cell for field, cell in told.items() if cell is not None}
        planted = Record(id=rec(record), created_time=BORN, fields=fields, version="1", modified_time=BORN)
        await self.office.plant({self.table.id: [planted]})
        return planted.id

    def told(self, record: Record, *words: str) -> dict[str, Any]:
        """These cells as JSON, by API name; of all that hold something, those that nobody computes."""
        fields = [self.field(word) for word in words] or [one for one in self.table.fields if one.computed is None]
        held = {field.api: plain(record.fields[field.id]) for field in fields if field.id in record.fields}
        return {word: cell for word, cell in held.items() if words or cell is not False}


def rec(word: str) -> RecordId:
    return RecordId(f"rec{word}".ljust(17, "0"))


async def all_pages(office: Office, query: Query) -> AsyncIterator[tuple[Record, ...]]:
    """Page for page, to the end."""
    while True:
        page = await office.store.query(query)
        yield page.records
        if page.next is None:
            return
        query = replace(query, after=page.next)


def _frozen(cell: Any) -> Any:
    return tuple(_frozen(one) for one in cell) if isinstance(cell, list) else cell


def _is_kept(field: Field) -> bool:
    return field.computed is None or field.computed.policy is not Policy.DROP
