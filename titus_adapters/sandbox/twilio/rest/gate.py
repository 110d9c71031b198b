"""Who may use REST, and what is refused on purpose."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from litestar import Request

from titus_adapters.sandbox.twilio.rest.errors import RestError
from titus_adapters.sandbox.twilio.switchboard import Switchboard


def gate(board: Switchboard, *, strict: bool) -> Callable[[Request[Any, Any, Any]], None]:
    """Basic auth with any credential; `strict`: the account's own, or any API key (SK…) with a secret."""

    def check(request: Request[Any, Any, Any]) -> None:
        user, password = _credentials(request.headers.get("authorization", ""))
        good = password == board.account.auth_token if user == board.account.sid else user.startswith("SK")
        if not user or not password or (strict and not good):
            raise RestError(401, 20003, "Authenticate")
        if board.rest_faults:
            fault = board.rest_faults.popleft()
            raise RestError(fault.status, fault.code, fault.message)

    return check


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
