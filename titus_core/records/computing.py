"""What is computed of cells, kept true in the commit that changes them, however far it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from titus_core.kernel.actor import Actor
from titus_core.records.catalogue import Catalogue, Field, FieldType, Kind, Policy, Table
from titus_core.records.dependencies import Far, Step
from titus_core.records.draft import Draft, Row
from titus_core.records.model import Misfit, RecordId, TableId, Value
from titus_core.records.rollups import way_of
from titus_core.records.setting import Setting
from titus_core.records.values import instant, read


async def compute(draft: Draft, setting: Setting, by: Actor, at: datetime) -> None:
    """Everything that depends on what was changed by hand."""
    await _number(draft, setting.catalogue)
    stamp(draft, setting.catalogue, by, at)
    await derive(draft, setting)


async def derive(draft: Draft, setting: Setting) -> None:
    """What is computed of other cells."""
    for step in setting.plan.steps:
        await _run(draft, setting, step)


async def _number(draft: Draft, catalogue: Catalogue) -> None:
    for table in catalogue.tables:
        made = _ids(draft.made, table.id)
        for field in _recomputed(table, FieldType.AUTO_NUMBER) if made else ():
            for number, one in enumerate(made, await draft.last_number(table.id, field.id) + 1):
                draft.set(table.id, one, field.id, number, by_hand=False)
            draft.give_out(table.id, field.id, len(made))


def stamp(draft: Draft, catalogue: Catalogue, by: Actor, at: datetime) -> None:
    """Who made and changed the rows, and when."""
    who: Mapping[str, Value] = {"id": f"{by.kind}:{by.name if by.user_id is None else by.user_id}", "name": by.name}
    for table in catalogue.tables:
        made, edited = _ids(draft.made, table.id), _ids(draft.edited, table.id)
        for field in _recomputed(table, FieldType.CREATED_TIME, FieldType.CREATED_BY):
            for one in made:
                draft.set(table.id, one, field.id, _stamped(field, who, at), by_hand=False)
        for field in _recomputed(table, FieldType.MODIFIED_TIME, FieldType.MODIFIED_BY):
            for one in dict.fromkeys((*made, *_watched(draft, field, edited))):
                draft.set(table.id, one, field.id, _stamped(field, who, at), by_hand=False)


def _stamped(field: Field, who: Mapping[str, Value], at: datetime) -> Value:
    match field.kind:
        case Kind.INSTANT:
            return instant(at)
        case Kind.DATE:
            return at.astimezone(ZoneInfo(field.zone or "UTC")).date().isoformat()
        case _:
            return who


def _watched(draft: Draft, field: Field, edited: list[RecordId]) -> list[RecordId]:
    watches = () if field.computed is None else field.computed.watches
    return [one for one in edited if not watches or any(one in draft.changed_in(watched) for watched in watches)]


async def _run(draft: Draft, setting: Setting, step: Step) -> None:
    ids = list(dict.fromkeys([*_near(draft, step), *await _far(draft, step)]))
    await draft.load(step.table, ids)
    there = [one for one in ids if draft.cells(step.table, one) is not None]
    for far in step.far:
        linked = [linked for one in there for linked in draft.ids(step.table, one, far.via)]
        await draft.load(far.table, linked)
        _hold(draft, far.table, linked)
        _hold(draft, step.table, there)
    for one in there:
        draft.set(step.table, one, step.field.id, _value(draft, setting, step, one), by_hand=False)


def _hold(draft: Draft, table: TableId, ids: Iterable[RecordId]) -> None:
    """Also of what comes out as it was: somebody who changes the other end of the link at the same time has to see it,
    or neither would see what both changed."""
    for one in ids:
        draft.hold(table, one)


def _near(draft: Draft, step: Step) -> Iterator[RecordId]:
    """Rows that are new, or in which a cell changed that it looks at. A formula may look at the record as such, so all
    those count that somebody changed."""
    yield from _ids(draft.made, step.table)
    for field in step.own:
        yield from draft.changed_in(field)
    if step.field.type is FieldType.FORMULA:
        yield from _ids(draft.edited, step.table)


async def _far(draft: Draft, step: Step) -> list[RecordId]:
    """Rows that link to one in which a cell changed that it looks at."""
    found: list[RecordId] = []
    for far in step.far:
        moved = draft.changed_in(far.target)
        if moved and far.inverse is not None:
            found += (one for there in moved for one in draft.ids(far.table, there, far.inverse))
        elif moved:
            found += await draft.linking(step.table, far.via, moved)
    return found


def _value(draft: Draft, setting: Setting, step: Step, record_id: RecordId) -> Value:
    field, computed = step.field, step.field.computed
    formula = (computed.formula if computed is not None else None) or ""
    match field.type:
        case FieldType.COUNT:
            return sum(len(draft.ids(step.table, record_id, via)) for via in step.own)
        case FieldType.LOOKUP:
            return _gathered(draft, step, record_id) or None
        case FieldType.ROLLUP:
            way = way_of(formula)
            return None if way is None else read(field, way(_gathered(draft, step, record_id)))
        case _:
            linked = {far.via: _names(draft, step.table, far, record_id) for far in step.far}
            table, row = setting.catalogue.table(step.table), draft.row(step.table, record_id)
            return read(field, setting.formulas.value(formula, table, row, linked))


def _gathered(draft: Draft, step: Step, record_id: RecordId) -> tuple[Value, ...]:
    """One element for each cell that holds something, lists in lists spliced: as `values.read` makes lookups."""
    cells = (cell for far in step.far for cell in _names(draft, step.table, far, record_id))
    return tuple(one for cell in cells for one in _elements(cell))


def _elements(cell: Value) -> Iterable[Value]:
    """A checkbox that is unchecked holds nothing."""
    if cell is None or cell is False:
        return ()
    if isinstance(cell, tuple):
        return cell
    return (cell.told,) if isinstance(cell, Misfit) else (cell,)


def _names(draft: Draft, table: TableId, far: Far, record_id: RecordId) -> tuple[Value, ...]:
    """The cells over there, in the order of the links; None for empty ones."""
    there = (draft.cells(far.table, one) or {} for one in draft.ids(table, record_id, far.via))
    return tuple(cells.get(far.target) for cells in there)


def _ids(rows: Iterable[Row], table: TableId) -> list[RecordId]:
    return [one for of, one in rows if of == table]


def _recomputed(table: Table, *types: FieldType) -> Iterator[Field]:
    for field in table.fields:
        if field.type in types and field.computed is not None and field.computed.policy is Policy.RECOMPUTE:
            yield field
