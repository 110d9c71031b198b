"""The CRM's records: every table of the catalogue by the same routes, whichever store is behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.kernel.errors import Invalid, NotFound
from titus_core.records.catalogue import Table
from titus_core.records.model import FieldId, Fields, Record, RecordId, Value
from titus_core.records.ports import MOST_AT_ONCE, Change, Create, Delete, Removal, Update, Upsert, Written
from titus_core.records.values import RECORD_ID, written
from titus_http.record_desk import RecordDesk
from titus_http.routes.inputs import Success
from titus_http.routes.record_expansion import expanding, linked_records
from titus_http.routes.record_questions import Asked, cursor_of, query_of
from titus_http.routes.record_views import CatalogueView, RecordList, RecordView, catalogue_view, record_view
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import needs

Desk = NamedDependency[SkipValidation[RecordDesk]]
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=200)]
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]
Cells = dict[str, Any]


class NewRecordBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cells by any name of their fields. A field that does not exist refuses the whole record."""

    fields: Cells


class NewBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One record by its `fields`, or up to a hundred `records`, stored all or none where the store can. With `upsertOn`
    (one to three fields) those that are there already are changed instead."""

    fields: Cells | None = None
    records: Annotated[list[NewRecordBody], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)] | None = None
    upsert_on: list[str] | None = None


class ChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`version`: only if it still is this one."""

    id: str
    fields: Cells
    version: str | None = None


class FieldsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cells by any name of their fields; null clears one."""

    fields: Cells


class ChangesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    records: Annotated[list[ChangeBody], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]


class WrittenView(msgspec.Struct, frozen=True):
    """The records as they are now, in the order of the request; `created` are the ids of those that are new."""

    items: list[RecordView]
    created: list[str]


@get("/", opt=needs(Permission.USE_RECORDS))
async def list_tables(records: Desk) -> CatalogueView:
    """Which tables and fields there are, by all of their names. Secret fields are not told of."""
    return catalogue_view(await records.catalogue())


@get("/{table:str}", opt=needs(Permission.USE_RECORDS))
async def list_records(
    table: FromPath[str],
    records: Desk,
    question: Annotated[str | None, QueryParameter(name="filter")] = None,
    sort: FromQuery[str | None] = None,
    fields: FromQuery[str | None] = None,
    expand: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_AT_ONCE)] = MOST_AT_ONCE,
    cursor: FromQuery[str | None] = None,
) -> RecordList:
    """A page of a table. `filter` is a tree in JSON: `{"op":"eq","field":"status","value":"Active"}`; `sort` names
    fields, with `-` before them for descending order; `fields` which cells are wanted; `expand` link fields whose
    records are sent along, once each. A `cursor` goes on where a page ended, for the same filter and order; it outlives
    a change of the store."""
    told = await records.table(table)
    asked = Asked(filter=question, sort=sort, fields=fields, limit=limit, cursor=cursor)
    query = query_of(told, asked, records.zone, records.cursors)
    links = expanding(told, expand)
    read = msgspec.structs.replace(query, fields=(query.fields or frozenset()) | {field.id for field in links})
    page = await records.open().query(read)
    catalogue = await records.catalogue()
    linked = await linked_records(records.open(), catalogue, links, page.records)
    return RecordList(
        _views(records, told, page.records),
        cursor_of(told, query, page.next, records.cursors),
        {catalogue.table(name).api: _views(records, catalogue.table(name), some) for name, some in linked.items()},
        page.as_of,
    )


@get("/{table:str}/{record_id:str}", opt=needs(Permission.USE_RECORDS))
async def get_record(table: FromPath[str], record_id: FromPath[str], records: Desk) -> Response[RecordView]:
    """One record, with the version that `If-Match` wants."""
    told = await records.table(table)
    found = await records.open().get(told.id, [_known(record_id)])
    if not found:
        raise NotFound("There is no such record", table=told.api, id=record_id)
    return _tagged(record_view(told, found[0], records.link(told.id)))


@post("/{table:str}", opt=needs(Permission.USE_RECORDS))
async def create_records(
    request: Request[Any, Any, Any],
    table: FromPath[str],
    data: JSONBody[NewBody],
    records: Desk,
    idempotency_key: Key = None,
) -> RecordView | WrittenView:
    """Make one record, or several at once. With an `Idempotency-Key` a repetition makes nothing, and answers what the
    first request made as it is now."""
    told = await records.table(table)
    bodies = data.records or ([NewRecordBody(data.fields)] if data.fields is not None else [])
    if not bodies or (data.records is not None and data.fields is not None):
        raise Invalid("fields", "or records: one of the two is needed")
    items = tuple(_filled(told, body.fields) for body in bodies)
    by = signed_in(request).actor
    write: Create | Upsert = Create(table=told.id, by=by, key=idempotency_key, items=items)
    if data.upsert_on is not None:
        match_on = tuple(told.named(word).id for word in data.upsert_on)
        write = Upsert(table=told.id, by=by, key=idempotency_key, items=items, match_on=match_on)
    made = await records.open().write(write)
    return _written(records, told, made) if data.records is not None else _written(records, told, made).items[0]


@patch("/{table:str}", opt=needs(Permission.USE_RECORDS))
async def change_records(
    request: Request[Any, Any, Any],
    table: FromPath[str],
    data: JSONBody[ChangesBody],
    records: Desk,
    idempotency_key: Key = None,
) -> WrittenView:
    """Change several records at once."""
    told = await records.table(table)
    items = tuple(
        Change(id=_known(one.id), fields=_cells(told, one.fields), version=one.version) for one in data.records
    )
    write = Update(table=told.id, by=signed_in(request).actor, key=idempotency_key, items=items)
    return _written(records, told, await records.open().write(write))


@patch("/{table:str}/{record_id:str}", opt=needs(Permission.USE_RECORDS))
async def change_record(
    request: Request[Any, Any, Any],
    table: FromPath[str],
    record_id: FromPath[str],
    data: JSONBody[FieldsBody],
    records: Desk,
    if_match: IfMatch = None,
) -> Response[RecordView]:
    """Change the named cells; the others stay."""
    return await _changed(request, records, table, record_id, data.fields, if_match, replace=False)


@put("/{table:str}/{record_id:str}", opt=needs(Permission.USE_RECORDS))
async def replace_record(
    request: Request[Any, Any, Any],
    table: FromPath[str],
    record_id: FromPath[str],
    data: JSONBody[FieldsBody],
    records: Desk,
    if_match: IfMatch = None,
) -> Response[RecordView]:
    """Change the named cells and clear all others that are shown; secret ones stay, for nobody could name them."""
    return await _changed(request, records, table, record_id, data.fields, if_match, replace=True)


@delete("/{table:str}/{record_id:str}", status_code=200, opt=needs(Permission.USE_RECORDS))
async def delete_record(
    request: Request[Any, Any, Any],
    table: FromPath[str],
    record_id: FromPath[str],
    records: Desk,
    if_match: IfMatch = None,
) -> Success:
    """Delete it. What it held stays in the trail."""
    told = await records.table(table)
    removal = Removal(_known(record_id), _version(if_match))
    await records.open().write(Delete(table=told.id, by=signed_in(request).actor, items=(removal,)))
    return Success()


async def _changed(
    request: Request[Any, Any, Any],
    records: RecordDesk,
    table: str,
    record_id: str,
    cells: Cells,
    if_match: str | None,
    *,
    replace: bool,
) -> Response[RecordView]:
    told = await records.table(table)
    cleared: dict[FieldId, Value] = {one.id: None for one in told.fields if one.computed is None} if replace else {}
    change = Change(id=_known(record_id), fields=cleared | dict(_cells(told, cells)), version=_version(if_match))
    made = await records.open().write(Update(table=told.id, by=signed_in(request).actor, items=(change,)))
    return _tagged(_written(records, told, made).items[0])


def _cells(table: Table, told: Cells) -> Fields:
    """The cells in the form that is stored. Raises `UnknownField` and `Invalid`, naming the field."""
    found: dict[FieldId, Value] = {}
    for word, value in told.items():
        field = table.named(word)
        if field.id in found:
            raise Invalid(field.api, "is named twice")
        found[field.id] = written(field, value)
    return found


def _filled(table: Table, told: Cells) -> Fields:
    return {field: cell for field, cell in _cells(table, told).items() if cell is not None}


def _written(records: RecordDesk, table: Table, made: Written) -> WrittenView:
    return WrittenView(_views(records, table, made.records), sorted(made.created))


def _views(records: RecordDesk, table: Table, found: Sequence[Record]) -> list[RecordView]:
    link = records.link(table.id)
    return [record_view(table, record, link) for record in found]


def _tagged(view: RecordView) -> Response[RecordView]:
    return Response(view, headers={"ETag": f'"{view.version}"'})


def _version(if_match: str | None) -> str | None:
    """None: any will do."""
    told = (if_match or "*").strip()
    return None if told == "*" else told.removeprefix("W/").strip('"')


def _known(record_id: str) -> RecordId:
    """What has not the shape of an id is one that nothing has."""
    if not RECORD_ID.fullmatch(record_id):
        raise NotFound("There is no such record", id=record_id)
    return RecordId(record_id)


router = StaffSection(
    "/api/records",
    route_handlers=[
        list_tables,
        list_records,
        get_record,
        create_records,
        change_records,
        change_record,
        replace_record,
        delete_record,
    ],
    tags=["Records"],
)
