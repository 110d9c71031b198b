"""Lists of records: asked for as narrowly as formulas can, looked at once more, and put into our order.

Airtable tells records without a sort in the order of their ids, and those with one in the order asked for: seen, not
promised (airtable-and-migration.md §1.2). So what comes is trusted only as long as it comes in order; where it does
not, or where the order is one that Airtable knows otherwise (text without regard to case), all is read and sorted here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import cmp_to_key
from typing import Any, NamedTuple

from titus_adapters.airtable.api import AirtableApi
from titus_adapters.airtable.cells import Rows, record_of
from titus_adapters.airtable.refusals import ITERATOR_GONE
from titus_core.kernel.errors import Invalid, Unavailable
from titus_core.records.catalogue import FieldType, Table
from titus_core.records.evaluating import Sieve
from titus_core.records.model import Record
from titus_core.records.ports import Query
from titus_core.records.sorting import Place, Sort, compared, place_of

PAGE = 100
RESTARTS = 3

_ALIKE = frozenset(
    {
        FieldType.NUMBER,
        FieldType.CURRENCY,
        FieldType.PERCENT,
        FieldType.DURATION,
        FieldType.RATING,
        FieldType.AUTO_NUMBER,
        FieldType.DATE,
        FieldType.DATE_TIME,
        FieldType.CREATED_TIME,
        FieldType.CHECKBOX,
        FieldType.SELECT,
    }
)
"""Fields whose order is the same for both."""


class Asked(NamedTuple):
    """`formula` None: every record. `holds`: what is really meant."""

    table: Table
    query: Query
    formula: str | None
    holds: Sieve


class Found(NamedTuple):
    """Matching records behind the place asked for, in order: at least `limit + 1` of them unless there are no more.
    `hints` are Airtable's own bookmarks of the pages in which they were."""

    records: list[Record]
    hints: dict[str, str | None]


class _Disorder(Exception):
    """What came was not in the order that was hoped for."""


async def found(api: AirtableApi, asked: Asked) -> Found:
    """Raises what `AirtableApi.read` raises."""
    after = asked.query.after
    if all(asked.table.field(sort.field).type in _ALIKE for sort in asked.query.sort):
        try:
            return await _in_order(api, asked, None if after is None else after.hint)
        except _Disorder:
            pass
    return await _whole(api, asked)


async def every(
    api: AirtableApi, table: Table, formula: str | None, *, hurry: bool, most: int | None = None
) -> list[Record]:
    """All records of which the formula is true, each once; with `most`, no page behind the one that goes beyond it."""
    records: dict[str, Record] = {}
    async for _, some in _pages(api, table, formula, (), None, hurry=hurry):
        records |= {record.id: record for record in some}
        if most is not None and len(records) > most:
            break
    return list(records.values())


async def _in_order(api: AirtableApi, asked: Asked, hint: str | None) -> Found:
    table, query = asked.table, asked.query
    walk = _Walk(asked)
    async for token, records in _pages(api, table, asked.formula, query.sort, hint, hurry=query.hurry):
        for record in records:
            walk.take(record, token)
        if walk.has_enough:
            break
    return walk.found()


async def _whole(api: AirtableApi, asked: Asked) -> Found:
    walk = _Walk(asked, trusting=False)
    for record in await every(api, asked.table, asked.formula, hurry=asked.query.hurry):
        walk.take(record, None)
    return walk.found()


class _Walk:
    """Gathers what matches, and watches the order in which it comes."""

    def __init__(self, asked: Asked, *, trusting: bool = True) -> None:
        self._asked = asked
        self._trusting = trusting
        self._last: Place | None = None
        self._met: set[str] = set()
        self._matches: list[tuple[Place, Record]] = []
        self._hints: dict[str, str | None] = {}

    def take(self, record: Record, token: str | None) -> None:
        if record.id in self._met:
            return
        self._met.add(record.id)
        place = place_of(self._asked.table, self._asked.query.sort, record)
        self._watch(place)
        after = self._asked.query.after
        behind = after is None or compared(self._asked.query.sort, place, after) > 0
        if behind and self._asked.holds(record):
            self._matches.append((place, record))
            self._hints[record.id] = token

    @property
    def has_enough(self) -> bool:
        """One more than was asked for, and nothing that is still to come can come before it: of equals the id decides,
        and Airtable does not know that."""
        wanted = self._asked.query.limit + 1
        if len(self._matches) < wanted or self._last is None:
            return False
        if not self._asked.query.sort:
            return True
        return self._last.key != self._sorted()[wanted - 1][0].key

    def found(self) -> Found:
        return Found([record for _, record in self._sorted()], self._hints)

    def _sorted(self) -> list[tuple[Place, Record]]:
        sort = self._asked.query.sort

        def order(one: tuple[Place, Record], other: tuple[Place, Record]) -> int:
            return compared(sort, one[0], other[0])

        return sorted(self._matches, key=cmp_to_key(order))

    def _watch(self, place: Place) -> None:
        last, self._last = self._last, place
        if not self._trusting or last is None:
            return
        sort = self._asked.query.sort
        here = place if not sort else Place(place.key, last.id)
        if compared(sort, last, here) > 0:
            raise _Disorder


async def _pages(
    api: AirtableApi, table: Table, formula: str | None, sort: Sequence[Sort], hint: str | None, *, hurry: bool
) -> AsyncIterator[tuple[str | None, list[Record]]]:
    """Pages with the bookmarks that lead to them. A bookmark that died makes it begin anew: what was met before is met
    again."""
    token, restarts = hint, 0
    while True:
        try:
            page = await api.read(*_request(api, table, formula, sort, token), hurry=hurry)
        except Invalid as error:
            if error.data.get("reason") not in ITERATOR_GONE or token is None:
                raise
            restarts += 1
            if restarts > RESTARTS:
                raise Unavailable("Airtable's lists end too early", provider="airtable") from error
            token = None
            continue
        yield token, [record_of(table, row) for row in page.records]
        if page.offset is None:
            return
        token = page.offset


def _request(
    api: AirtableApi, table: Table, formula: str | None, sort: Sequence[Sort], token: str | None
) -> tuple[str, type[Rows], None, dict[str, Any]]:
    """As a POST: formulas are long, and addresses are not."""
    body: dict[str, Any] = {"pageSize": PAGE, "returnFieldsByFieldId": True}
    if formula is not None:
        body["filterByFormula"] = formula
    if sort:
        body["sort"] = [{"field": one.field, "direction": "desc" if one.descending else "asc"} for one in sort]
    if token is not None:
        body["offset"] = token
    return f"/v0/{api.settings.base_id}/{table.id}/listRecords", Rows, None, body
