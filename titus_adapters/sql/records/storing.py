"""The commands that store a record: its row, its links, its files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from titus_adapters.sql.lists import among
from titus_adapters.sql.records.tables import MISFITS, LinkTable, RecordTable
from titus_adapters.sql.statements import Command, Params, Query, bind, binds, change, insert
from titus_core.records.model import Attachment, FieldId, Fields, Misfit, Record, RecordId, Value


class RowCommands:
    """The commands on one table, each made when it is first needed."""

    def __init__(self, table: RecordTable, attachments: sa.Table, counters: sa.Table) -> None:
        self.table = table
        self._attachments = attachments
        self._counters = counters

    @cached_property
    def insert(self) -> Command:
        return insert(self.table.table, "id")

    @cached_property
    def update(self) -> Command:
        own = self.table.table.c
        changed = {name: value for name, value in binds(self.table.table).items() if name not in {"id", "created_time"}}
        update = sa.update(self.table.table).where(own.id == bind(own.id), own.version == bind(own.version, "known"))
        return change(update.values(changed), "id")

    @cached_property
    def hold(self) -> Command:
        """A change that changes nothing: whoever else changes the row waits, and then sees another version."""
        own = self.table.table.c
        update = sa.update(self.table.table).where(own.id == bind(own.id), own.version == bind(own.version, "known"))
        return change(update.values(version=own.version), "id")

    @cached_property
    def delete(self) -> Command:
        own = self.table.table.c
        delete = sa.delete(self.table.table).where(own.id == bind(own.id), own.version == bind(own.version, "known"))
        return change(delete, "id")

    @cached_property
    def last_number(self) -> Query[int]:
        own = self._counters.c
        return Query(sa.select(own.last).where(own.field_id == bind(own.field_id)), _as_it_is)

    @cached_property
    def count_first(self) -> Command:
        return insert(self._counters, "field_id")

    @cached_property
    def count_on(self) -> Command:
        own = self._counters.c
        update = sa.update(self._counters).where(
            own.field_id == bind(own.field_id), own.last == bind(own.last, "known")
        )
        return change(update.values(last=bind(own.last)), "field_id")

    @cached_property
    def forget_files(self) -> Command:
        own = self._attachments.c
        return change(sa.delete(self._attachments).where(own.record_id == bind(own.record_id)))

    @cached_property
    def _forget_file(self) -> Command:
        own = self._attachments.c
        return change(sa.delete(self._attachments).where(own.id == bind(own.id)), "id")

    @cached_property
    def _place_file(self) -> Command:
        return _upsert(self._attachments, ("id",), tuple(binds(self._attachments)))

    def values(self, row: Record) -> Params:
        """What stands in the row itself."""
        cells = {column.name: _plain(row.fields.get(field)) for field, column in self.table.columns.items()}
        misfits = {
            field: cell.told for field in self.table.columns if isinstance(cell := row.fields.get(field), Misfit)
        }
        own = {"id": row.id, "version": int(row.version), "created_time": row.created_time}
        return {**cells, **own, "modified_time": row.modified_time or row.created_time, MISFITS: misfits or None}

    def beside(self, row: Record, before: Record | None) -> Iterator[tuple[Command, Params]]:
        """What changes in the tables of links and files."""
        was: Fields = before.fields if before is not None else {}
        for field, link in self.table.links.items():
            yield from _linked(link, row.id, _names(was.get(field)), _names(row.fields.get(field)))
        for field in self.table.attachments:
            yield from self._filed(row.id, field, _files(was.get(field)), _files(row.fields.get(field)))

    def _filed(
        self, owner: RecordId, field: FieldId, was: tuple[Attachment, ...], now: tuple[Attachment, ...]
    ) -> Iterator[tuple[Command, Params]]:
        if was == now:
            return
        kept = {one.id for one in now}
        for gone in was:
            if gone.id not in kept:
                yield self._forget_file, {"id": gone.id}
        for place, one in enumerate(now):
            told = msgspec.structs.asdict(one)
            yield self._place_file, {**told, "record_id": owner, "field_id": field, "place": place}


def _linked(
    link: LinkTable, owner: RecordId, was: tuple[str, ...], now: tuple[str, ...]
) -> Iterator[tuple[Command, Params]]:
    """Of one side: the other side's put tells its own order."""
    if was == now:
        return
    unlink, place = _link_commands(link)
    for target in was:
        if target not in now:
            yield unlink, {link.mine.name: owner, link.theirs.name: target}
    before = {target: at for at, target in enumerate(was)}
    for at, target in enumerate(now):
        if before.get(target) != at:
            yield place, {link.mine.name: owner, link.theirs.name: target, link.place.name: at}


@lru_cache(maxsize=4096)
def _link_commands(link: LinkTable) -> tuple[Command, Command]:
    pair = tuple(sorted((link.mine.name, link.theirs.name)))  # of both sides the same row has the same key
    unlink = sa.delete(link.table).where(link.mine == bind(link.mine), link.theirs == bind(link.theirs))
    return change(unlink, *pair), _upsert(link.table, pair, (*pair, link.place.name))


@lru_cache(maxsize=4096)
def owners_of(link: LinkTable) -> Query[RecordId]:
    return Query(sa.select(link.mine).where(among(link.theirs, "ids")).distinct().order_by(link.mine), _as_it_is)


def _upsert(table: sa.Table, key: tuple[str, ...], given: tuple[str, ...]) -> Command:
    """Insert a row with the given columns, or change just these of the one with this key."""
    values = {name: bind(table.c[name]) for name in given}
    changed = [name for name in given if name not in key]
    on_sqlite = sqlite.insert(table).values(values).inline()
    on_postgres = postgresql.insert(table).values(values).inline()
    return Command(
        on_sqlite.on_conflict_do_update(index_elements=key, set_={name: on_sqlite.excluded[name] for name in changed}),
        on_postgres.on_conflict_do_update(
            index_elements=key, set_={name: on_postgres.excluded[name] for name in changed}
        ),
        key,
    )


def _plain(cell: Value) -> Any:
    return None if isinstance(cell, Misfit) else cell


def _names(cell: Value) -> tuple[str, ...]:
    return tuple(one for one in cell if isinstance(one, str)) if isinstance(cell, tuple) else ()


def _files(cell: Value) -> tuple[Attachment, ...]:
    return tuple(one for one in cell if isinstance(one, Attachment)) if isinstance(cell, tuple) else ()


def _as_it_is(value: Any) -> Any:
    return value
