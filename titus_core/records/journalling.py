"""Writes as the journal keeps them: what tells a repetition from another write, and their form in JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, assert_never

import msgspec
from msgspec.structs import replace

from titus_core.kernel.actor import Actor
from titus_core.records.catalogue import Catalogue, Table
from titus_core.records.model import FieldId, Fields, Record, RecordId, TableId
from titus_core.records.plain import cells_of, plain
from titus_core.records.ports import (
    Change,
    Create,
    Delete,
    JournalEntry,
    Removal,
    Update,
    Upload,
    Upsert,
    Write,
    WriteState,
)

_SORTED = msgspec.json.Encoder(order="sorted")


def digest_of(write: Write | Upload) -> str:
    """Equal for the same write under the same key by the same actor, and for nothing else."""
    told = msgspec.to_builtins(write) if isinstance(write, Upload) else _write(write)
    return hashlib.blake2b(_SORTED.encode(told), digest_size=16).hexdigest()


def stripped(write: Write) -> Write:
    """Without its items: for an entry that is stored with its end."""
    return replace(write, items=())


class _Row(msgspec.Struct):
    id: RecordId
    created_time: str
    fields: dict[str, Any]
    version: str
    modified_time: str | None


class _Item(msgspec.Struct, omit_defaults=True):
    """Of a change all, of a removal id and version, of the others the cells."""

    fields: dict[str, Any] = {}
    id: RecordId | None = None
    version: str | None = None
    replace: bool = False


class _Write(msgspec.Struct, omit_defaults=True):
    kind: str
    table: TableId
    by: Actor
    items: list[_Item]
    key: str | None = None
    match_on: tuple[FieldId, ...] = ()


class _Entry(msgspec.Struct, omit_defaults=True):
    id: str
    at: datetime
    write: _Write
    digest: str
    state: WriteState
    version: int
    before: list[_Row] = []
    ids: tuple[RecordId | None, ...] = ()
    created: list[RecordId] = []
    reason: str = ""


def encoded(entry: JournalEntry) -> bytes:
    """As JSON, its version included."""
    told = _Entry(
        id=entry.id,
        at=entry.at,
        write=_write(entry.write),
        digest=entry.digest,
        state=entry.state,
        version=entry.version,
        before=[_row(record) for record in entry.before],
        ids=entry.ids,
        created=sorted(entry.created),
        reason=entry.reason,
    )
    return msgspec.json.encode(told)


def decoded(catalogue: Catalogue, told: bytes | str) -> JournalEntry:
    """The entry. Of tables and fields that the catalogue knows no more, cells are as JSON had them."""
    entry = msgspec.json.decode(told, type=_Entry)
    table = next((one for one in catalogue.tables if one.id == entry.write.table), None)
    return JournalEntry(
        id=entry.id,
        at=entry.at,
        write=_read_write(table, entry.write),
        digest=entry.digest,
        state=entry.state,
        version=entry.version,
        before=tuple(_read_row(table, row) for row in entry.before),
        ids=entry.ids,
        created=frozenset(entry.created),
        reason=entry.reason,
    )


def _write(write: Write) -> _Write:
    match write:
        case Create(items=items):
            return _told("create", write, (_Item(_plain(item)) for item in items))
        case Upsert(items=items, match_on=match_on):
            return _told("upsert", write, (_Item(_plain(item)) for item in items), match_on)
        case Update(items=changes):
            told = (_Item(_plain(one.fields), one.id, one.version, one.replace) for one in changes)
            return _told("update", write, told)
        case Delete(items=removals):
            return _told("delete", write, (_Item(id=one.id, version=one.version) for one in removals))
        case _:
            assert_never(write)


def _told(kind: str, write: Write, items: Iterable[_Item], match_on: tuple[FieldId, ...] = ()) -> _Write:
    return _Write(kind, write.table, write.by, list(items), write.key, match_on)


def _read_write(table: Table | None, told: _Write) -> Write:
    cells = [cells_of(table, item.fields) for item in told.items]
    ids = [RecordId(item.id or "") for item in told.items]
    match told.kind:
        case "create":
            return Create(table=told.table, by=told.by, key=told.key, items=tuple(cells))
        case "upsert":
            return Upsert(table=told.table, by=told.by, key=told.key, items=tuple(cells), match_on=told.match_on)
        case "update":
            changes = (
                Change(id=one, fields=fields, version=item.version, replace=item.replace)
                for one, fields, item in zip(ids, cells, told.items, strict=True)
            )
            return Update(table=told.table, by=told.by, key=told.key, items=tuple(changes))
        case _:
            removals = (Removal(one, item.version) for one, item in zip(ids, told.items, strict=True))
            return Delete(table=told.table, by=told.by, key=told.key, items=tuple(removals))


def _row(record: Record) -> _Row:
    return _Row(record.id, record.created_time, _plain(record.fields), record.version, record.modified_time)


def _read_row(table: Table | None, row: _Row) -> Record:
    return Record(
        id=row.id,
        created_time=row.created_time,
        fields=cells_of(table, row.fields),
        version=row.version,
        modified_time=row.modified_time,
    )


def _plain(cells: Fields) -> dict[str, Any]:
    return {field: plain(cell) for field, cell in cells.items()}
