"""Pages of records: one statement for the rows, one for all their links, one for their files."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from titus_adapters.sql.lists import among
from titus_adapters.sql.records.compiling import condition_of, shape_of, values_of
from titus_adapters.sql.records.ordering import Ordered, behind, ordered_by
from titus_adapters.sql.records.storing import RowCommands
from titus_adapters.sql.records.tables import MISFITS, RecordTable, RecordTables
from titus_adapters.sql.records.told import told
from titus_adapters.sql.session import Reading
from titus_adapters.sql.statements import Query as Statement
from titus_adapters.sql.statements import bind
from titus_core.records.catalogue import Kind
from titus_core.records.model import Attachment, FieldId, Fields, Misfit, Record, RecordId, TableId, Value
from titus_core.records.ports import Query, RecordPage
from titus_core.records.sorting import Place, place_of
from titus_core.records.values import carried

_MOSTS = (2, 11, 26, 51, 101)
"""Rows of a statement; one more than a page, which tells whether another one follows."""

_KEPT = 512
"""Statements, by shape of the question; more shapes than this are no product's, and would only fill the memory."""


class RecordQueries:
    """What is read of a catalogue's tables, over any session. Statements are made once per shape."""

    def __init__(self, tables: RecordTables) -> None:
        self.tables = tables
        self._kept: OrderedDict[object, Any] = OrderedDict()
        self._commands: dict[TableId, RowCommands] = {}

    async def some(self, reading: Reading, table_id: TableId, ids: Collection[RecordId]) -> dict[RecordId, Record]:
        """Those of these records that the table has."""
        table = self.tables[table_id]
        statement = self._once(("some", table_id), lambda: _some(table))
        found = await reading.all(statement, {"ids": list(ids)})
        return {record.id: record for record in await self._whole(reading, table, None, found)}

    async def page(self, reading: Reading, query: Query) -> RecordPage:
        table = self.tables[query.table]
        needed = None if query.fields is None else query.fields | {sort.field for sort in query.sort}
        statement = self._once(_shape(query), lambda: self._page(table, query, needed))
        rows = await reading.all(statement, _given(query))
        more = len(rows) > query.limit
        records = await self._whole(reading, table, needed, rows[: query.limit])
        following = place_of(table.told, query.sort, records[-1]) if more else None
        if needed != query.fields:
            records = [_selected(record, query.fields) for record in records]
        return RecordPage(tuple(records), following)

    async def matching(
        self, reading: Reading, table_id: TableId, wanted: Sequence[Fields], limit: int
    ) -> tuple[tuple[Record, ...], ...]:
        """Of each of these, which all name the same fields, the first records that have all its cells."""
        if not wanted:
            return ()
        table, fields = self.tables[table_id], tuple(sorted(wanted[0]))
        statement = self._once(
            ("matching", table_id, fields, len(wanted)), lambda: _matching(table, fields, len(wanted))
        )
        given = {f"m{item}_{at}": one[field] for item, one in enumerate(wanted) for at, field in enumerate(fields)}
        ids = await reading.all(statement, {**given, "limit": limit})
        found = await self.some(reading, table_id, ids)
        by_key: dict[tuple[Value, ...], list[Record]] = {}
        for record_id in sorted(found):
            by_key.setdefault(_key(found[record_id].fields, fields), []).append(found[record_id])
        return tuple(tuple(by_key.get(_key(one, fields), ())) for one in wanted)

    def commands(self, table_id: TableId) -> RowCommands:
        """The commands on one of the tables."""
        table = self.tables[table_id]
        made = self._commands.get(table.told.id)
        if made is None:
            made = self._commands[table.told.id] = RowCommands(table, self.tables.attachments, self.tables.counters)
        return made

    def _page(self, table: RecordTable, query: Query, needed: frozenset[FieldId] | None) -> Statement[Record]:
        fields = _columns_of(table, needed)
        orders = [_order(table, sort.field, descending=sort.descending) for sort in query.sort]
        select = sa.select(*_selection(table, fields))
        if query.where is not None:
            select = select.where(condition_of(self.tables, table, query.where))
        if query.after is not None:
            select = select.where(_behind(table, orders, query.after))
        by = [order.term for order in orders]
        most = _most(query.limit)
        limit = sa.bindparam("limit", type_=sa.BigInteger()) if most is None else sa.literal_column(str(most))
        return Statement(select.order_by(*by, table.table.c.id).limit(limit), _row(table, fields))

    async def _whole(
        self, reading: Reading, table: RecordTable, needed: frozenset[FieldId] | None, rows: Sequence[Record]
    ) -> list[Record]:
        """The rows with their links and files."""
        links = tuple(field for field in table.links if needed is None or field in needed)
        files = tuple(field for field in table.attachments if needed is None or field in needed)
        if not rows or not (links or files):
            return list(rows)
        cells: dict[tuple[str, str], list[Value]] = {}
        ids = {"ids": [row.id for row in rows]}
        if links:
            statement = self._once(("links", table.told.id, links), lambda: _linked(table, links))
            for field, owner, target in await reading.all(statement, ids):
                cells.setdefault((owner, links[field]), []).append(target)
        if files:
            statement = self._once(("files",), lambda: _files(self.tables.attachments))
            for owner, owning, attachment in await reading.all(statement, ids):
                cells.setdefault((owner, owning), []).append(attachment)
        return [_with(row, (*links, *files), cells) for row in rows]

    def _once(self, shape: object, make: Callable[[], Any]) -> Any:
        made = self._kept.get(shape)
        if made is None:
            made = self._kept[shape] = make()
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(shape)
        return made


