"""Attachments that were given by their address: Airtable reads it a moment later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from titus_adapters.sandbox.airtable.base.announcing import announce
from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.changes import Changed, TableChange
from titus_adapters.sandbox.airtable.base.commit import commit
from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.base.plan import Plan
from titus_adapters.sandbox.airtable.files import Attachment
from titus_adapters.sandbox.twilio.engine.process import fetch, sleep
from titus_adapters.sandbox.twilio.engine.wire import Answer, Outgoing

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.desk import Desk

MOST_REDIRECTS = 3
SYSTEM = "usrAirtableItself"


async def read_from_its_address(desk: Desk, attachment: Attachment) -> None:
    """The file is there afterwards; or it vanishes from its cell, or stays as its address."""
    await sleep(desk.house.pace.download)
    answer = await _read(attachment.source)
    if answer.status == 200:
        attachment.content, attachment.size = answer.body, len(answer.body)
        attachment.type = answer.header("content-type").partition(";")[0].strip() or "application/octet-stream"
        for base, table, row, field in _places(desk, attachment):
            _tell(base, table, row, field)
    elif desk.house.switches.failed_downloads == "vanish":
        for base, table, row, field in _places(desk, attachment):
            plan = Plan(base, SYSTEM, "system")
            plan.put(table, row, field, [one for one in row.cells[field.id] if one != attachment.id] or None)
            commit(plan)


async def _read(url: str) -> Answer:
    answer = Answer(error="ct")
    for _ in range(MOST_REDIRECTS + 1):
        answer = await fetch(Outgoing("GET", url, (("User-Agent", "Airtable"),)))
        if answer.status not in {301, 302, 303, 307, 308}:
            break
        url = answer.header("location")
    return answer


def _places(desk: Desk, attachment: Attachment) -> list[tuple[Base, Table, Row, Field]]:
    """The cells that hold it."""
    return [
        (base, table, row, field)
        for base in desk.bases.values()
        for table in base.tables
        for field in table.fields.values()
        if field.type == "multipleAttachments"
        for row in table.rows.values()
        if attachment.id in (row.cells.get(field.id) or ())
    ]


def _tell(base: Base, table: Table, row: Row, field: Field) -> None:
    table.version += 1
    cell = {field.id: base.tell(table, field, row)}
    change = TableChange(table=table, changed=[Changed(row, cell, {}, frozenset({field.id}))])
    announce(base, SYSTEM, "system", {table.id: change})
