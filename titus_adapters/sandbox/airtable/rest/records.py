"""`/v0/{base}/{table}`: records."""

from typing import Any

from titus_adapters.sandbox.airtable.base import writing
from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Row, Table
from titus_adapters.sandbox.airtable.base.records import record_json
from titus_adapters.sandbox.airtable.base.writing import Item
from titus_adapters.sandbox.airtable.ids import is_id
from titus_adapters.sandbox.airtable.refusals import (
    Bare,
    Refused,
    bad_records,
    no_record,
    no_route,
    not_yours_or_not_there,
)
from titus_adapters.sandbox.airtable.rest.listing import list_records, look_of
from titus_adapters.sandbox.airtable.rest.options import list_options
from titus_adapters.sandbox.airtable.rest.routing import Call, Route
from titus_adapters.sandbox.airtable.rest.visit import Visit
from titus_adapters.sandbox.airtable.rest.writes import answer, plan_for, read_body

READ, WRITE = "data.records:read", "data.records:write"


async def list_by_address(call: Call, base_id: str, table: str) -> dict[str, Any]:
    base, asked = call.table(base_id, table, READ)
    return list_records(call.desk, base, asked, list_options(call.query))


async def list_by_body(call: Call, base_id: str, table: str) -> dict[str, Any]:
    """`timeZone` and `userLocale` count in the address only."""
    base, asked = call.table(base_id, table, READ)
    sent = {key: value for key, value in (await call.body()).items() if value is not None}
    for name in ("timeZone", "userLocale"):
        sent.pop(name, None)
    return list_records(call.desk, base, asked, list_options(sent | call.query))


async def show_record(call: Call, base_id: str, table: str, record_id: str) -> dict[str, Any]:
    """Found in another table, too: the base is searched."""
    base, asked = call.table(base_id, table, READ)
    options = list_options(call.query)
    _need_id(record_id)
    found, row = _anywhere(call.visit, base, asked, record_id)
    return record_json(base, found, row, look_of(found, options))


async def create_records(call: Call, base_id: str, table: str) -> dict[str, Any]:
    base, asked = call.table(base_id, table, WRITE, "edit")
    body = read_body(call.visit, await call.body(), ids=False)
    plan = plan_for(call.visit, base, typecast=body.typecast)
    rows = writing.create(plan, asked, [Item(item.fields) for item in body.items])
    return answer(base, asked, rows, body, plan)


async def update_records(call: Call, base_id: str, table: str) -> dict[str, Any]:
    return await _change_many(call, base_id, table, replace=False)


async def replace_records(call: Call, base_id: str, table: str) -> dict[str, Any]:
    """Cells that are not sent are emptied."""
    return await _change_many(call, base_id, table, replace=True)


async def update_record(call: Call, base_id: str, table: str, record_id: str) -> dict[str, Any]:
    return await _change_one(call, base_id, table, record_id, replace=False)


async def replace_record(call: Call, base_id: str, table: str, record_id: str) -> dict[str, Any]:
    return await _change_one(call, base_id, table, record_id, replace=True)


async def delete_records(call: Call, base_id: str, table: str) -> dict[str, Any]:
    base, asked = call.table(base_id, table, WRITE, "edit")
    ids = call.query.get("records") or []
    if not 1 <= len(ids) <= call.desk.house.limits.records_per_request:
        raise bad_records()
    writing.delete(plan_for(call.visit, base, typecast=False), asked, ids)
    return {"records": [{"id": record_id, "deleted": True} for record_id in ids]}


async def delete_record(call: Call, base_id: str, table: str, record_id: str) -> dict[str, Any]:
    base, asked = call.table(base_id, table, WRITE, "edit")
    _need_row(asked, record_id)
    writing.delete(plan_for(call.visit, base, typecast=False), asked, [record_id])
    return {"id": record_id, "deleted": True}


async def _change_many(call: Call, base_id: str, table: str, *, replace: bool) -> dict[str, Any]:
    base, asked = call.table(base_id, table, WRITE, "edit")
    sent = await call.body()
    if "records" not in sent:
        raise bad_records()
    body = read_body(call.visit, sent, ids=True)
    plan = plan_for(call.visit, base, typecast=body.typecast)
    if body.merge_on is None:
        rows = writing.update(plan, asked, body.items, replace=replace)
        return answer(base, asked, rows, body, plan)
    merged = writing.upsert(plan, asked, body.items, body.merge_on, replace=replace)
    told = answer(base, asked, merged.rows, body, plan)
    return told | {"createdRecords": merged.created, "updatedRecords": merged.updated}


async def _change_one(call: Call, base_id: str, table: str, record_id: str, *, replace: bool) -> dict[str, Any]:
    base, asked = call.table(base_id, table, WRITE, "edit")
    _need_row(asked, record_id)
    body = read_body(call.visit, _of_one(await call.body()), ids=False)
    plan = plan_for(call.visit, base, typecast=body.typecast)
    rows = writing.update(plan, asked, [Item(body.items[0].fields, record_id)], replace=replace)
    return answer(base, asked, rows, body, plan)


def _of_one(sent: dict[str, Any]) -> dict[str, Any]:
    """What the body of a single record may say."""
    return {key: value for key, value in sent.items() if key not in {"records", "performUpsert"}}


def _need_id(record_id: str) -> None:
    if not is_id(record_id, "rec"):
        raise no_route()


def _need_row(table: Table, record_id: str) -> None:
    _need_id(record_id)
    if record_id not in table.rows:
        raise no_record()


def _anywhere(visit: Visit, base: Base, table: Table, record_id: str) -> tuple[Table, Row]:
    switches = visit.desk.house.switches
    for one in (table, *base.tables) if switches.finds_in_other_tables else (table,):
        if record_id in one.rows:
            return one, one.rows[record_id]
    raise _gone(switches.missing_record)


def _gone(how: str) -> Refused:
    if how == "forbidden":
        return not_yours_or_not_there()
    return Bare(404, "NOT_FOUND") if how == "bare_not_found" else no_record()


ROUTES = (
    Route("POST", "*/*/listRecords", list_by_body),
    Route("GET", "*/*", list_by_address),
    Route("POST", "*/*", create_records),
    Route("PATCH", "*/*", update_records),
    Route("PUT", "*/*", replace_records),
    Route("DELETE", "*/*", delete_records),
    Route("GET", "*/*/*", show_record),
    Route("PATCH", "*/*/*", update_record),
    Route("PUT", "*/*/*", replace_record),
    Route("DELETE", "*/*/*", delete_record),
)
