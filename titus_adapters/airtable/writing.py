"""Writes, ten records a request: Airtable takes each ten whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, assert_never

import msgspec

from titus_adapters.airtable.api import AirtableApi
from titus_adapters.airtable.cells import Rows, record_of, wire_cells
from titus_adapters.airtable.matching import finds_itself, matched
from titus_core.kernel.errors import Invalid, NotFound, TitusError
from titus_core.records.catalogue import Table
from titus_core.records.model import Record, RecordId
from titus_core.records.ports import Create, Delete, Update, Upsert, Write
from titus_core.records.remote import Outcome

AT_ONCE = 10
"""Records of one request (airtable-and-migration.md §1.1)."""


class Deleted(msgspec.Struct, frozen=True):
    id: RecordId
    deleted: bool = False


class Deletions(msgspec.Struct, frozen=True):
    records: list[Deleted] = []


class Batch(msgspec.Struct, frozen=True):
    """One request: `places` are those of its items in the write."""

    method: str
    places: tuple[int, ...]
    body: dict[str, Any]


async def write(api: AirtableApi, table: Table, command: Write) -> Outcome:
    """Raises what `AirtableApi.write` raises if nothing was stored, or nobody knows what was: then no further request
    is made. Of several requests those that Airtable refuses are
    halved until only the refused records are left: the others are stored, and the outcome says which."""
    if isinstance(command, Upsert) and not finds_itself(table, command):
        requests = _found_before(table, command, await matched(api, table, command))
    else:
        requests = batches(table, command)
    writing = _Writing(api, table, len(command.items))
    for batch in requests:
        await writing.send(batch, alone=len(requests) == 1)
    return writing.outcome()


def _found_before(table: Table, command: Upsert, ids: Sequence[RecordId | None]) -> list[Batch]:
    """As changes of the records that are there, and new ones for the others."""
    told: list[dict[str, Any]] = [
        {"fields": wire_cells(table, cells)} | ({} if one is None else {"id": one})
        for cells, one in zip(command.items, ids, strict=True)
    ]
    changed = _cut("PATCH", told, keep=lambda place: ids[place] is not None)
    return changed + _cut("POST", told, keep=lambda place: ids[place] is None)


def batches(table: Table, command: Write) -> list[Batch]:
    match command:
        case Create(items=items):
            return _cut("POST", [{"fields": wire_cells(table, cells)} for cells in items])
        case Upsert(items=items, match_on=match_on):
            filled = [{"fields": wire_cells(table, cells)} for cells in items]
            return _cut("PATCH", filled, {"performUpsert": {"fieldsToMergeOn": list(match_on)}})
        case Update(items=changes):
            told: list[dict[str, Any]] = [{"id": one.id, "fields": wire_cells(table, one.fields)} for one in changes]
            merged = _cut("PATCH", told, keep=lambda place: not changes[place].replace)
            return merged + _cut("PUT", told, keep=lambda place: changes[place].replace)
        case Delete(items=removals):
            return _cut("DELETE", [{"id": one.id} for one in removals])
        case _:
            assert_never(command)


def _cut(
    method: str,
    told: Sequence[dict[str, Any]],
    extra: dict[str, Any] | None = None,
    keep: Callable[[int], bool] = lambda _: True,
) -> list[Batch]:
    places = [place for place in range(len(told)) if keep(place)]
    cuts = [tuple(places[start : start + AT_ONCE]) for start in range(0, len(places), AT_ONCE)]
    common = {"returnFieldsByFieldId": True, "typecast": False, **(extra or {})}
    return [Batch(method, cut, {**common, "records": [told[place] for place in cut]}) for cut in cuts]


class _Writing:
    def __init__(self, api: AirtableApi, table: Table, items: int) -> None:
        self._api = api
        self._table = table
        self._path = f"/v0/{api.settings.base_id}/{table.id}"
        self._records: list[Record | None] = [None] * items
        self._created: set[RecordId] = set()
        self._left: list[int] = []
        self._reason = ""
        self._stored = False

    async def send(self, batch: Batch, *, alone: bool) -> None:
        """`alone`: nothing else is written, so a refusal may be told as it is."""
        try:
            await self._sent(batch)
            self._stored = True
        except (Invalid, NotFound) as error:
            if alone:
                raise
            await self._halve(batch, error)
        except TitusError as error:
            # Of what may be stored only a look can tell, and until then none of it is told as left.
            if error.data.get("unsure") or not self._stored:
                raise
            self._leave(batch, error)

    def outcome(self) -> Outcome:
        return Outcome(
            records=tuple(self._records),
            created=frozenset(self._created),
            left=tuple(sorted(self._left)),
            reason=self._reason,
        )

    async def _halve(self, batch: Batch, refused: TitusError) -> None:
        if len(batch.places) == 1:
            self._leave(batch, refused)
            return
        middle = len(batch.places) // 2
        for places, records in (
            (batch.places[:middle], batch.body["records"][:middle]),
            (batch.places[middle:], batch.body["records"][middle:]),
        ):
            await self.send(Batch(batch.method, places, {**batch.body, "records": records}), alone=False)

    def _leave(self, batch: Batch, error: TitusError) -> None:
        self._left += batch.places
        self._reason = self._reason or str(error)

    async def _sent(self, batch: Batch) -> None:
        if batch.method == "DELETE":
            query = {"records[]": [one["id"] for one in batch.body["records"]]}
            await self._api.write("DELETE", self._path, Deletions, query=query)
            return
        answer = await self._api.write(batch.method, self._path, Rows, batch.body)
        self._created |= set(answer.createdRecords)
        for place, row in zip(batch.places, answer.records, strict=True):
            self._records[place] = record_of(self._table, row)
            if batch.method == "POST":
                self._created.add(row.id)
