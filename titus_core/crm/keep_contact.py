"""Contacts one by one: shown, made, changed, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from titus_core.crm.contact import CHANGED, CLEARED, CONTACT, NEW
from titus_core.crm.fields import CONTACTS, FIRST_NAME, FULL_NAME, LAST_NAME, field_of
from titus_core.crm.filling import cells, extra
from titus_core.crm.people import Naming
from titus_core.crm.reading import Crm, stored
from titus_core.crm.shapes import Key, Shaping
from titus_core.kernel.actor import Actor
from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Table
from titus_core.records.model import FieldId, Record, Value
from titus_core.records.ports import Change, Create, Delete, Removal, Update

Told: TypeAlias = Mapping[str, Any]


class Shown(msgspec.Struct, frozen=True):
    """A contact in today's shape, and the version that a change may name."""

    view: dict[str, Any]
    version: str


async def show_contact(crm: Crm, record_id: str) -> Shown:
    """Raises `NotFound`."""
    table = crm.table(CONTACTS)
    return await _shown(crm, table, await crm.one(table, record_id))


async def create_contact(crm: Crm, told: Told, by: Actor, key: str | None) -> Shown:
    """Raises `UnknownField` and `Invalid`, and makes nobody without a name."""
    table = crm.table(CONTACTS)
    items = {field: cell for field, cell in _cells(crm, table, told, new=True).items() if cell is not None}
    if not items.keys() & Naming.of(table).ids:
        raise Invalid("name", "or firstName is needed")
    made = await crm.records.write(Create(table=table.id, by=by, key=key, items=(items,)))
    return await _shown(crm, table, stored(made))


async def change_contact(crm: Crm, record_id: str, told: Told, by: Actor, version: str | None) -> Shown:
    """Raises `NotFound`, `Stale`, `UnknownField` and `Invalid`."""
    table = crm.table(CONTACTS)
    known = await crm.one(table, record_id)
    change = Change(id=known.id, fields=_cells(crm, table, told, new=False), version=version)
    made = await crm.records.write(Update(table=table.id, by=by, items=(change,)))
    return await _shown(crm, table, stored(made))


async def delete_contact(crm: Crm, record_id: str, by: Actor, version: str | None) -> None:
    """What the record held stays in the trail. Raises `NotFound` and `Stale`."""
    table = crm.table(CONTACTS)
    removal = Removal((await crm.one(table, record_id)).id, version)
    await crm.records.write(Delete(table=table.id, by=by, items=(removal,)))


async def _shown(crm: Crm, table: Table, record: Record) -> Shown:
    (view,) = await Shaping(CONTACT, table).views(crm, [record])
    return Shown(view, record.version)


def _cells(crm: Crm, table: Table, told: Told, *, new: bool) -> dict[FieldId, Value]:
    others = _object("extraFields", told.get("extraFields"))
    named = _with_name(table, {key: value for key, value in told.items() if key != "extraFields"})
    shape = (Key("name", FULL_NAME), *(NEW if new else CHANGED))
    return cells(table, shape, named, crm.zone, cleared=CLEARED) | extra(table, others, crm.zone)


def _with_name(table: Table, told: Told) -> Told:
    """Where the full name is computed, it is first and last name that are written: of a whole name its last word is the
    last name, unless they are told themselves."""
    full = field_of(table, FULL_NAME)
    name = told.get("name")
    if full is None or full.computed is None or not isinstance(name, str):
        return told
    rest = {key: value for key, value in told.items() if key != "name"}
    said = [str(rest.get(key) or "") for key in ("firstName", "lastName")]
    if any(said):
        if name.split() and name.split() != " ".join(said).split():
            raise Invalid("name", "is computed of firstName and lastName, and says something else than they do")
        return rest
    *first, last = name.split() or [""]
    has_both = field_of(table, FIRST_NAME) is not None and field_of(table, LAST_NAME) is not None
    return rest | ({"firstName": " ".join(first), "lastName": last} if first and has_both else {"firstName": last})


def _object(key: str, told: Any) -> dict[str, Any]:
    if told is None:
        return {}
    if not isinstance(told, dict):
        raise Invalid(key, "must be an object")
    return told
