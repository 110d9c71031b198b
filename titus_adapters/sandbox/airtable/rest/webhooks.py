"""`/v0/bases/{base}/webhooks`."""

from typing import Any
from urllib.parse import urlparse

from titus_adapters.sandbox.airtable.hooks.hook import Hook
from titus_adapters.sandbox.airtable.hooks.pings import news
from titus_adapters.sandbox.airtable.hooks.specification import Specification, read_specification
from titus_adapters.sandbox.airtable.refusals import Refused, invalid_request, not_yours_or_not_there
from titus_adapters.sandbox.airtable.rest.routing import Call, Route
from titus_adapters.sandbox.airtable.times import stamp

SCOPE = "webhook:manage"
OF_AN_INTEGRATION = 2
"""Webhooks of one integration in one base."""


async def list_webhooks(call: Call, base_id: str) -> dict[str, Any]:
    base = call.visit.base(base_id, SCOPE)
    return {"webhooks": [hook.shown(call.desk.now()) for hook in call.desk.hooks.of(base, _integration(call))]}


async def create_webhook(call: Call, base_id: str) -> dict[str, Any]:
    """The secret is told now and never again."""
    base = call.visit.base(base_id, SCOPE, "create")
    sent = await call.body()
    specification = read_specification(sent.get("specification"), base)
    _need_scopes(call, specification)
    _need_room(call, base_id)
    url = sent.get("notificationUrl")
    if url is not None and (not isinstance(url, str) or urlparse(url).scheme not in {"http", "https"}):
        raise invalid_request("notificationUrl must be an address")
    hook = call.desk.hooks.add(base, specification, url, call.visit.token.user_id, _integration(call))
    return {"id": hook.id, "macSecretBase64": hook.secret_text, "expirationTime": stamp(hook.expires_at)}


async def delete_webhook(call: Call, base_id: str, hook_id: str) -> None:
    call.desk.hooks.remove(_find(call, base_id, hook_id, "create"))


async def refresh_webhook(call: Call, base_id: str, hook_id: str) -> dict[str, Any]:
    hook = _find(call, base_id, hook_id, "create")
    if not hook.is_active(call.desk.now()):
        raise invalid_request("The webhook is not active any more")
    hook.extend(call.desk.now())
    return {"expirationTime": stamp(hook.expires_at)}


async def enable_notifications(call: Call, base_id: str, hook_id: str) -> None:
    """Whoever was given up on, or switched off, is told again; at once, if there is news."""
    hook = _find(call, base_id, hook_id, "create")
    wanted = (await call.body()).get("enable")
    if not isinstance(wanted, bool):
        raise invalid_request()
    hook.notifies = wanted
    if wanted and hook.has_news:
        news(call.desk, hook)


async def list_payloads(call: Call, base_id: str, hook_id: str) -> dict[str, Any]:
    """From the cursor on; asking for them also makes the webhook live a week longer."""
    hook = _find(call, base_id, hook_id, "read")
    _need_scopes(call, hook.specification)
    most = call.desk.house.limits.payloads_per_page
    cursor, limit = _number(call.query.get("cursor"), 1), _number(call.query.get("limit"), most)
    if not 1 <= cursor <= hook.next_number or not 1 <= limit <= most:
        raise invalid_request()
    if hook.is_active(call.desk.now()):
        hook.extend(call.desk.now())
    waiting = [kept for kept in hook.payloads if kept.number >= cursor]
    page = waiting[:limit]
    return {
        "payloads": [kept.payload for kept in page],
        "cursor": page[-1].number + 1 if page else cursor,
        "mightHaveMore": len(waiting) > limit,
    }


def _find(call: Call, base_id: str, hook_id: str, permission: str) -> Hook:
    base = call.visit.base(base_id, SCOPE, permission)
    for hook in call.desk.hooks.of(base, _integration(call)):
        if hook.id == hook_id:
            return hook
    raise not_yours_or_not_there()


def _integration(call: Call) -> str:
    return call.visit.token.secret if call.visit.token.oauth else ""


def _need_scopes(call: Call, specification: Specification) -> None:
    if specification.wants("tableData"):
        call.visit.need("data.records:read")
    if specification.wants("tableFields") or specification.wants("tableMetadata"):
        call.visit.need("schema.bases:read")


def _need_room(call: Call, base_id: str) -> None:
    base = call.desk.bases[base_id]
    if len(call.desk.hooks.of(base)) >= call.desk.house.limits.webhooks_per_base:
        raise Refused(422, "TOO_MANY_WEBHOOKS_IN_BASE", "The base has as many webhooks as it may have")
    mine = _integration(call)
    if mine and len(call.desk.hooks.of(base, mine)) >= OF_AN_INTEGRATION:
        raise Refused(
            422, "TOO_MANY_WEBHOOKS_BY_OAUTH_INTEGRATION_IN_BASE", "The integration has as many as it may have"
        )


def _number(sent: str | None, default: int) -> int:
    if sent is None:
        return default
    if not sent.isdecimal():
        raise invalid_request()
    return int(sent)


ROUTES = (
    Route("GET", "bases/*/webhooks", list_webhooks),
    Route("POST", "bases/*/webhooks", create_webhook),
    Route("DELETE", "bases/*/webhooks/*", delete_webhook),
    Route("POST", "bases/*/webhooks/*/refresh", refresh_webhook),
    Route("POST", "bases/*/webhooks/*/enableNotifications", enable_notifications),
    Route("GET", "bases/*/webhooks/*/payloads", list_payloads),
)
