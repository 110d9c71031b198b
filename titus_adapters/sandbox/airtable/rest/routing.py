"""From a method and a path to what does it.

Not the framework's routes: Airtable's paths begin with a variable, and everything that is not there must be refused in
Airtable's words, which a framework that falls back to its own cannot promise.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import unquote

import msgspec
from litestar import Request

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Table
from titus_adapters.sandbox.airtable.refusals import no_route
from titus_adapters.sandbox.airtable.rest.options import from_query, json_object
from titus_adapters.sandbox.airtable.rest.visit import Visit

Handler = Callable[..., Awaitable[Any]]


_NO_BASES = frozenset({"meta", "bases"})


class Route(msgspec.Struct, frozen=True):
    """`pattern` like `meta/bases/*/tables`; each `*` is handed on. A base is never called `meta`."""

    method: str
    pattern: str
    handler: Handler

    def matches(self, method: str, pieces: Sequence[str]) -> bool:
        wanted = self.pattern.split("/")
        return (
            method == self.method
            and len(wanted) == len(pieces)
            and (wanted[0] != "*" or pieces[0] not in _NO_BASES)
            and all(piece in {"*", given} for piece, given in zip(wanted, pieces, strict=True))
        )

    def values(self, pieces: Sequence[str]) -> list[str]:
        return [given for piece, given in zip(self.pattern.split("/"), pieces, strict=True) if piece == "*"]


class Call:
    """One request on its way: who asks, and what was sent."""

    def __init__(self, visit: Visit, request: Request[Any, Any, Any]) -> None:
        self.visit = visit
        self.desk = visit.desk
        self._request = request

    @property
    def query(self) -> dict[str, Any]:
        return from_query(self._request.query_params.multi_items())

    async def body(self) -> dict[str, Any]:
        """The JSON object that was sent; raises `Refused` if it is none."""
        return json_object(await self._request.body())

    def table(self, base_id: str, table: str, scope: str, permission: str = "read") -> tuple[Base, Table]:
        base = self.visit.base(base_id, scope, permission)
        return base, self.visit.table(base, table)


async def dispatch(routes: Sequence[Route], call: Call, method: str, pieces: Sequence[str]) -> Any:
    """What the first route that matches answers; raises `Refused` if none does."""
    for route in routes:
        if route.matches(method, pieces):
            return await route.handler(call, *route.values(pieces))
    raise no_route()


def pieces_of(scope: Any) -> list[str]:
    """The path below `/v0` in pieces; a slash that was escaped is part of its piece."""
    path = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0].decode("latin-1")
    below = path[path.find("/v0") + 3 :]
    return [unquote(piece) for piece in below.split("/") if piece]
