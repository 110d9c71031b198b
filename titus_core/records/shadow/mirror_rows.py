"""Have rows be as the primary tells records, in one unit of work; what Titus computes is computed here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from titus_core.records.catalogue import Field, FieldType, LinkTo, Policy, Table
from titus_core.records.computing import derive, stamp
from titus_core.records.draft import Draft, RowChange
from titus_core.records.linking import load_linked, set_cells, unlink
from titus_core.records.model import FieldId, Record, RecordId, Value
from titus_core.records.ports import RecordTx
from titus_core.records.setting import Setting
from titus_core.records.shadow.model import Mirrored
from titus_core.records.storing import put
from titus_core.records.values import instant


class ToMirror(msgspec.Struct, frozen=True):
    """`at` is when it was changed, where the primary does not tell."""

    mirrored: Mirrored
    setting: Setting
    at: datetime


async def mirror_rows(tx: RecordTx, wanted: ToMirror) -> None:
    """Tells no trail and no journal of it: the primary's write is in them."""
    mirrored, setting = wanted.mirrored, wanted.setting
    table = setting.catalogue.table(mirrored.table)
    at = _changed_at(wanted)
    draft = Draft(setting.catalogue, tx.record_rows, instant(at))
    await draft.load(table.id, [*(one.id for one in mirrored.records), *mirrored.gone])
    await _set(draft, table, mirrored.records)
    await _remove(draft, setting, table, mirrored.gone)
    stamp(draft, setting.catalogue, mirrored.by, at)
    await _take_over(draft, setting, table, mirrored.records)
    await derive(draft, setting)
    told = {(table.id, one.id): one for one in mirrored.records}
    put(tx, draft, tuple(_timed(change, told.get((change.table.id, change.id))) for change in draft.changes()))


def _changed_at(wanted: ToMirror) -> datetime:
    told = [one.modified_time for one in wanted.mirrored.records if one.modified_time is not None]
    return datetime.fromisoformat(max(told)) if told else wanted.at


async def _set(draft: Draft, table: Table, records: tuple[Record, ...]) -> None:
    """What people write, of each of them all."""
    for record in records:
        if draft.stored(table.id, record.id) is None:
            draft.make(table.id, record.id)
    by_hand = [field for field in table.fields if field.computed is None]
    cells = {one.id: {field.id: one.fields.get(field.id) for field in by_hand} for one in records}
    await load_linked(draft, table, cells.items())
    for record_id, told in cells.items():
        set_cells(draft, table, record_id, told | dict(_known_links(draft, table, told)))


def _known_links(draft: Draft, table: Table, told: dict[FieldId, Value]) -> Iterator[tuple[FieldId, Value]]:
    """Links to what is there; what is not is missing anyway, and will be told as such."""
    for field in table.fields:
        cell = told.get(field.id)
        if field.link is not None and isinstance(cell, tuple):
            yield field.id, tuple(one for one in cell if _is_there(draft, field.link, one)) or None


def _is_there(draft: Draft, link: LinkTo, one: Value) -> bool:
    return isinstance(one, str) and draft.cells(link.table, RecordId(one)) is not None


async def _remove(draft: Draft, setting: Setting, table: Table, ids: tuple[RecordId, ...]) -> None:
    gone = [one for one in ids if draft.stored(table.id, one) is not None]
    for one in gone:
        draft.remove(table.id, one)
    if gone:
        await unlink(draft, setting.catalogue, table, gone)


async def _take_over(draft: Draft, setting: Setting, table: Table, records: tuple[Record, ...]) -> None:
    """What is computed, and not by Titus."""
    ours = {step.field.id for step in setting.plan.steps}
    for field in table.fields:
        if field.id in ours or field.computed is None or field.computed.policy is Policy.DROP:
            continue
        for record in records:
            draft.set(table.id, record.id, field.id, record.fields.get(field.id), by_hand=False)
        await _count_on(draft, table, field, records)


async def _count_on(draft: Draft, table: Table, field: Field, records: tuple[Record, ...]) -> None:
    """The numbers that the primary has given out are given out here too."""
    numbers = [one.fields.get(field.id) for one in records] if field.type is FieldType.AUTO_NUMBER else []
    highest = max((one for one in numbers if isinstance(one, int)), default=0)
    if highest:
        last = await draft.last_number(table.id, field.id)
        if highest > last:
            draft.give_out(table.id, field.id, highest - last)


def _timed(change: RowChange, told: Record | None) -> RowChange:
    """When the primary says that it was made and changed."""
    if told is None or change.after is None:
        return change
    times = {"created_time": told.created_time, "modified_time": told.modified_time or change.after.modified_time}
    return replace(change, after=replace(change.after, **times))
