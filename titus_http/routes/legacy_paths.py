"""Reads the tables of `legacy.py`."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from litestar.types import ASGIApp, Receive, Scope, Send

from titus_http.routes.legacy import ALIASES, NOT_BUILT


class LegacyPaths:
    """An ASGI application in front of another: a request for an alias reaches it under the canonical path. It is not
    a redirect, which would make browsers drop the bodies and tokens of today's pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (path := canonical(scope.get("path", ""))) != scope.get("path", ""):
            scope["path"], scope["raw_path"] = path, quote(path).encode()
        await self._app(scope, receive, send)


def canonical(path: str) -> str:
    """The path that this one means."""
    for alias, target in ALIASES:
        if path == alias or path.startswith(f"{alias}/"):
            return target + path.removeprefix(alias)
    return path


def not_built(method: str, path: str) -> bool:
    """Whether the contract names this and Titus does not do it yet."""
    return _planned().fullmatch(f"{method} {path.rstrip('/')}") is not None


@lru_cache(maxsize=1)
def _planned() -> re.Pattern[str]:
    return re.compile("|".join(_pattern(*entry.split()) for entry in NOT_BUILT))


def _pattern(method: str, path: str) -> str:
    rest = path.endswith("/**")
    fixed = "/".join("[^/]+" if part == "*" else re.escape(part) for part in path.removesuffix("/**").split("/"))
    return f"{'[A-Z]+' if method == '*' else method} {fixed}{'(?:/.*)?' if rest else ''}"
