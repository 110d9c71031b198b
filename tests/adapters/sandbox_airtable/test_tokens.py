"""Who may do what: scopes, bases and permissions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.sandbox_airtable.stage import Stage, staged
from titus_adapters.sandbox.airtable.accounts import SCOPES
from titus_adapters.sandbox.airtable.house import User

ASKED: list[tuple[str, str, Any, str]] = [
    ("GET", "Clients", None, "data.records:read"),
    ("POST", "Clients/listRecords", {}, "data.records:read"),
    ("POST", "Clients", {"fields": {}}, "data.records:write"),
    ("PATCH", "Clients", {"records": []}, "data.records:write"),
    ("PUT", "Clients/recNowhere0000000", {"fields": {}}, "data.records:write"),
    ("DELETE", "Clients/recNowhere0000000", None, "data.records:write"),
    ("POST", "recNowhere0000000/Files/uploadAttachment", {}, "data.records:write"),
    ("GET", "Clients/recNowhere0000000/comments", None, "data.recordComments:read"),
    ("POST", "Clients/recNowhere0000000/comments", {"text": "x"}, "data.recordComments:write"),
    ("GET", "/v0/meta/bases", None, "schema.bases:read"),
    ("GET", "/v0/meta/bases/appTitusSandbox00/tables", None, "schema.bases:read"),
    ("POST", "/v0/meta/bases/appTitusSandbox00/tables", {}, "schema.bases:write"),
    ("PATCH", "/v0/meta/bases/appTitusSandbox00/tables/Clients", {}, "schema.bases:write"),
    ("POST", "/v0/meta/bases", {}, "schema.bases:write"),
    ("GET", "/v0/bases/appTitusSandbox00/webhooks", None, "webhook:manage"),
]


@pytest.mark.parametrize(("method", "path", "sent", "scope"), ASKED)
async def test_each_request_needs_its_scope(stage: Stage, method: str, path: str, sent: Any, scope: str) -> None:
    token = stage.airtable.token(scopes=SCOPES - {scope})
    more = {"headers": {"authorization": f"Bearer {token}"}} | ({} if sent is None else {"json": sent})
    assert (await stage.refused(method, path, **more))[:2] == (403, "INVALID_PERMISSIONS")


async def test_a_base_that_a_token_does_not_reach_is_not_there(stage: Stage) -> None:
    token = stage.airtable.token(bases=frozenset({"appOther000000000"}))
    headers = {"authorization": f"Bearer {token}"}
    refused = await stage.refused("GET", "Clients", headers=headers)
    assert refused[:2] == (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND")
    assert (await stage.ask("GET", "/v0/meta/bases", headers=headers))[1] == {"bases": []}


@pytest.mark.parametrize(
    ("permission", "reads", "writes", "builds"),
    [("none", 403, 403, 403), ("read", 200, 403, 403), ("edit", 200, 200, 403), ("create", 200, 200, 200)],
)
async def test_a_person_does_what_their_permission_allows(
    stage: Stage, permission: str, reads: int, writes: int, builds: int
) -> None:
    somebody = User(id="usrSomebody000000", email="some@example.org.au", permission="owner")
    headers = {"authorization": f"Bearer {stage.airtable.token(user=somebody)}"}
    stage.base.share(somebody.id, permission)
    field = {"name": "New", "type": "singleLineText"}
    path = f"/v0/meta/bases/{stage.base.id}/tables/Clients/fields"
    assert (await stage.ask("GET", "Clients", headers=headers))[0] == reads
    assert (await stage.ask("POST", "Clients", headers=headers, json={"fields": {}}))[0] == writes
    assert (await stage.ask("POST", path, headers=headers, json=field))[0] == builds


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer", "Bearer "])
async def test_without_a_token_nobody_is_let_in(stage: Stage, header: str) -> None:
    refused = await stage.refused("GET", "Clients", headers={"authorization": header})
    assert refused[:2] == (401, "AUTHENTICATION_REQUIRED")


async def test_a_strict_sandbox_knows_its_tokens() -> None:
    async with staged(strict=True) as stage:
        await stage.get("Clients")
        assert (await stage.refused("GET", "Clients", headers={"authorization": "Bearer stranger"}))[0] == 401


async def test_a_lenient_sandbox_takes_anybody_for_its_service_account(stage: Stage) -> None:
    status, body = await stage.ask("GET", "/v0/meta/whoami", headers={"authorization": "bearer stranger"})
    assert (status, body["id"]) == (200, "usrTitusService00")
