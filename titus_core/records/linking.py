"""Both sides of a link, kept alike: what one side gains or loses, so does the other, behind what is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Catalogue, Field, LinkTo, Table
from titus_core.records.draft import Draft
from titus_core.records.model import FieldId, Fields, RecordId, TableId, Value

Item = tuple[RecordId, Fields]
"""Which record gets which cells."""


async def load_linked(draft: Draft, table: Table, items: Iterable[Item]) -> None:
    """Have all rows at hand that these records link to, or will."""
    wanted: dict[TableId, list[RecordId]] = defaultdict(list)
    unseen: dict[FieldId, None] = {}
    for record_id, cells in items:
        for field, link in _links(table):
            if field.id in cells:
                wanted[link.table] += (*draft.ids(table.id, record_id, field.id), *_ids(cells[field.id]))
                unseen |= {} if link.inverse is not None else {field.id: None}
    for far, ids in wanted.items():
        await draft.load(far, ids)
    for one in unseen:
        await draft.last_number(table.id, one)


def set_cells(draft: Draft, table: Table, record_id: RecordId, cells: Fields) -> None:
    """Raises `Invalid` for links to records that are not there. What is linked must be at hand."""
    for field_id, value in cells.items():
        field = table.field(field_id)
        if field.link is None:
            draft.set(table.id, record_id, field_id, value, by_hand=True)
        else:
            _link(draft, table.id, record_id, field, field.link, _ids(value))


def _link(
    draft: Draft, table: TableId, record_id: RecordId, field: Field, link: LinkTo, ids: tuple[RecordId, ...]
) -> None:
    before = draft.ids(table, record_id, field.id)
    new = [one for one in ids if one not in before]
    for one in new:
        if draft.cells(link.table, one) is None:
            raise Invalid(field.api, f"links to {one}, which is not there")
    draft.set(table, record_id, field.id, ids or None, by_hand=True)
    for one in new:
        _show(draft, link, one, record_id)
    if new and link.inverse is None:
        draft.give_out(table, field.id, 1)
    for one in before:
        if one not in ids:
            _hide(draft, link.table, one, link.inverse, record_id)


def _show(draft: Draft, link: LinkTo, far: RecordId, record_id: RecordId) -> None:
    if link.inverse is None:
        draft.hold(link.table, far)
        return
    there = draft.ids(link.table, far, link.inverse)
    if record_id not in there:
        draft.set(link.table, far, link.inverse, (*there, record_id), by_hand=True)


def _hide(draft: Draft, table: TableId, far: RecordId, field: FieldId | None, *gone: RecordId) -> None:
    if field is not None and draft.cells(table, far) is not None:
        left = tuple(one for one in draft.ids(table, far, field) if one not in gone)
        draft.set(table, far, field, left or None, by_hand=True)


async def unlink(draft: Draft, catalogue: Catalogue, table: Table, gone: Sequence[RecordId]) -> None:
    """No record that stays links to one of these, which are at hand and removed."""
    for field, link in _links(table):
        if link.inverse is not None:
            linked = {one: _linked(draft, table, one, field) for one in gone}
            await draft.load(link.table, (far for ids in linked.values() for far in ids))
            for one, ids in linked.items():
                for far in ids:
                    _hide(draft, link.table, far, link.inverse, one)
    for other, field in _one_way_to(catalogue, table.id):
        linking = await draft.linking(other.id, field.id, gone)
        await draft.load(other.id, linking)
        for one in linking:
            _hide(draft, other.id, one, field.id, *gone)


def _linked(draft: Draft, table: Table, record_id: RecordId, field: Field) -> tuple[RecordId, ...]:
    """By a row that is removed."""
    row = draft.stored(table.id, record_id)
    return () if row is None else _ids(row.fields.get(field.id))


def _one_way_to(catalogue: Catalogue, table: TableId) -> Iterator[tuple[Table, Field]]:
    """The fields that link to this table and are not seen from there."""
    for other in catalogue.tables:
        for field, link in _links(other):
            if link.table == table and link.inverse is None:
                yield other, field


def _links(table: Table) -> Iterator[tuple[Field, LinkTo]]:
    for field in table.fields:
        if field.link is not None:
            yield field, field.link


def _ids(value: Value) -> tuple[RecordId, ...]:
    return tuple(RecordId(one) for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()
