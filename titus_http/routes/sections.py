"""Routers that are quickly registered. Litestar copies a router deeply, with all that its handlers hold, answers'
descriptions and guards included: half of the time that the application took to be built, at every start."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, Self

from litestar import Router
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

_PRIVATE = [
    ResponseHeader(name="Cache-Control", value="no-store", description="Answers are about people"),
    ResponseHeader(name="X-Content-Type-Options", value="nosniff", description="JSON is JSON"),
]


class Section(Router):
    """Some handlers of HTTP below one path, for any application. What they hold is shared, and never changed."""

    def __init__(self, path: str, *, route_handlers: Sequence[HTTPRouteHandler], **rest: Any) -> None:
        super().__init__(path, route_handlers=route_handlers, **rest)
        for handler in self._handlers():
            _ = handler.parsed_fn_signature  # once for all copies

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = copy(self)
        twin.routes = []
        for route in self.routes:
            assert isinstance(route, HTTPRoute)
            handlers = [copy(handler) for handler in route.route_handlers]
            for handler in handlers:
                handler.owner = twin
            twin.routes.append(HTTPRoute(path=route.path, route_handlers=handlers))
        return twin

    def _handlers(self) -> list[HTTPRouteHandler]:
        return [handler for route in self.routes if isinstance(route, HTTPRoute) for handler in route.route_handlers]


class StaffSection(Section):
    """For staff: its answers are about people, and kept nowhere."""

    def __init__(self, path: str, *, route_handlers: Sequence[HTTPRouteHandler], **rest: Any) -> None:
        super().__init__(path, route_handlers=route_handlers, response_headers=_PRIVATE, **rest)
