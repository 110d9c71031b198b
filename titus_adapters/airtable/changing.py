"""What was touched, from the payloads of a webhook: only which records, never what they hold (§1.5). Payloads are read;
nobody need be reachable."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from titus_adapters.airtable.api import AirtableApi
from titus_core.kernel.errors import Invalid, NotFound
from titus_core.records.model import RecordId, TableId
from titus_core.records.ports import Changes, Touched

PAGE = 50
_SPECIFICATION = {"options": {"filters": {"dataTypes": ["tableData"]}}}
_TOKEN = re.compile(r"(ach[A-Za-z0-9]{14})\.(\d{1,15})")


class Hook(msgspec.Struct, frozen=True):
    id: str
    cursorForNextPayload: int = 1  # noqa: N815 (Airtable's word)
    notificationUrl: str | None = None  # noqa: N815
    isHookEnabled: bool = True  # noqa: N815
    specification: dict[str, Any] = {}


class Hooks(msgspec.Struct, frozen=True):
    webhooks: list[Hook] = []


class Made(msgspec.Struct, frozen=True):
    id: str


class Table(msgspec.Struct, frozen=True):
    createdRecordsById: dict[RecordId, Any] = {}  # noqa: N815
    changedRecordsById: dict[RecordId, Any] = {}  # noqa: N815
    destroyedRecordIds: list[RecordId] = []  # noqa: N815


class Payload(msgspec.Struct, frozen=True):
    changedTablesById: dict[TableId, Table] = {}  # noqa: N815
    createdTablesById: dict[TableId, Any] = {}  # noqa: N815


class Payloads(msgspec.Struct, frozen=True):
    cursor: int
    mightHaveMore: bool = False  # noqa: N815
    payloads: list[Payload] = []


async def touched(api: AirtableApi, since: str | None) -> Changes:
    """As `RecordStore.changes`; a token names our webhook and how far its payloads were read."""
    path = f"/v0/bases/{api.settings.base_id}/webhooks"
    if since is None:
        hook = await _hook(api, path)
        return Changes((), f"{hook.id}.{hook.cursorForNextPayload}")
    known = _TOKEN.fullmatch(since)
    if known is None:
        raise Invalid("since", "is no token of this store")
    query = {"cursor": int(known[2]), "limit": PAGE}
    try:
        page = await api.read(f"{path}/{known[1]}/payloads", Payloads, query, hurry=False)
    except NotFound as error:
        raise Invalid("since", "is too old: everything has to be read again") from error
    found = tuple(one for payload in page.payloads for one in _touched(payload))
    return Changes(found, f"{known[1]}.{page.cursor}", more=page.mightHaveMore)


async def _hook(api: AirtableApi, path: str) -> Hook:
    """One that tells of everything, whomever it pings; made if there is none: a base may have ten."""
    for hook in (await api.read(path, Hooks, hurry=False)).webhooks:
        if hook.isHookEnabled and hook.specification == _SPECIFICATION:
            return hook
    made = await api.write("POST", path, Made, {"specification": _SPECIFICATION}, hurry=False)
    return Hook(made.id)


def _touched(payload: Payload) -> list[Touched]:
    found = []
    for table, told in payload.changedTablesById.items():
        found += [Touched(table, one) for one in (*told.createdRecordsById, *told.changedRecordsById)]
        found += [Touched(table, one, gone=True) for one in told.destroyedRecordIds]
    return found
