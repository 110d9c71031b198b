"""A client of the REST API, signed in, with each store of records behind it in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.contracts.records.backends import OFFICES
from tests.contracts.records.office import Office
from titus_adapters.memory.world import World
from titus_core.accounts.create_user import NewUser
from titus_core.accounts.model import Role
from titus_core.kernel.actor import OPERATOR
from titus_core.records.catalogue import Catalogue
from titus_http.bootstrap import TEST_BASE_URL, build_for

PASSWORD = "a quiet river bend"


@pytest.fixture(params=list(OFFICES))
def closed_office(request: pytest.FixtureRequest) -> Office:
    return OFFICES[request.param](request)


@pytest.fixture
async def office(closed_office: Office) -> AsyncIterator[Office]:
    await closed_office.open()
    yield closed_office
    await closed_office.close()


@pytest.fixture
async def client(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(office) as client:
        yield client


def signed_in(office: Office) -> httpx.AsyncClient:
    """Signs in at its first request."""
    world = World()
    titus = build_for(world, records=office.store, catalogues=_Fixed(office.catalogue))
    app: Any = titus.app
    return _Signed(titus.use_cases, transport=httpx.ASGITransport(app), base_url=TEST_BASE_URL)


class _Fixed:
    """`records.ports.Catalogues`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def catalogue(self) -> Catalogue:
        return self._catalogue


class _Signed(httpx.AsyncClient):
    def __init__(self, use_cases: object, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._use_cases = use_cases

    async def __aenter__(self) -> _Signed:
        await super().__aenter__()
        person = NewUser(actor=OPERATOR, email="ann@example.org", name="Ann", role=Role.TEAM_LEADER, password=PASSWORD)
        await self._use_cases.create_user(person)  # type: ignore[attr-defined]
        answer = await self.post("/api/auth/login", json={"email": "ann@example.org", "password": PASSWORD})
        self.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return self
