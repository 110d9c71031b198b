"""The sandbox without a socket, in virtual time, and a client that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from titus_adapters.sandbox.airtable.handle import BaseHandle
from titus_adapters.sandbox.airtable.part import airtable_part
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.airtable.transport import SandboxTransport
from titus_adapters.sandbox.app import create_sandbox_app

CLIENTS: dict[str, Any] = {
    "id": "tblClients0000000",
    "name": "Clients",
    "primaryFieldId": "fldName0000000000",
    "fields": [
        {"id": "fldName0000000000", "name": "Name", "type": "singleLineText"},
        {
            "id": "fldStatus00000000",
            "name": "Status",
            "type": "singleSelect",
            "options": {
                "choices": [
                    {"id": "selProspect000000", "name": "Prospect", "color": "blueLight2"},
                    {"id": "selActive00000000", "name": "Active", "color": "greenLight2"},
                    {"id": "selExited00000000", "name": "Exited", "color": "redLight2"},
                ]
            },
        },
        {"id": "fldBudget00000000", "name": "Budget", "type": "currency", "options": {"precision": 2, "symbol": "$"}},
        {"id": "fldNumber00000000", "name": "Number", "type": "autoNumber"},
        {
            "id": "fldNotes000000000",
            "name": "Notes",
            "type": "multipleRecordLinks",
            "options": {
                "linkedTableId": "tblNotes000000000",
                "isReversed": False,
                "prefersSingleRecordLink": False,
                "inverseLinkFieldId": "fldClient00000000",
            },
        },
        {
            "id": "fldHours000000000",
            "name": "Hours",
            "type": "rollup",
            "options": {
                "isValid": True,
                "recordLinkFieldId": "fldNotes000000000",
                "fieldIdInLinkedTable": "fldNoteHours00000",
                "referencedFieldIds": [],
                "result": {"type": "number", "options": {"precision": 2}},
            },
        },
        {
            "id": "fldModified000000",
            "name": "Modified",
            "type": "lastModifiedTime",
            "options": {"isValid": True, "referencedFieldIds": [], "result": {"type": "dateTime"}},
        },
    ],
    "views": [{"id": "viwGrid0000000000", "name": "Grid view", "type": "grid"}],
}
NOTES: dict[str, Any] = {
    "id": "tblNotes000000000",
    "name": "Notes",
    "primaryFieldId": "fldTitle000000000",
    "fields": [
        {
            "id": "fldTitle000000000",
            "name": "Title",
            "type": "formula",
            "options": {
                "isValid": True,
                "formula": "'Note for '&{fldClient00000000}",
                "referencedFieldIds": ["fldClient00000000"],
                "result": {"type": "singleLineText"},
            },
        },
        {"id": "fldText0000000000", "name": "Text", "type": "multilineText"},
        {"id": "fldNoteHours00000", "name": "Hours", "type": "number", "options": {"precision": 2}},
        {
            "id": "fldClient00000000",
            "name": "Client",
            "type": "multipleRecordLinks",
            "options": {
                "linkedTableId": "tblClients0000000",
                "isReversed": False,
                "prefersSingleRecordLink": True,
                "inverseLinkFieldId": "fldNotes000000000",
            },
        },
        {"id": "fldFiles000000000", "name": "Files", "type": "multipleAttachments", "options": {"isReversed": False}},
        {"id": "fldAt000000000000", "name": "At", "type": "dateTime", "options": {"timeZone": "Australia/Sydney"}},
        {
            "id": "fldStatusOf000000",
            "name": "Status of client",
            "type": "multipleLookupValues",
            "options": {
                "isValid": True,
                "recordLinkFieldId": "fldClient00000000",
                "fieldIdInLinkedTable": "fldStatus00000000",
                "result": {"type": "singleSelect"},
            },
        },
    ],
    "views": [{"id": "viwNotes000000000", "name": "Grid view", "type": "grid"}],
}
SCHEMA: dict[str, Any] = {"tables": [CLIENTS, NOTES]}


class Stage:
    """`ask` answers status and body; the limits are off unless a test wants them."""

    def __init__(self, airtable: AirtableSandbox, base: BaseHandle, client: httpx.AsyncClient) -> None:
        self.airtable, self.base, self.client = airtable, base, client

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """`path` is below the base, or begins with `/v0`."""
        url = path if path.startswith("/v0") else f"/v0/{self.base.id}/{path}"
        response = await self.client.request(method, url, **more)
        return response.status_code, response.json() if response.content else None

    async def get(self, path: str, **params: Any) -> Any:
        """The body of a list or record that must be there."""
        status, body = await self.ask("GET", path, params=params)
        assert status == 200, body
        return body

    async def create(self, table: str, *fields: dict[str, Any], **more: Any) -> list[Any]:
        """The records as answered."""
        sent = {"records": [{"fields": one} for one in fields], **more}
        status, body = await self.ask("POST", table, json=sent)
        assert status == 200, body
        return list(body["records"])

    async def refused(self, method: str, path: str, **more: Any) -> tuple[int, str, str]:
        """Status, Airtable's word and sentence of a refusal."""
        status, body = await self.ask(method, path, **more)
        assert status >= 400, body
        error = body["error"]
        return (status, error, "") if isinstance(error, str) else (status, error["type"], error.get("message", ""))


@asynccontextmanager
async def staged(
    schema: dict[str, Any] = SCHEMA, *, limited: bool = False, strict: bool = False, **settings: Any
) -> AsyncIterator[Stage]:
    airtable = AirtableSandbox(**settings)
    airtable.desk.meter.is_off = not limited
    base = airtable.base(schema, id="appTitusSandbox00")
    app = create_sandbox_app(airtable_part(airtable, strict=strict, speed=None))
    async with httpx.AsyncClient(
        transport=SandboxTransport(app),
        base_url="http://airtable.test/airtable",
        headers={"authorization": f"Bearer {airtable.token('pat.of.tests')}"},
    ) as client:
        yield Stage(airtable, base, client)
