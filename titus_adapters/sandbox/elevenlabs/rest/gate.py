"""Who may use REST."""

import hmac
from collections.abc import Callable
from typing import Any

from litestar import Request

from titus_adapters.sandbox.elevenlabs.desk import Desk
from titus_adapters.sandbox.elevenlabs.rest.errors import RestError


def gate(desk: Desk, *, strict: bool) -> Callable[[Request[Any, Any, Any]], None]:
    """Any key will do unless `strict`: then the account's own."""

    def check(request: Request[Any, Any, Any]) -> None:
        key = request.headers.get("xi-api-key", "")
        good = hmac.compare_digest(key.encode(), desk.account.api_key.encode()) if strict else bool(key)
        if not good:
            raise RestError(401, "invalid_api_key", "Invalid API key")

    return check
