"""Records in the shapes that today's clients read (`../shared/facts/legacy-contract.md` §1.3, §1.6). Pure.

A key whose field is empty, or which this base has no field for, is there all the same: blank text, an empty list, null
for a number, false. Which fields there are is told by `GET /api/records`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias, assert_never

import msgspec

from titus_core.crm.fields import Aliases, field_of
from titus_core.crm.people import Naming
from titus_core.crm.reading import Crm, Link, links_of
from titus_core.records.attaching import attachments_in
from titus_core.records.catalogue import Field, Table
from titus_core.records.model import Attachment, Misfit, Record, Value
from titus_core.records.plain import plain

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Way(StrEnum):
    """How a key is read. `TEXT` joins several with commas, links as names; `NUMBER` takes the first number of a text
    (kilometres are written as people like); `FILES` are addresses, names, sizes and types; `ID` is the first record
    that is linked to. Of the record itself: `NAME`, `RECORD` (its id), `CREATED`, and `ALL` that is shown of it."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"
    ID = "id"
    FILES = "files"
    NAME = "name"
    RECORD = "record"
    CREATED = "created"
    ALL = "all"


class Key(msgspec.Struct, frozen=True):
    """A key of an answer, and the fields that may hold it, by alias."""

    key: str
    aliases: Aliases
    way: Way = Way.TEXT


Shape: TypeAlias = tuple[Key, ...]


def keys(**told: Any) -> Shape:
    """`phone="mobile phone"`: the first of these fields, as text. Another way stands beside it: `kms=("kms",
    Way.NUMBER)`; of the record itself alone: `id=Way.RECORD`. A trailing underscore keeps a key from being a word of
    Python's."""
    return tuple(_key(name.removesuffix("_"), said) for name, said in told.items())


def _key(name: str, said: Way | str | tuple[str, Way]) -> Key:
    if isinstance(said, Way):
        return Key(name, (), said)
    aliases, way = said if isinstance(said, tuple) else (said, Way.TEXT)
    return Key(name, tuple(aliases.split()), way)


class Shaping:
    """A shape on a table: which field each key is."""

    def __init__(self, shape: Shape, table: Table) -> None:
        self.table = table
        self._naming = Naming.of(table)
        self._keys = tuple((one, field_of(table, one.aliases)) for one in shape)

    async def views(self, crm: Crm, records: Iterable[Record]) -> list[dict[str, Any]]:
        """In their order, with the names of what they link to."""
        told = tuple(records)
        named = (field for one, field in self._keys if field is not None and one.way in {Way.TEXT, Way.LIST})
        names = await crm.names(self.table, told, named)
        return [self._view(record, names, crm.link) for record in told]

    def _view(self, record: Record, names: Mapping[str, str], link: Link) -> dict[str, Any]:
        return {one.key: self._cell(one, field, record, names, link) for one, field in self._keys}

    def _cell(self, key: Key, field: Field | None, record: Record, names: Mapping[str, str], link: Link) -> Any:
        cell = record.fields.get(field.id) if field is not None else None
        match key.way:
            case Way.TEXT:
                return ", ".join(_texts(cell, names))
            case Way.LIST:
                return _texts(cell, names)
            case Way.NUMBER:
                return _number(cell)
            case Way.FLAG:
                return cell is True or (isinstance(cell, str) and cell.casefold() == "yes")
            case Way.ID:
                return next(iter(links_of(record, field)), "") if field is not None else ""
            case Way.NAME:
                return self._naming.name(record)
            case Way.RECORD:
                return record.id
            case Way.CREATED:
                return record.created_time
            case Way.ALL:
                return raw(self.table, record, link)
            case Way.FILES:
                return [_file(one, link(self.table.id, record.id, one)) for one in attachments_in(cell)]
            case _:
                assert_never(key.way)


def raw(table: Table, record: Record, link: Link) -> dict[str, Any]:
    """All that is shown of a record, by the names of the fields where they came from (`allFields`)."""
    cells = ((field.name, record.fields.get(field.id)) for field in table.fields)
    return {name: _raw(cell, table, record, link) for name, cell in cells if cell is not None}


def _raw(cell: Value, table: Table, record: Record, link: Link) -> Any:
    files = attachments_in(cell)
    return [_file(one, link(table.id, record.id, one)) for one in files] if files else plain(cell)


def _texts(cell: Value, names: Mapping[str, str]) -> list[str]:
    told = cell.told if isinstance(cell, Misfit) else cell
    several = told if isinstance(told, tuple) else (told,)
    return [_text(one, names) for one in several if isinstance(one, str | int | float)]


def _text(one: str | float, names: Mapping[str, str]) -> str:
    if isinstance(one, bool):
        return "Yes" if one else "No"
    return names.get(one, one) if isinstance(one, str) else str(one)


def _number(cell: Value) -> int | float | None:
    first = next(iter(cell), None) if isinstance(cell, tuple) else cell
    if isinstance(first, str):
        found = _NUMBER.search(first.replace(",", ""))
        return float(found[0]) if found is not None else None
    return first if isinstance(first, int | float) and not isinstance(first, bool) else None


def _file(file: Attachment, url: str) -> dict[str, Any]:
    """`thumbnailUrl` is the file itself: nobody makes smaller ones."""
    told = {"url": url, "thumbnailUrl": url, "name": file.filename, "filename": file.filename}
    return told | {"id": file.id, "size": file.size, "type": file.type}
