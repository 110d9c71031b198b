"""Which records an upsert is about. Airtable finds them itself by fields of a few types; by all others they are looked
for beforehand, and a record that somebody makes in between is not seen (`RecordPromises.unique_keys`)."""

from __future__ import annotations

from collections.abc import Sequence

from titus_adapters.airtable import listing
from titus_adapters.airtable.api import AirtableApi
from titus_adapters.airtable.formulas import formula_of
from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import FieldType, Table
from titus_core.records.evaluating import sieve
from titus_core.records.keyed import alike, any_alike
from titus_core.records.model import Record, RecordId
from titus_core.records.ports import Upsert
from titus_core.records.predicates import Predicate
from titus_core.records.wanting import about

_FOUND_BY = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.NUMBER, FieldType.SELECT, FieldType.DATE})
"""airtable-and-migration.md §1.2: single and long text, numbers, choices and dates."""


def finds_itself(table: Table, upsert: Upsert) -> bool:
    """Whether Airtable does."""
    return all(table.field(field).type in _FOUND_BY for field in upsert.match_on)


async def matched(api: AirtableApi, table: Table, upsert: Upsert) -> list[RecordId | None]:
    """The record of each item; None: there is none yet. Raises `Invalid`, with its item, where there are several."""
    wanted = [alike(upsert, item) for item in upsert.items]
    there = await listing.every(api, table, formula_of(table, any_alike(upsert)), hurry=True)
    return [_only(table, upsert, there, one, place) for place, one in enumerate(wanted)]


def _only(table: Table, upsert: Upsert, there: Sequence[Record], wanted: Predicate, place: int) -> RecordId | None:
    found = [record.id for record in there if sieve(wanted)(record)]
    if len(found) > 1:
        raise about(Invalid(table.field(upsert.match_on[0]).api, f"{len(found)} records have this key"), place)
    return found[0] if found else None
