"""The registers, open: whole lists, and people by name. Raises `Unavailable` while records cannot be asked: what is
answered is whole, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import msgspec

from titus_core.crm.errors import ListTooLong, ManyOfThatName, NotInBase
from titus_core.crm.fields import EMAIL, field_of, table_of
from titus_core.crm.people import Naming
from titus_core.kernel.errors import NotFound
from titus_core.records.catalogue import Catalogue, Field, Kind, Table
from titus_core.records.checking import checked
from titus_core.records.folding import fold
from titus_core.records.model import Attachment, Record, RecordId, TableId
from titus_core.records.ports import MOST_AT_ONCE, Query, RecordStore, Written
from titus_core.records.predicates import And, Contains, Or, Predicate
from titus_core.records.values import RECORD_ID

MOST = 10_000
"""Records of one list: several times what the provider's base has for any one question, and 100 pages of a store."""

SEARCHED = frozenset({Kind.TEXT, Kind.SELECT, Kind.LIST})

Link: TypeAlias = Callable[[TableId, RecordId, Attachment], str]
"""Makes the address at which a file opens."""


class Crm(msgspec.Struct, frozen=True):
    """`zone` is where days begin and end."""

    records: RecordStore
    catalogue: Catalogue
    zone: str
    link: Link
    most: int = MOST

    def table(self, aliases: Sequence[str]) -> Table:
        """What is shown of it. Raises `NotInBase`."""
        found = table_of(self.catalogue, aliases)
        if found is None:
            raise NotInBase(aliases[0])
        return found

    def field(self, table: Table, aliases: Sequence[str]) -> Field:
        """One without which the question cannot be answered. Raises `NotInBase`."""
        found = field_of(table, aliases)
        if found is None:
            raise NotInBase(table.name, aliases[0])
        return found

    async def every(self, table: Table, where: Predicate | None = None) -> tuple[Record, ...]:
        """All of them, with what is shown, by id. Raises `ListTooLong`."""
        sound = None if where is None else checked(table, where, self.zone)
        query = Query(table=table.id, where=sound, fields=frozenset(field.id for field in table.fields))
        found: list[Record] = []
        while True:
            page = await self.records.query(query)
            found += page.records
            if len(found) > self.most:
                raise ListTooLong(table.name, self.most)
            if page.next is None:
                return tuple(found)
            query = msgspec.structs.replace(query, after=page.next)

    async def one(self, table: Table, record_id: str) -> Record:
        """Raises `NotFound`."""
        found = await self.some(table.id, self.ids(record_id))
        if not found:
            raise NotFound("There is no such record", table=table.name, id=record_id)
        return found[0]

    def ids(self, told: str) -> tuple[RecordId, ...]:
        """What has not the shape of an id is one that nothing has."""
        return (RecordId(told),) if RECORD_ID.fullmatch(told) else ()

    async def names(self, table: Table, records: Iterable[Record], fields: Iterable[Field]) -> dict[str, str]:
        """What the records that these link to are called, by id."""
        wanted: dict[TableId, dict[RecordId, None]] = {}
        told = tuple(records)
        for field in fields:
            if field.link is not None:
                linked = (one for record in told for one in links_of(record, field))
                wanted.setdefault(field.link.table, {}).update(dict.fromkeys(linked))
        found: dict[str, str] = {}
        for table_id, ids in wanted.items():
            naming = Naming.of(self.catalogue.table(table_id).shown)
            found |= {one.id: naming.name(one) or one.id for one in await self.some(table_id, tuple(ids))}
        return found

    async def some(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        """Those of these that are there, however many."""
        found: list[Record] = []
        for start in range(0, len(ids), MOST_AT_ONCE):
            found += await self.records.get(table, ids[start : start + MOST_AT_ONCE])
        return tuple(found)

    async def named(self, aliases: Sequence[str], name: str, asked: str, by_id: str) -> Record | None:
        """The one with exactly this name, but for case and doubled blanks. Raises `ManyOfThatName`, which names the
        parameters `asked` and `by_id`."""
        table = self.table(aliases)
        naming, words = Naming.of(table), name.split()
        fields = [field for field in naming.fields if field.kind in SEARCHED]
        if not fields:
            raise NotInBase(table.name, "name")
        where = And(of=tuple(Or(of=tuple(Contains(field=f.id, text=word) for f in fields)) for word in words))
        wanted = fold(" ".join(words))
        found = [one for one in await self.every(table, where) if fold(naming.name(one)) == wanted]
        return only(found, asked, by_id)

    async def addressed(self, aliases: Sequence[str], email: str, asked: str, by_id: str) -> Record | None:
        """The one with this e-mail address. Raises `ManyOfThatName`."""
        table = self.table(aliases)
        field, wanted = self.field(table, EMAIL), fold(email.strip())
        near = await self.every(table, Contains(field=field.id, text=email.strip()))
        return only([one for one in near if fold(str(one.fields[field.id]).strip()) == wanted], asked, by_id)


def stored(written: Written) -> Record:
    """The one record that was written. Raises `NotFound` where a repetition finds it gone."""
    if not written.records:
        raise NotFound("What this request made was deleted since")
    return written.records[0]


def only(found: Sequence[Record], asked: str, by_id: str) -> Record | None:
    """None of none."""
    if len(found) > 1:
        raise ManyOfThatName(asked, by_id, [one.id for one in found])
    return found[0] if found else None


def links_of(record: Record, field: Field) -> tuple[RecordId, ...]:
    cell = record.fields.get(field.id)
    return tuple(RecordId(one) for one in cell if isinstance(one, str)) if isinstance(cell, tuple) else ()
