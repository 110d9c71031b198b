"""The rows of the catalogue's tables in a unit of work."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from titus_adapters.sql.records.reading import RecordQueries
from titus_adapters.sql.records.storing import RowCommands, owners_of
from titus_adapters.sql.session import Session
from titus_core.records.model import FieldId, Fields, Record, RecordId, TableId


class SqlRecordRows:
    """`titus_core.records.ports.RecordRows`."""

    __slots__ = ("_queries", "_session")

    def __init__(self, session: Session, queries: RecordQueries) -> None:
        self._session = session
        self._queries = queries

    async def get(self, table: TableId, ids: Collection[RecordId]) -> Mapping[RecordId, Record]:
        return await self._queries.some(self._session, table, ids)

    async def matching(self, table: TableId, wanted: Sequence[Fields], limit: int) -> tuple[tuple[Record, ...], ...]:
        return await self._queries.matching(self._session, table, wanted, limit)

    async def linking(self, table: TableId, field: FieldId, ids: Collection[RecordId]) -> tuple[RecordId, ...]:
        link = self._queries.tables[table].links[field]
        return tuple(await self._session.all(owners_of(link), {"ids": list(ids)}))

    async def last_number(self, table: TableId, field: FieldId) -> int:
        last = await self._session.one(self._commands(table).last_number, {"field_id": field})
        return last if last is not None else 0

    def put(self, table: TableId, row: Record, before: Record | None) -> None:
        commands = self._commands(table)
        values = commands.values(row)
        if before is None:
            self._session.write(commands.insert, values, expect=1)
        else:
            self._session.write(commands.update, {**values, "known": int(before.version)}, expect=1)
        for command, params in commands.beside(row, before):
            self._session.write(command, params)

    def remove(self, table: TableId, row: Record) -> None:
        commands = self._commands(table)
        self._session.write(commands.delete, {"id": row.id, "known": int(row.version)}, expect=1)
        if commands.table.attachments:
            self._session.write(commands.forget_files, {"record_id": row.id})

    def hold(self, table: TableId, row: Record) -> None:
        self._session.write(self._commands(table).hold, {"id": row.id, "known": int(row.version)}, expect=1)

    def number(self, table: TableId, field: FieldId, before: int, now: int) -> None:
        commands = self._commands(table)
        command = commands.count_on if before else commands.count_first
        self._session.write(command, {"field_id": field, "last": now, "known": before}, expect=1)

    def _commands(self, table: TableId) -> RowCommands:
        return self._queries.commands(table)
