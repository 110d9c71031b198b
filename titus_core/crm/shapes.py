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
from titus_core.crm.reading import Crm, Link
from titus_core.records.attaching import attachments_in
from titus_core.records.catalogue import Table
from titus_core.records.model import Attachment, Misfit, Record, Value
from titus_core.records.plain import plain

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Way(StrEnum):
    """How a cell is read. `TEXT` joins several with commas, links as names; `NUMBER` takes the first number of a text
    (kilometres are written as people like); `FILES` are addresses, names, sizes and types; `ID` is the first record
    that is linked to."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"
    ID = "id"
    FILES = "files"


class Own(StrEnum):
    """What is told of the record itself: its name, its id, when it was made, all that is shown of it."""

    NAME = "name"
    RECORD = "record"
    CREATED = "created"
    ALL = "all"


_BLANK: Mapping[Way | Own, Any] = {Way.LIST: (), Way.FILES: (), Way.NUMBER: None, Way.FLAG: False}
"""Of empty cells, and of keys that the base has no field for; the others are blank text."""


class Key(msgspec.Struct, frozen=True):
    """A key of an answer, and the fields that may hold it, by alias."""

    key: str
    aliases: Aliases
    way: Way | Own = Way.TEXT


Shape: TypeAlias = tuple[Key, ...]


def keys(**told: Any) -> Shape:
    """`phone="mobile phone"`: the first of these fields, as text. Another way stands beside it: `kms=("kms",
    Way.NUMBER)`; of the record itself: `id=Own.RECORD`. A trailing underscore keeps a key from being a word of
    Python's."""
    return tuple(_key(name.removesuffix("_"), said) for name, said in told.items())


def _key(name: str, said: Own | str | tuple[str, Way]) -> Key:
    if isinstance(said, Own):
        return Key(name, (), said)
    aliases, way = said if isinstance(said, tuple) else (said, Way.TEXT)
    return Key(name, tuple(aliases.split()), way)


class Shaping:
    """A shape on a table: which field each key is."""

    def __init__(self, shape: Shape, table: Table) -> None:
        self.table = table
        self._naming = Naming.of(table)
        self._blank = {one.key: _BLANK.get(one.way, "") for one in shape}
        self._own = [(one.key, one.way) for one in shape if isinstance(one.way, Own)]
        found = ((one.key, one.way, field_of(table, one.aliases)) for one in shape if isinstance(one.way, Way))
        self._cells = [(key, way, field) for key, way, field in found if field is not None]

    async def views(self, crm: Crm, records: Iterable[Record]) -> list[dict[str, Any]]:
        """In their order, with the names of what they link to."""
        told = tuple(records)
        named = (field for _, way, field in self._cells if way in {Way.TEXT, Way.LIST})
        names = await crm.names(self.table, told, named)
        return [self._view(record, names, crm.link) for record in told]

    def _view(self, record: Record, names: Mapping[str, str], link: Link) -> dict[str, Any]:
        view = dict(self._blank)
        for key, own in self._own:
            view[key] = self._of_record(own, record, link)
        for key, way, field in self._cells:
            if (cell := record.fields.get(field.id)) is not None:
                view[key] = self._told(way, cell, record, names, link)
        return view

    def _of_record(self, own: Own, record: Record, link: Link) -> Any:
        match own:
            case Own.NAME:
                return self._naming.name(record)
            case Own.RECORD:
                return record.id
            case Own.CREATED:
                return record.created_time
            case Own.ALL:
                return raw(self.table, record, link)
            case _:
                assert_never(own)

    def _told(self, way: Way, cell: Value, record: Record, names: Mapping[str, str], link: Link) -> Any:
        match way:
            case Way.TEXT:
                return cell if isinstance(cell, str) else ", ".join(_texts(cell, names))
            case Way.LIST:
                return _texts(cell, names)
            case Way.NUMBER:
                return _number(cell)
            case Way.FLAG:
                return cell is True or (isinstance(cell, str) and cell.casefold() == "yes")
            case Way.ID:
                return next(iter(_texts(cell, {})), "")
            case Way.FILES:
                return [_file(one, link(self.table.id, record.id, one)) for one in attachments_in(cell)]
            case _:
                assert_never(way)


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
