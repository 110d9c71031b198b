"""Every kind of store of records, for tests that ask for an `office`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contracts.records.backends import OFFICES
from tests.contracts.records.office import Desk, Office


@pytest.fixture(params=list(OFFICES))
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    """One with the base of `base.py`, and no records."""
    office = OFFICES[request.param](request)
    await office.open()
    yield office
    await office.close()


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
