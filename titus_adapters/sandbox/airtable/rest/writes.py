"""Creating, updating and deleting records: bodies, and what they ask for."""

from __future__ import annotations

from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Row, Table
from titus_adapters.sandbox.airtable.base.plan import Plan
from titus_adapters.sandbox.airtable.base.records import Look, record_json
from titus_adapters.sandbox.airtable.base.writing import Item
from titus_adapters.sandbox.airtable.refusals import bad_records, invalid_request, missing
from titus_adapters.sandbox.airtable.rest.visit import Visit

MOST_TO_MERGE_ON = 3


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """A write as it was sent. `is_single`: its answer is the record and no list."""

    items: list[Item]
    is_single: bool
    typecast: bool
    look: Look
    merge_on: list[str] | None


def read_body(visit: Visit, sent: dict[str, Any], *, ids: bool) -> Body:
    """`ids`: records of a list must have one, unless they are upserted."""
    merge_on = _merge_on(sent)
    is_single = "records" not in sent
    items = [Item(_fields(sent))] if is_single else _items(visit, sent["records"], ids=ids and merge_on is None)
    return Body(
        items=items,
        is_single=is_single,
        typecast=_flag(sent, "typecast"),
        look=Look(by_id=_flag(sent, "returnFieldsByFieldId")),
        merge_on=merge_on,
    )


def _fields(sent: dict[str, Any]) -> dict[str, Any]:
    fields = sent.get("fields")
    if not isinstance(fields, dict):
        raise missing("fields")
    return fields


def _items(visit: Visit, records: Any, *, ids: bool) -> list[Item]:
    most = visit.desk.house.limits.records_per_request
    if not isinstance(records, list) or not 1 <= len(records) <= most:
        raise bad_records()
    return [_item(record, ids=ids) for record in records]


def _item(record: Any, *, ids: bool) -> Item:
    if not isinstance(record, dict) or not isinstance(record.get("fields"), dict):
        raise bad_records()
    record_id = record.get("id")
    if not isinstance(record_id, str) if ids else not isinstance(record_id, str | None):
        raise bad_records()
    return Item(record["fields"], record_id)


def _flag(sent: dict[str, Any], name: str) -> bool:
    value = sent.get(name, False)
    if value is not None and not isinstance(value, bool):
        raise invalid_request()
    return bool(value)


def _merge_on(sent: dict[str, Any]) -> list[str] | None:
    if "performUpsert" not in sent:
        return None
    wanted = sent["performUpsert"]
    fields = wanted.get("fieldsToMergeOn") if isinstance(wanted, dict) else None
    if not isinstance(fields, list) or not 1 <= len(fields) <= MOST_TO_MERGE_ON:
        raise invalid_request("fieldsToMergeOn must name one to three fields")
    if not all(isinstance(name, str) for name in fields):
        raise invalid_request()
    return fields


def plan_for(visit: Visit, base: Base, *, typecast: bool) -> Plan:
    plan = Plan(base, visit.token.user_id, typecast=typecast)
    plan.without_attachments = visit.attachments_fail
    return plan


def answer(base: Base, table: Table, rows: list[Row], body: Body, plan: Plan) -> dict[str, Any]:
    """The records as they are now."""
    shown = [record_json(base, table, row, body.look) for row in rows]
    if body.is_single:
        return shown[0]
    told: dict[str, Any] = {"records": shown}
    if plan.failed_attachments:
        told["details"] = {"message": "partialSuccess", "reasons": ["attachmentsFailedUploading"]}
    return told
