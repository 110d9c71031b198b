"""Bodies within bounds, checked before anything parses them.

The framework answers deep JSON and invalid UTF-8 with a 500 (`reliability-and-security.md` §0.2), and PostgreSQL
cannot store NUL: all three are the client's mistakes and get a 400 here.
"""

from __future__ import annotations

import re
from typing import Any

from litestar import Request

from titus_http.problems import Malformed

MAX_BODY = 1024 * 1024
"""For `Litestar(request_max_body_size=…)`: more than any JSON of ours needs."""

MAX_DEPTH = 64

# Possessive, and with an optional end: whatever the body is, it is scanned once.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class BoundedRequest(Request[Any, Any, Any]):
    """For `Litestar(request_class=…)`. Raises `Malformed` for a body that must not reach a parser."""

    async def body(self) -> bytes:
        body = await super().body()
        if not self.scope.get("_titus_body_checked"):
            check(body)
            self.scope["_titus_body_checked"] = True  # type: ignore[typeddict-unknown-key]
        return body


def check(body: bytes) -> None:
    """Raise `Malformed` unless the body is UTF-8 without NUL and not nested too deeply."""
    try:
        body.decode()
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8") from None
    if _NUL.search(body):
        raise Malformed("NUL is not text")
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _depth(body) > MAX_DEPTH:
        raise Malformed(f"JSON may be nested {MAX_DEPTH} deep at most")


def _depth(body: bytes) -> int:
    deepest = depth = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
