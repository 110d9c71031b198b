"""Every kind of store of records, for tests that ask for an `office`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contracts.records.backends import OFFICES
from tests.contracts.records.office import Desk, Office


@pytest.fixture(params=list(OFFICES))
def closed_office(request: pytest.FixtureRequest) -> Office:
    """Made outside any event loop: databases are made on one of their own."""
    return OFFICES[request.param](request)


@pytest.fixture
async def office(closed_office: Office) -> AsyncIterator[Office]:
    """One with the base of `base.py`, and no records."""
    await closed_office.open()
    yield closed_office
    await closed_office.close()


@pytest.fixture
def people(office: Office) -> Desk:
    return Desk(office, "allPeople")


@pytest.fixture
def homes(office: Office) -> Desk:
    return Desk(office, "homes")


@pytest.fixture
def visits(office: Office) -> Desk:
    return Desk(office, "visits2025")


@pytest.fixture
def odd(office: Office) -> Desk:
    return Desk(office, "oddNames")


@pytest.fixture
def stock(office: Office) -> Desk:
    return Desk(office, "stock")
