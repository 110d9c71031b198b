"""What a person does in Airtable's own pages: records made, edited and deleted, and views set up."""

from typing import Any

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from titus_adapters.sandbox.airtable.control.shapes import SetView
from titus_adapters.sandbox.airtable.handle import BaseHandle
from titus_adapters.sandbox.airtable.refusals import Refused
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox

Sandbox = NamedDependency[AirtableSandbox]


@get("/bases/{base_id:str}/records/{table:str}")
async def list_records(base_id: FromPath[str], table: FromPath[str], sandbox: Sandbox) -> list[dict[str, Any]]:
    """All of them."""
    return _base(sandbox, base_id, table).records(table)


@post("/bases/{base_id:str}/records/{table:str}")
async def create_record(
    base_id: FromPath[str], table: FromPath[str], data: JSONBody[dict[str, Any]], sandbox: Sandbox
) -> dict[str, Any]:
    """The body is the fields."""
    base = _base(sandbox, base_id, table)
    try:
        (record_id,) = base.create(table, data)
    except Refused as refused:
        raise ClientException(str(refused)) from refused
    return base.record(table, record_id) or {}


@patch("/bases/{base_id:str}/records/{table:str}/{record_id:str}")
async def update_record(
    base_id: FromPath[str],
    table: FromPath[str],
    record_id: FromPath[str],
    data: JSONBody[dict[str, Any]],
    sandbox: Sandbox,
) -> dict[str, Any]:
    """The body is the fields to change."""
    base = _base(sandbox, base_id, table)
    try:
        base.update(table, record_id, data)
    except Refused as refused:
        raise ClientException(str(refused)) from refused
    return base.record(table, record_id) or {}


@delete("/bases/{base_id:str}/records/{table:str}/{record_id:str}")
async def delete_record(
    base_id: FromPath[str], table: FromPath[str], record_id: FromPath[str], sandbox: Sandbox
) -> None:
    try:
        _base(sandbox, base_id, table).delete(table, record_id)
    except Refused as refused:
        raise ClientException(str(refused)) from refused


@put("/bases/{base_id:str}/views")
async def set_view(base_id: FromPath[str], data: JSONBody[SetView], sandbox: Sandbox) -> SetView:
    """Made, if there is none of that name."""
    _base(sandbox, base_id, data.table).view(data.table, data.name, formula=data.formula, sort=data.sort)
    return data


def _base(sandbox: AirtableSandbox, base_id: str, table: str) -> BaseHandle:
    """The base, if it and the table are there."""
    base = sandbox.desk.bases.get(base_id)
    if base is None or base.tables.find(table) is None:
        raise NotFoundException(f"No table {table} in {base_id}")
    return BaseHandle(base)


RECORDS: list[ControllerRouterHandler] = [list_records, create_record, update_record, delete_record, set_view]
