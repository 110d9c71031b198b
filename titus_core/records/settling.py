"""What became of a write whose end nobody noted, by what the store holds now. What cannot be known is said so: a record
is never guessed to be somebody's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

import msgspec
from msgspec.structs import replace

from titus_core.records.catalogue import Kind, Table
from titus_core.records.draft import is_same
from titus_core.records.evaluating import sieve
from titus_core.records.keyed import alike, any_alike
from titus_core.records.model import FieldId, Fields, Record, RecordId
from titus_core.records.ports import Change, Create, Delete, JournalEntry, Update, Upsert
from titus_core.records.predicates import CreatedSince, Predicate
from titus_core.records.remote import Outcome
from titus_core.records.values import instant

NOT_DONE = "it was never done"
UNCLEAR = "what is there now may be of this write or of another one"

CLOCKS_DIFFER = timedelta(minutes=2)
"""By so much the store's clock may be behind ours."""


class Seen(msgspec.Struct, frozen=True):
    """Of one item: the record as it is now (None: it is gone, as was wanted), or why it counts as not done."""

    record: Record | None = None
    left: str = ""
    made: bool = False


def question(entry: JournalEntry) -> Predicate | None:
    """Which records to look through; None: those of `ids_of`."""
    match entry.write:
        case Create():
            return CreatedSince(at=_earliest(entry.at))
        case Upsert() as upsert:
            return any_alike(upsert)
        case Update() | Delete():
            return None
        case _:
            assert_never(entry.write)


def ids_of(entry: JournalEntry) -> list[RecordId]:
    """The records that it names."""
    write = entry.write
    return [one.id for one in write.items] if isinstance(write, Update | Delete) else []


def outcome_of(table: Table, entry: JournalEntry, now: Sequence[Record]) -> Outcome:
    """`now`: what was found of `question`, or of `ids_of`."""
    seen = _seen(table, entry, now)
    left = tuple(place for place, one in enumerate(seen) if one.left)
    return Outcome(
        records=tuple(one.record for one in seen),
        created=frozenset(one.record.id for one in seen if one.made and one.record is not None),
        left=left,
        reason=next((one.left for one in sorted(seen, key=lambda one: one.left != UNCLEAR) if one.left), ""),
    )


def _seen(table: Table, entry: JournalEntry, now: Sequence[Record]) -> list[Seen]:
    there = {record.id: record for record in now}
    match entry.write:
        case Create(items=items):
            return _made(items, now)
        case Upsert() as upsert:
            return [_matched(entry, item, sieve(alike(upsert, item)), now) for item in upsert.items]
        case Update(items=changes):
            before = {record.id: record for record in entry.before}
            return [_changed(table, one, before[one.id], there.get(one.id)) for one in changes]
        case Delete(items=removals):
            return [Seen(left=NOT_DONE) if one.id in there else Seen() for one in removals]
        case _:
            assert_never(entry.write)


def _made(items: Sequence[Fields], now: Sequence[Record]) -> list[Seen]:
    """Records tell no write; of equal ones there must not be more than this write wanted."""
    seen: list[Seen] = []
    taken: set[RecordId] = set()
    for item in items:
        fitting = [record for record in now if _holds(record, item)]
        free = [record for record in fitting if record.id not in taken]
        if len(fitting) > sum(1 for other in items if other == item):
            seen.append(Seen(left=UNCLEAR))
        elif not free:
            seen.append(Seen(left=NOT_DONE))
        else:
            taken.add(free[0].id)
            seen.append(Seen(free[0], made=True))
    return seen


def _matched(entry: JournalEntry, item: Fields, has_key: Callable[[Record], bool], now: Sequence[Record]) -> Seen:
    found = [record for record in now if has_key(record)]
    known = {record.id: record for record in entry.before}
    if not found:
        return Seen(left=NOT_DONE)
    record = found[0]
    if len(found) == 1 and _holds(record, item):
        was = known.get(record.id)
        return Seen(record if was is None else _with(was, record, item), made=was is None)
    same = all(one.id in known and one.version == known[one.id].version for one in found)
    return Seen(left=NOT_DONE if same else UNCLEAR)


def _changed(table: Table, change: Change, before: Record, now: Record | None) -> Seen:
    if now is None:
        return Seen(left=UNCLEAR)
    wanted = _wanted(table, change)
    done = _holds(now, wanted) if wanted else now.version != before.version
    if done:
        return Seen(_with(before, now, wanted or _files(table)))
    return Seen(left=NOT_DONE if now.version == before.version else UNCLEAR)


def _wanted(table: Table, change: Change) -> Fields:
    """The cells as they are to be; nothing where only a file was added."""
    if not change.replace:
        return change.fields
    return {field.id: change.fields.get(field.id) for field in table.fields if field.computed is None}


def _files(table: Table) -> Fields:
    return {field.id: None for field in table.fields if field.kind is Kind.ATTACHMENTS}


def _holds(record: Record, wanted: Fields) -> bool:
    return all(_is(record.fields, field, wanted) for field in wanted)


def _is(cells: Fields, field: FieldId, wanted: Fields) -> bool:
    """An unticked checkbox is empty to whoever wrote nothing."""
    return is_same(cells.get(field), wanted[field]) or (wanted[field] is None and cells.get(field) is False)


def _with(before: Record, now: Record, cells: Mapping[FieldId, object]) -> Record:
    """As it was, with only these cells as they are now: what others changed meanwhile is theirs."""
    kept = {field: cell for field, cell in before.fields.items() if field not in cells}
    return replace(now, fields=kept | {field: now.fields[field] for field in cells if field in now.fields})


def _earliest(at: datetime) -> str:
    return instant(at - CLOCKS_DIFFER)
