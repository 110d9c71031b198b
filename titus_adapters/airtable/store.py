"""Records in an Airtable base."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import httpx
from msgspec.structs import replace

from titus_adapters.airtable import changing, listing, writing
from titus_adapters.airtable.api import AirtableApi
from titus_adapters.airtable.cells import Row, Rows, modified_field
from titus_adapters.airtable.formulas import formula_of, modified_since
from titus_adapters.airtable.matching import matched
from titus_core.kernel.errors import Invalid, NotFound, TitusError, Unavailable
from titus_core.records.catalogue import Catalogue, Kind, Table
from titus_core.records.errors import UnknownTable
from titus_core.records.evaluating import sieve
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import (
    MOST_AT_ONCE,
    Catalogues,
    Changes,
    Create,
    Query,
    RecordPage,
    RecordPromises,
    Update,
    Upload,
    Upsert,
    Write,
)
from titus_core.records.predicates import And, HasLink, IdIn, ModifiedSince, Not, Or, Predicate
from titus_core.records.remote import Outcome
from titus_core.records.sorting import place_of
from titus_core.records.wanting import about

LARGEST_UPLOAD = 5 * 1024 * 1024
"""Bytes of a file that Airtable takes in a request."""


class AirtableRecords:
    """`records.remote.RemoteRecords`. Airtable has no transactions and no conditional writes; versions are digests of
    what a record holds."""

    promises: Final = RecordPromises(
        atomic_batch=False, conditional_update=False, unique_keys=False, read_your_writes=True
    )

    def __init__(self, api: AirtableApi, catalogues: Catalogues) -> None:
        self._api = api
        self._catalogues = catalogues

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        return await self._get((await self._catalogue()).table(table), ids)

    async def query(self, query: Query) -> RecordPage:
        catalogue = await self._catalogue()
        table = catalogue.table(query.table)
        meant = None if query.where is None else await self._dated(table, query.where)
        narrowed = None if meant is None else await self._linked(catalogue, table, meant)
        formula = None if narrowed is None else formula_of(table, narrowed)
        holds = sieve(meant) if meant is not None else _all
        found = await listing.found(self._api, listing.Asked(table, query, formula, holds))
        shown = found.records[: query.limit]
        following = None
        if len(found.records) > query.limit:
            first_left = found.records[query.limit]
            following = replace(place_of(table, query.sort, shown[-1]), hint=found.hints[first_left.id])
        return RecordPage(tuple(_selected(record, query) for record in shown), following)

    async def whole(self, table: TableId, most: int) -> tuple[Record, ...] | None:
        """All records of a table, a hundred a request; None: there are more than `most`."""
        found = await listing.every(self._api, (await self._catalogue()).table(table), None, hurry=True, most=most)
        return None if len(found) > most else tuple(found)

    async def write(self, write: Write) -> Outcome:
        table = (await self._catalogue()).table(write.table)
        try:
            return await writing.write(self._api, table, write)
        except (Invalid, NotFound) as error:
            raise await self._explained(table, write, error) from error

    async def attach(self, upload: Upload, content: AsyncIterator[bytes]) -> Record:
        table = (await self._catalogue()).table(upload.table)
        file = await _whole(content)
        path = f"{self._api.settings.content_url}/v0/{self._api.settings.base_id}/{upload.record}/{upload.field}"
        body = {"contentType": upload.type, "filename": upload.filename, "file": b64encode(file).decode()}
        await self._api.write("POST", f"{path}/uploadAttachment", Row, body)
        try:
            found = await self._get(table, [upload.record])
        except Unavailable as error:  # the file is there
            raise Unavailable(str(error), **{**error.data, "unsure": True}) from error
        if not found:
            raise NotFound("There is no such record", id=upload.record)
        return found[0]

    async def content(self, table: TableId, record: RecordId, attachment: str) -> AsyncIterator[bytes]:
        """The address is asked for at the moment: Airtable's are good for two hours."""
        told = (await self._catalogue()).table(table)
        url = await self._address(told, record, attachment)
        async with self._api.stream(url) as response:
            try:
                async for piece in response.aiter_bytes():
                    yield piece
            except httpx.HTTPError as error:
                raise Unavailable("Airtable's file broke off", provider="airtable") from error

    async def changes(self, since: str | None) -> Changes:
        return await changing.touched(self._api, since)

    async def _catalogue(self) -> Catalogue:
        found = await self._catalogues.catalogue()
        if found is None:
            raise UnknownTable("", None)
        return found

    async def _get(self, table: Table, ids: Sequence[RecordId], *, hurry: bool = True) -> tuple[Record, ...]:
        """By formula: Airtable looks for a single record in all tables of the base."""
        found: dict[str, Record] = {}
        wanted = tuple(dict.fromkeys(ids))
        for start in range(0, len(wanted), MOST_AT_ONCE):
            some = IdIn(ids=wanted[start : start + MOST_AT_ONCE])
            records = await listing.every(self._api, table, formula_of(table, some), hurry=hurry)
            found |= {record.id: record for record in records}
        return tuple(found[one] for one in ids if one in found)

    async def _dated(self, table: Table, predicate: Predicate) -> Predicate:
        """With `ModifiedSince` answered beforehand where the table has no field that tells when."""
        if modified_field(table) is not None:
            return predicate
        match predicate:
            case And(of=parts) | Or(of=parts):
                return replace(predicate, of=tuple([await self._dated(table, part) for part in parts]))
            case Not(of=part):
                return Not(of=await self._dated(table, part))
            case ModifiedSince(at=at):
                found = await listing.every(self._api, table, modified_since(at), hurry=True)
                return IdIn(ids=tuple(record.id for record in found))
            case _:
                return predicate

    async def _linked(self, catalogue: Catalogue, table: Table, predicate: Predicate) -> Predicate:
        """With `HasLink` as the ids that the other side shows: formulas see no ids."""
        match predicate:
            case And(of=parts) | Or(of=parts):
                return replace(predicate, of=tuple([await self._linked(catalogue, table, part) for part in parts]))
            case Not(of=part):
                return Not(of=await self._linked(catalogue, table, part))
            case HasLink(field=field, ids=ids):
                link = table.field(field).link
                if link is None or link.inverse is None:
                    return predicate
                others = await self._get(catalogue.table(link.table), ids)
                return IdIn(ids=tuple(dict.fromkeys(one for other in others for one in _ids(other, link.inverse))))
            case _:
                return predicate

    async def _explained(self, table: Table, write: Write, refused: TitusError) -> TitusError:
        """Airtable names neither the item nor the field: a link that leads nowhere can be found, and so can a key that
        several records have."""
        if isinstance(write, Upsert):
            await matched(self._api, table, write)
        catalogue = await self._catalogue()
        for place, cells in enumerate(_cells(write)):
            for field_id, cell in cells.items():
                link = table.field(field_id).link
                if link is None or not isinstance(cell, tuple):
                    continue
                wanted = [RecordId(str(one)) for one in cell]
                there = {record.id for record in await self._get(catalogue.table(link.table), wanted)}
                for one in wanted:
                    if one not in there:
                        return about(Invalid(table.field(field_id).api, f"links to {one}, which is not there"), place)
        return refused

    async def _address(self, table: Table, record: RecordId, attachment: str) -> str:
        body: dict[str, Any] = {
            "returnFieldsByFieldId": True,
            "filterByFormula": formula_of(table, IdIn(ids=(record,))),
        }
        path = f"/v0/{self._api.settings.base_id}/{table.id}/listRecords"
        for row in (await self._api.read(path, Rows, None, body)).records:
            for field in table.fields:
                for file in row.fields.get(field.id) or [] if field.kind is Kind.ATTACHMENTS else []:
                    if file.get("id") == attachment:
                        return str(file["url"])
        raise NotFound("There is no such file in this record", id=attachment)


def _all(record: Record) -> bool:
    return True


def _cells(write: Write) -> list[Any]:
    match write:
        case Create(items=items) | Upsert(items=items):
            return list(items)
        case Update(items=changes):
            return [change.fields for change in changes]
        case _:
            return []


def _ids(record: Record, field: Any) -> tuple[RecordId, ...]:
    cell = record.fields.get(field)
    return tuple(RecordId(one) for one in cell if isinstance(one, str)) if isinstance(cell, tuple) else ()


def _selected(record: Record, query: Query) -> Record:
    if query.fields is None:
        return record
    return replace(record, fields={field: cell for field, cell in record.fields.items() if field in query.fields})


async def _whole(content: AsyncIterator[bytes]) -> bytes:
    file = bytearray()
    async for piece in content:
        file += piece
        if len(file) > LARGEST_UPLOAD:
            raise Invalid("file", f"is larger than the {LARGEST_UPLOAD // 1024 // 1024} MB that Airtable takes")
    return bytes(file)
