"""A route that nobody thought about stays closed: it does not even start."""

from __future__ import annotations

import pytest
from litestar import Litestar, get

from tests.http.staff_app import StaffWorld
from titus_core.accounts.policy import Permission
from titus_core.kernel.errors import Misuse
from titus_http.security.guards import check_policies
from titus_http.security.policies import PUBLIC, needs, policy_of


def test_every_route_for_staff_declares_its_policy() -> None:
    app = StaffWorld().litestar
    check_policies(app)
    assert sum(len(getattr(route, "route_handlers", ())) for route in app.routes) > 30


def test_a_route_without_a_policy_is_refused_at_start() -> None:
    @get("/")
    async def forgotten() -> None: ...

    with pytest.raises(Misuse, match="forgotten"):
        check_policies(Litestar([forgotten], openapi_config=None))


@pytest.mark.parametrize("word", ["everyone", "", None, "view_calls"])
def test_a_misspelt_policy_is_none(word: str | None) -> None:
    @get("/", opt={"permission": word})
    async def misspelt() -> None: ...

    with pytest.raises(Misuse):
        check_policies(Litestar([misspelt], openapi_config=None))


def test_a_policy_is_a_permission_or_a_word() -> None:
    @get("/a", opt=needs(Permission.VIEW_CALLS))
    async def guarded() -> None: ...

    @get("/b", opt=PUBLIC)
    async def public() -> None: ...

    app = Litestar([guarded, public], openapi_config=None)
    policies = {
        str(policy_of(handler))
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if handler.http_methods != {"OPTIONS"}
    }
    assert policies == {"view_calls", "public"}
