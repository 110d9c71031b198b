"""A whole table as it was at one time: any question about it is answered as the store would, by the same definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from titus_core.records.catalogue import Catalogue, Table
from titus_core.records.evaluating import sieve
from titus_core.records.model import FieldId, Record, RecordId, TableId
from titus_core.records.ports import Query, RecordPage
from titus_core.records.predicates import And, ModifiedSince, Not, Or, Predicate
from titus_core.records.sorting import compared, ordered, place_of


class Snapshot(msgspec.Struct, frozen=True):
    """`as_of`: nothing in it is older than that."""

    table: Table
    records: Mapping[RecordId, Record]
    as_of: datetime

    @classmethod
    def of(cls, table: Table, records: Iterable[Record], as_of: datetime) -> Snapshot:
        return cls(table, {record.id: record for record in records}, as_of)

    def page(self, query: Query) -> RecordPage:
        """As `RecordStore.query`; the query was checked, and `answers` it."""
        where, sort, after = query.where, query.sort, query.after
        found = self.records.values() if where is None else filter(sieve(where), self.records.values())
        places = ((record, place_of(self.table, sort, record)) for record in ordered(self.table, sort, found))
        behind = [record for record, place in places if after is None or compared(sort, place, after) > 0]
        shown = behind[: query.limit]
        following = place_of(self.table, sort, shown[-1]) if len(behind) > query.limit else None
        return RecordPage(tuple(_selected(record, query.fields) for record in shown), following, self.as_of)

    def with_changes(self, changed: Iterable[Record], gone: Iterable[RecordId]) -> Snapshot:
        """With what somebody just wrote; as old as before."""
        kept = {**self.records, **{record.id: record for record in changed}}
        for record in gone:
            kept.pop(record, None)
        return replace(self, records=kept)


def answers(where: Predicate | None) -> bool:
    """Whether a snapshot can: not every record tells when it was modified."""
    match where:
        case And(of=parts) | Or(of=parts):
            return all(answers(part) for part in parts)
        case Not(of=part):
            return answers(part)
        case _:
            return not isinstance(where, ModifiedSince)


def neighbours(catalogue: Catalogue, table: Table) -> frozenset[TableId]:
    """Tables that a change of this one shows in: those that it links to, and those that link to it."""
    far = {field.link.table for field in table.fields if field.link is not None}
    near = {
        one.id for one in catalogue.tables if any(field.link and field.link.table == table.id for field in one.fields)
    }
    return frozenset(far | near)


def _selected(record: Record, fields: frozenset[FieldId] | None) -> Record:
    if fields is None:
        return record
    return replace(record, fields={field: cell for field, cell in record.fields.items() if field in fields})
