"""What is written down of one client, or by one worker, the latest first."""

from __future__ import annotations

from typing import Any

import msgspec

from titus_core.crm.entries import Entries
from titus_core.crm.errors import NotInBase
from titus_core.crm.fields import CLIENTS, CONTACTS, Aliases, field_of
from titus_core.crm.people import Naming
from titus_core.crm.reading import SEARCHED, Crm
from titus_core.crm.shapes import Shaping
from titus_core.records.catalogue import Field, Kind, Table
from titus_core.records.folding import fold
from titus_core.records.model import Record
from titus_core.records.predicates import And, Contains, Empty, HasLink, Not, Predicate
from titus_core.records.sorting import SORTABLE, Sort, ordered


class Who(msgspec.Struct, frozen=True):
    """Of whom: by name, by address, or by the record's id. `asked` is the parameter that said so, for errors."""

    said: str
    asked: str
    by_email: bool = False
    by_id: str | None = None


class Person(msgspec.Struct, frozen=True):
    record: Record
    name: str


async def entries_of_client(crm: Crm, entries: Entries, who: Who) -> tuple[Record, ...]:
    """None of a client whom nobody knows. Raises `ManyOfThatName`, `NotInBase`, `ListTooLong` and `Unavailable`."""
    return await _entries(crm, entries, entries.client, _Asked(CLIENTS, who, "clientId"))


async def entries_of_worker(crm: Crm, entries: Entries, who: Who) -> tuple[Record, ...]:
    """As `entries_of_client`, of whoever wrote them, or whom they are about."""
    return await _entries(crm, entries, entries.worker, _Asked(CONTACTS, who, "contactId"))


async def entries_of(crm: Crm, entries: Entries, *, client: Who | None, worker: Who | None) -> tuple[Record, ...]:
    """Of a client, by a worker, or of that client by that worker; one of them is told."""
    if client is None:
        assert worker is not None
        return await entries_of_worker(crm, entries, worker)
    found = await entries_of_client(crm, entries, client)
    if worker is None:
        return found
    theirs = {one.id for one in await entries_of_worker(crm, entries, worker)}
    return tuple(one for one in found if one.id in theirs)


async def views(crm: Crm, entries: Entries, records: tuple[Record, ...]) -> list[dict[str, Any]]:
    return await Shaping(entries.shape, crm.table(entries.tables)).views(crm, records)


async def find(crm: Crm, aliases: Aliases, who: Who, by_id: str) -> Person | None:
    """The person; None if there is none of that name, address or id."""
    found = await _found(crm, aliases, who, by_id)
    return Person(found, Naming.of(crm.table(aliases)).name(found)) if found is not None else None


async def _found(crm: Crm, aliases: Aliases, who: Who, by_id: str) -> Record | None:
    if who.by_id is not None:
        return next(iter(await crm.some(crm.table(aliases).id, crm.ids(who.by_id))), None)
    if who.by_email:
        return await crm.addressed(aliases, who.said, who.asked, by_id)
    return await crm.named(aliases, who.said, who.asked, by_id)


class _Asked(msgspec.Struct, frozen=True):
    people: Aliases
    who: Who
    by_id: str


async def _entries(crm: Crm, entries: Entries, about: Aliases, asked: _Asked) -> tuple[Record, ...]:
    table = crm.table(entries.tables)
    field = crm.field(table, about)
    person = await find(crm, asked.people, asked.who, asked.by_id)
    if person is None:
        return ()
    if field.kind is not Kind.LINKS:
        # Text does not say which of two people of one name is meant: it must be nobody else's.
        await crm.named(asked.people, person.name, asked.who.asked, asked.by_id)
    where: tuple[Predicate, ...] = (_about(table, field, person),)
    if entries.only:
        where += (Not(of=Empty(field=crm.field(table, entries.only).id)),)
    found = [one for one in await crm.every(table, And(of=where)) if _is_of(field, one, person)]
    at = field_of(table, entries.at)
    sorts = (Sort(at.id, descending=True),) if at is not None and at.kind in SORTABLE else ()
    return tuple(ordered(table, sorts, found))


def _about(table: Table, field: Field, person: Person) -> Predicate:
    """A link to them; where names are written as text, whatever may be theirs."""
    if field.kind is Kind.LINKS:
        return HasLink(field=field.id, ids=(person.record.id,))
    if field.kind in SEARCHED:
        return Contains(field=field.id, text=person.name)
    raise NotInBase(table.name, field.name)


def _is_of(field: Field, record: Record, person: Person) -> bool:
    """Text that only holds somebody's name within another's is not theirs."""
    if field.kind is Kind.LINKS:
        return True
    cell = record.fields[field.id]
    told = cell if isinstance(cell, tuple) else (cell,)
    return fold(person.name) in {fold(" ".join(str(one).split())) for one in told}
