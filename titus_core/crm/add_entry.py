"""Something is written down: a progress note, an incident, a budget, a document of a client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from titus_core.crm.client import NEW_BUDGET, NEW_DOC
from titus_core.crm.entries import BUDGETS, DOCS, Entries
from titus_core.crm.fields import CLIENTS
from titus_core.crm.filling import cells
from titus_core.crm.list_entries import Who, find
from titus_core.crm.reading import Crm, stored
from titus_core.crm.shapes import Shape, Shaping
from titus_core.kernel.actor import Actor
from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Kind
from titus_core.records.model import FieldId, Value
from titus_core.records.ports import Create

Told: TypeAlias = Mapping[str, Any]


class Writing(msgspec.Struct, frozen=True):
    """Who writes; with the same `key` again it is written once."""

    by: Actor
    key: str | None = None


async def add_entry(crm: Crm, entries: Entries, shape: Shape, told: Told, writing: Writing) -> dict[str, Any]:
    """The entry as it is stored. Raises `UnknownField` and `Invalid`, by the client's own keys."""
    table = crm.table(entries.tables)
    items = cells(table, shape, told, crm.zone)
    if not items:
        raise Invalid(shape[0].key, "or anything else to write down is needed")
    return await _written(crm, entries, items, writing)


async def add_budget(crm: Crm, told: Told, writing: Writing) -> dict[str, Any]:
    return await _of_client(crm, BUDGETS, NEW_BUDGET, told, writing)


async def add_document(crm: Crm, told: Told, writing: Writing) -> dict[str, Any]:
    """Its row in the register: the file itself is put into a cell (`/api/records`)."""
    return await _of_client(crm, DOCS, NEW_DOC, told, writing)


async def _of_client(crm: Crm, entries: Entries, shape: Shape, told: Told, writing: Writing) -> dict[str, Any]:
    """Raises `Invalid` for a client that nobody knows."""
    table = crm.table(entries.tables)
    about = crm.field(table, entries.client)
    whom = _whom(told)
    person = await find(crm, CLIENTS, whom, "contactId")
    if person is None:
        raise Invalid(whom.asked, "is no client's")
    items = cells(table, shape, {key: one for key, one in told.items() if key not in _WHOM}, crm.zone)
    client: Value = (person.record.id,) if about.kind is Kind.LINKS else person.name
    return await _written(crm, entries, items | {about.id: client}, writing)


_WHOM = ("contactId", "clientName")


def _whom(told: Told) -> Who:
    """The id goes before the name: it is surely one person's."""
    for key in _WHOM:
        value = told.get(key)
        if isinstance(value, str) and value.strip():
            return Who(value, key, by_id=value if key == "contactId" else None)
    raise Invalid("clientName", "or contactId is needed")


async def _written(crm: Crm, entries: Entries, items: dict[FieldId, Value], writing: Writing) -> dict[str, Any]:
    table = crm.table(entries.tables)
    filled = {field: one for field, one in items.items() if one is not None}
    made = await crm.records.write(Create(table=table.id, by=writing.by, key=writing.key, items=(filled,)))
    (view,) = await Shaping(entries.shape, table).views(crm, [stored(made)])
    return view
