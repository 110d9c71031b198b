"""Who may use REST, and in which version."""

import hmac
from collections.abc import Callable
from typing import Any

from litestar import Request

from titus_adapters.sandbox.anthropic.rest.errors import RestError, invalid
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox

VERSIONS = ("2023-06-01", "2026-10-21")
"""The newer one refuses more (elevenlabs-anthropic-graph.md §0.4)."""


def gate(sandbox: AnthropicSandbox, *, strict: bool) -> Callable[[Request[Any, Any, Any]], None]:
    """Any key will do unless `strict`: then the account's own. In either header: the official client sends a bearer,
    older ones `x-api-key` (§0.3)."""

    def check(request: Request[Any, Any, Any]) -> None:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        key = request.headers.get("x-api-key", "") or bearer
        good = hmac.compare_digest(key.encode(), sandbox.api_key.encode()) if strict else bool(key)
        if not good:
            raise RestError(401, "invalid api key")
        if request.headers.get("anthropic-version", "") not in VERSIONS:
            raise invalid("anthropic-version: header is required")

    return check
