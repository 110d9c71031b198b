"""The guard that stands before every route: it looks at the route's policy and at the session."""

from __future__ import annotations

from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler

from titus_core.accounts.model import User
from titus_core.accounts.policy import Permission, demand
from titus_core.accounts.resume_session import ResumeSession
from titus_core.kernel.errors import Refused, Unauthenticated
from titus_http.security.monitors import Monitors
from titus_http.security.origin import SAFE, Site, from_our_pages
from titus_http.security.policies import policy_of
from titus_http.security.tokens import carried, well_formed


class Guard:
    """For `Litestar(guards=[…])`. Puts the user of the session into the request's scope, where `signed_in` finds it."""

    def __init__(self, resume_session: ResumeSession, site: Site, monitors: Monitors = Monitors()) -> None:  # noqa: B008 (a value)
        self._resume_session = resume_session
        self._site = site
        self._monitors = monitors

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        if connection.scope.get("method") == "OPTIONS":
            return  # The framework's own answer: which methods there are.
        policy = policy_of(handler)
        if policy in {"public", "signature"}:
            return
        if policy == "monitor":
            self._monitors.demand(connection.client.host if connection.client else "", connection.headers)
            return
        user = await self._user(connection)
        connection.scope["user"] = user
        if isinstance(policy, Permission):
            demand(user, policy)

    async def _user(self, connection: ASGIConnection[Any, Any, Any, Any]) -> User:
        found = carried(connection)
        if found is None:
            raise Unauthenticated
        if not well_formed(found.token):
            raise Unauthenticated("Invalid session")
        unsafe = connection.scope.get("method") not in SAFE
        if found.by_cookie and unsafe and not from_our_pages(connection, self._site):
            raise Refused("A cookie is accepted only from our own pages")
        return await self._resume_session(found.token)


def signed_in(connection: ASGIConnection[Any, Any, Any, Any]) -> User:
    """The user of the session, in a route whose policy asks for one."""
    user = connection.scope.get("user")
    assert isinstance(user, User), "the guard puts the user here before any route that needs one"
    return user


def check_policies(app: Litestar) -> None:
    """For start-up: raise `Misuse` for the first route that declares no policy."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)]):
            if handler is None or (isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"OPTIONS"}):
                continue
            policy_of(handler)
