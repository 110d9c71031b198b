"""`/v0/meta/bases`: making bases, tables and fields, and changing them."""

from typing import Any

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.building import Builder
from titus_adapters.sandbox.airtable.base.describing import describe_field, describe_table
from titus_adapters.sandbox.airtable.base.model import Table
from titus_adapters.sandbox.airtable.desk import WORKSPACE
from titus_adapters.sandbox.airtable.refusals import invalid_request, not_yours_or_not_there
from titus_adapters.sandbox.airtable.rest.routing import Call, Route

WRITE = "schema.bases:write"


async def create_base(call: Call) -> dict[str, Any]:
    """In a workspace; its maker is its owner."""
    call.visit.need(WRITE)
    sent = await call.body()
    name, tables = sent.get("name"), sent.get("tables")
    if not isinstance(name, str) or not isinstance(tables, list) or not tables:
        raise invalid_request()
    known = {WORKSPACE, *(base.workspace_id for base in call.desk.bases.values())}
    if sent.get("workspaceId") not in known:
        raise not_yours_or_not_there()
    base = Base(call.desk.house, call.desk.house.ids.new("app"), name, sent["workspaceId"])
    builder = Builder(base, call.visit.token.user_id)
    made = [builder.plain_table(one) for one in tables if isinstance(one, dict)]
    base.collaborators[call.visit.token.user_id] = "owner"
    base.rewire()
    call.desk.bases[base.id] = base
    return {"id": base.id, "tables": [describe_table(table) for table in made]}


async def create_table(call: Call, base_id: str) -> dict[str, Any]:
    return describe_table(_builder(call, base_id).table(await call.body()))


async def update_table(call: Call, base_id: str, table: str) -> dict[str, Any]:
    """Name, description or date dependencies."""
    builder = _builder(call, base_id)
    found, sent = call.visit.table(builder.base, table), await call.body()
    _need_one_of(sent, "name", "description", "dateDependencySettings")
    builder.change_table(found, sent)
    return describe_table(found)


async def create_field(call: Call, base_id: str, table: str) -> dict[str, Any]:
    builder = _builder(call, base_id)
    return describe_field(builder.field(call.visit.table(builder.base, table), await call.body()))


async def update_field(call: Call, base_id: str, table: str, field_id: str) -> dict[str, Any]:
    """Name or description."""
    builder = _builder(call, base_id)
    found, sent = call.visit.table(builder.base, table), await call.body()
    if field_id not in found.fields:
        raise not_yours_or_not_there()
    _need_one_of(sent, "name", "description")
    builder.change_field(found, found.fields[field_id], sent)
    return describe_field(found.fields[field_id])


async def list_views(call: Call, base_id: str) -> dict[str, Any]:
    base = call.visit.base(base_id, "schema.bases:read")
    return {"views": [_view(table, place) for table in base.tables for place in range(len(table.views))]}


async def show_view(call: Call, base_id: str, view_id: str) -> dict[str, Any]:
    table, place = _place_of_view(call.visit.base(base_id, "schema.bases:read"), view_id)
    return _view(table, place)


async def delete_view(call: Call, base_id: str, view_id: str) -> dict[str, Any]:
    table, place = _place_of_view(call.visit.base(base_id, WRITE, "create"), view_id)
    del table.views[place]
    table.version += 1
    return {"id": view_id, "deleted": True}


def _builder(call: Call, base_id: str) -> Builder:
    return Builder(call.visit.base(base_id, WRITE, "create"), call.visit.token.user_id)


def _need_one_of(sent: dict[str, Any], *names: str) -> None:
    if not set(sent) & set(names):
        raise invalid_request()


def _view(table: Table, place: int) -> dict[str, Any]:
    shown: dict[str, Any] = describe_table(table, visible=True)["views"][place]
    return shown


def _place_of_view(base: Base, view_id: str) -> tuple[Table, int]:
    for table in base.tables:
        for place, view in enumerate(table.views):
            if view.id == view_id:
                return table, place
    raise not_yours_or_not_there()


ROUTES = (
    Route("POST", "meta/bases", create_base),
    Route("POST", "meta/bases/*/tables", create_table),
    Route("PATCH", "meta/bases/*/tables/*", update_table),
    Route("POST", "meta/bases/*/tables/*/fields", create_field),
    Route("PATCH", "meta/bases/*/tables/*/fields/*", update_field),
    Route("GET", "meta/bases/*/views", list_views),
    Route("GET", "meta/bases/*/views/*", show_view),
    Route("DELETE", "meta/bases/*/views/*", delete_view),
)
