"""Where a request carries its session token: never in the address, which ends up in logs and histories."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from litestar.connection import ASGIConnection

COOKIE = "authToken"
_TOKEN = re.compile(r"[0-9a-f]{64}")


class Carried(msgspec.Struct, frozen=True):
    """`by_cookie`: the browser sent it by itself, so another site may have made it do so."""

    token: str
    by_cookie: bool


def carried(connection: ASGIConnection[Any, Any, Any, Any]) -> Carried | None:
    """The token of the first place that has one: `Authorization`, `x-auth-token`, the cookie."""
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return Carried(bearer.strip(), by_cookie=False)
    if header := connection.headers.get("x-auth-token", "").strip():
        return Carried(header, by_cookie=False)
    if cookie := connection.cookies.get(COOKIE, ""):
        return Carried(cookie, by_cookie=True)
    return None


def well_formed(token: str) -> bool:
    """Whether it can be one of ours at all; anything else need not bother the store."""
    return _TOKEN.fullmatch(token) is not None