def _shape(query: Query) -> object:
    place = None if query.after is None else tuple(part is None for part in query.after.key)
    where = None if query.where is None else shape_of(query.where)
    return query.table, where, query.sort, query.fields, place, _most(query.limit)


def _most(limit: int) -> int | None:
    """How many rows are asked for, as a number in the statement: of a bind PostgreSQL thinks that it may be a tenth of
    the table, and then sorts it whole. A few such numbers, so that there are few statements; None: more than any."""
    return next((most for most in _MOSTS if most > limit), None)


def _given(query: Query) -> dict[str, object]:
    given: dict[str, object] = {"limit": query.limit + 1}
    if query.where is not None:
        given |= values_of(query.where)
    if query.after is not None:
        given |= {f"k{place}": part for place, part in enumerate(query.after.key)} | {"after": query.after.id}
    return given


def _order(table: RecordTable, field_id: FieldId, *, descending: bool) -> Ordered:
    return ordered_by(table.told.field(field_id), table.columns[field_id], descending=descending)


def _behind(table: RecordTable, orders: Sequence[Ordered], place: Place) -> Any:
    values = [
        None if part is None else sa.bindparam(f"k{at}", type_=order.expression.type)
        for at, (order, part) in enumerate(zip(orders, place.key, strict=True))
    ]
    ids = table.table.c.id
    return behind(orders, values, ids > bind(ids, "after"))


def _some(table: RecordTable) -> Statement[Record]:
    fields = _columns_of(table, None)
    return Statement(sa.select(*_selection(table, fields)).where(among(table.table.c.id, "ids")), _row(table, fields))


def _matching(table: RecordTable, fields: Sequence[FieldId], count: int) -> Statement[RecordId]:
    """The ids of the first records of each key."""
    own = table.table.c
    columns = [table.columns[field] for field in fields]
    keys = [
        sa.and_(*[column == bind(column, f"m{item}_{at}") for at, column in enumerate(columns)])
        for item in range(count)
    ]
    place = sa.func.row_number().over(partition_by=columns, order_by=own.id).label("place")
    placed = sa.select(own.id, place).where(sa.or_(*keys)).subquery()
    limit = sa.bindparam("limit", type_=sa.BigInteger())
    return Statement(sa.select(placed.c.id).where(placed.c.place <= limit), lambda record_id: record_id)


def _key(fields: Fields, named: Sequence[FieldId]) -> tuple[Value, ...]:
    return tuple(fields.get(field) for field in named)


def _columns_of(table: RecordTable, needed: frozenset[FieldId] | None) -> tuple[FieldId, ...]:
    return tuple(field for field in table.columns if needed is None or field in needed)


def _selection(table: RecordTable, fields: Sequence[FieldId]) -> list[ColumnElement[Any]]:
    own = table.table.c
    columns = [own.id, own.version, own.created_time, own.modified_time, own[MISFITS]]
    return [told(column) for column in (*columns, *(table.columns[field] for field in fields))]


def _row(table: RecordTable, fields: tuple[FieldId, ...]) -> Callable[..., Record]:
    """What makes a record of a row, without what lies in other tables."""
    carries = frozenset(f for f in fields if table.told.field(f).kind in {Kind.LIST, Kind.OBJECT})
    wanted = frozenset(fields)

    def made(
        id_: RecordId, version: int, created: str, modified: str, misfits: Mapping[str, Any] | None, *cells: Any
    ) -> Record:
        held = {field: cell for field, cell in zip(fields, cells, strict=True) if cell is not None}
        for field in carries & held.keys() if carries else ():
            held[field] = carried(held[field])
        for misfit, raw in (misfits or {}).items():
            if (field := FieldId(misfit)) in wanted:
                held[field] = Misfit(carried(raw))
        return Record(id=id_, created_time=created, fields=held, version=str(version), modified_time=modified)

    return made


def _linked(table: RecordTable, fields: Sequence[FieldId]) -> Statement[tuple[int, str, str]]:
    """All links of all these fields in one statement; a field is told by its place among them."""
    parts = []
    for place, field in enumerate(fields):
        link = table.links[field]
        parts.append(
            sa.select(
                sa.literal_column(str(place), sa.Integer()).label("field"),
                link.mine.label("owner"),
                link.theirs.label("target"),
                link.place.label("place"),
            ).where(among(link.mine, "ids"))
        )
    every = sa.union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    ordered = sa.select(every.c.field, every.c.owner, every.c.target).order_by(
        every.c.field, every.c.owner, every.c.place, every.c.target
    )
    return Statement(ordered, lambda field, owner, target: (field, owner, target))


def _files(files: sa.Table) -> Statement[tuple[str, str, Attachment]]:
    own = files.c
    columns = (own.record_id, own.field_id, own.id, own.filename, own.size, own.type, own.width, own.height)
    select = sa.select(*columns).where(among(own.record_id, "ids")).order_by(own.record_id, own.field_id, own.place)
    return Statement(select, _attachment)


def _attachment(owner: str, field: str, id_: str, filename: str, *rest: Any) -> tuple[str, str, Attachment]:
    size, kind, width, height = rest
    return owner, field, Attachment(id=id_, filename=filename, size=size, type=kind, width=width, height=height)


def _with(row: Record, fields: Sequence[FieldId], cells: Mapping[tuple[str, str], list[Value]]) -> Record:
    found = {field: tuple(cells[row.id, field]) for field in fields if (row.id, field) in cells}
    return msgspec.structs.replace(row, fields={**row.fields, **found}) if found else row


def _selected(record: Record, fields: frozenset[FieldId] | None) -> Record:
    """Without what was only read for the order."""
    if fields is None or fields >= record.fields.keys():
        return record
    told = {field: cell for field, cell in record.fields.items() if field in fields}
    return msgspec.structs.replace(record, fields=told)
