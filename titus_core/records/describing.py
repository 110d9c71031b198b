"""Tables and fields as their store of origin tells them, before Titus has names of its own for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from titus_core.records.catalogue import FieldType, LinkTo, Option
from titus_core.records.model import FieldId, TableId


class Computation(msgspec.Struct, frozen=True, kw_only=True):
    """How a field comes about. `reads`: the fields of the same table that it looks at; `via`, `target`, `watches` and
    `result` are those of `catalogue.Computed`. `sound` False: the store of origin itself cannot compute it."""

    formula: str | None = None
    reads: tuple[FieldId, ...] = ()
    via: FieldId | None = None
    target: FieldId | None = None
    watches: tuple[FieldId, ...] = ()
    result: FieldType = FieldType.UNKNOWN
    sound: bool = True


class FieldDescription(msgspec.Struct, frozen=True, kw_only=True):
    """`computation` of those that nobody writes. `zone` None: the store of origin names none."""

    id: FieldId
    name: str
    type: FieldType
    description: str = ""
    options: tuple[Option, ...] = ()
    link: LinkTo | None = None
    computation: Computation | None = None
    zone: str | None = None


class TableDescription(msgspec.Struct, frozen=True, kw_only=True):
    id: TableId
    name: str
    primary: FieldId
    fields: tuple[FieldDescription, ...]
    description: str = ""


UNWRITTEN = Computation(sound=False)
"""Of fields that Titus does not understand: their values are carried, and nobody writes them."""


def mended(told: Sequence[TableDescription]) -> tuple[TableDescription, ...]:
    """What can be worked with: links lead to tables that are there, and are seen from the other side only where that
    side agrees; what goes through a link that is not there is not sound."""
    tables = {table.id: table for table in told}
    return tuple(replace(table, fields=tuple(_mended(table, one, tables) for one in table.fields)) for table in told)


Tables = Mapping[TableId, TableDescription]


def _mended(table: TableDescription, field: FieldDescription, tables: Tables) -> FieldDescription:
    if field.type is FieldType.UNKNOWN or (field.type is FieldType.LINKS and _far(field, tables) is None):
        return replace(field, type=FieldType.UNKNOWN, link=None, computation=UNWRITTEN)
    if field.link is not None and not _agrees(table, field, tables):
        return replace(field, link=replace(field.link, inverse=None))
    if field.computation is not None and not _leads(table, field.computation, tables):
        return replace(field, computation=replace(field.computation, via=None, target=None, sound=False))
    return field


def _far(field: FieldDescription | None, tables: Tables) -> TableDescription | None:
    return None if field is None or field.link is None else tables.get(field.link.table)


def _agrees(table: TableDescription, field: FieldDescription, tables: Tables) -> bool:
    far = _far(field, tables)
    other = None if far is None or field.link is None else _field(far, field.link.inverse)
    return (
        other is not None
        and other.link is not None
        and other.link == replace(other.link, table=table.id, inverse=field.id)
    )


def _leads(table: TableDescription, computation: Computation, tables: Tables) -> bool:
    """Whether there are cells at the end of the link, where it goes through one."""
    if computation.via is None:
        return True
    far = _far(_field(table, computation.via), tables)
    return far is not None and (computation.target is None or _field(far, computation.target) is not None)


def _field(table: TableDescription, field_id: FieldId | None) -> FieldDescription | None:
    return next((field for field in table.fields if field.id == field_id), None)
