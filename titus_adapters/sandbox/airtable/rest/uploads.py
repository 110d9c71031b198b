"""`uploadAttachment`: up to 5 MB in base 64. Airtable has it on another host, the sandbox on the same."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.commit import commit
from titus_adapters.sandbox.airtable.base.model import Row, Table
from titus_adapters.sandbox.airtable.base.plan import Plan
from titus_adapters.sandbox.airtable.files import Attachment
from titus_adapters.sandbox.airtable.refusals import bad_value, invalid_request, no_record, too_large
from titus_adapters.sandbox.airtable.rest.routing import Call, Route
from titus_adapters.sandbox.airtable.times import stamp


async def upload_attachment(call: Call, base_id: str, record_id: str, field: str) -> dict[str, Any]:
    """Added to what the cell holds; answered by field id."""
    base = call.visit.base(base_id, "data.records:write", "edit")
    table, row = _place(base, record_id)
    column = table.field(field)
    if column.type != "multipleAttachments":
        raise bad_value(column.name)
    attachment = _attachment(call, await call.body())
    plan = Plan(base, call.visit.token.user_id)
    plan.attachments.append(attachment)
    plan.put(table, row, column, [*(row.cells.get(column.id) or []), attachment.id])
    commit(plan)
    cell = base.show(table, column, row)
    return {"id": row.id, "createdTime": stamp(row.created_at), "fields": {column.id: cell}}


def _place(base: Base, record_id: str) -> tuple[Table, Row]:
    for table in base.tables:
        if record_id in table.rows:
            return table, table.rows[record_id]
    raise no_record()


def _attachment(call: Call, sent: dict[str, Any]) -> Attachment:
    house = call.desk.house
    kind, name, file = sent.get("contentType"), sent.get("filename"), sent.get("file")
    if not isinstance(kind, str) or not isinstance(name, str) or not isinstance(file, str) or not name:
        raise invalid_request()
    try:
        content = base64.b64decode("".join(file.split()), validate=True)
    except binascii.Error:
        raise invalid_request() from None
    if len(content) > house.limits.upload:
        raise too_large()
    return Attachment(id=house.ids.new("att"), filename=name, type=kind, size=len(content), content=content)


ROUTES = (Route("POST", "*/*/*/uploadAttachment", upload_attachment),)
