"""Whatever is written at the same time, links and computed cells are true afterwards."""

from __future__ import annotations

import pytest

from tests.contracts.records.office import Desk, Office
from tests.contracts.records.storms import Storm, damages


@pytest.mark.parametrize("seed", [1, 2])
async def test_after_a_storm_everything_is_in_its_place(office: Office, seed: int) -> None:
    storm = Storm(office, seed)
    await storm.blow(120, at_once=6)
    assert await damages(office) == []
    assert storm.refused.total() < 60, storm.refused


async def test_a_damage_would_be_seen(office: Office, people: Desk, homes: Desk) -> None:
    """Of a store that lets us put rows as they are."""
    if office.rows is None:
        return
    await people.plant("a", fullName="old", number=1)
    await people.plant("b", fullName=" ", number=1, visitCount=3, homeAddress=["x"])
    found = await damages(office)
    assert any("allPeople.fullName of reca" in one for one in found)
    assert any("visitCount of recb" in one and "should be 0" in one for one in found)
    assert any("homeAddress of recb" in one for one in found)
    assert "a number was given twice" in found
