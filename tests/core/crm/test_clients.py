"""A client's file, and what their shifts cost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.core.crm.base import catalogue
from tests.core.crm.registry import Registry, run
from titus_core.crm.client_file import client_details, support_plan
from titus_core.crm.errors import NotInBase
from titus_core.crm.list_entries import Who
from titus_core.crm.shift_costs import weekly_burn, with_costs

MIA = Who("Mia Tran", "name")
TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("born", "age"), [("1990-11-30", 36), ("1990-12-01", 35), ("1990-11-29", 36), ("", None), (None, None)]
)
def test_a_client_is_as_old_as_their_birthday_says(born: str | None, age: int | None) -> None:
    registry = Registry()
    registry.add("clients", client_name="Mia Tran", **({"date_of_birth": born} if born else {}))
    found = run(client_details(registry.crm, MIA, TODAY))
    assert found is not None
    assert found["age"] == age


def test_details_have_all_that_is_known_and_nobody_is_none() -> None:
    registry = Registry()
    cora = registry.add("all_contacts", first_name="Cora", last_name="Lind")
    told: dict[str, Any] = {"allergies_alerts": "Peanuts", "required_skills": ["PEG", "Hoist"]}
    registry.add("clients", client_name="Mia Tran", support_coordinator_link=[cora], **told)
    found = run(client_details(registry.crm, MIA, TODAY))
    assert found is not None
    assert (found["supportCoordinator"], found["requiredSkills"]) == ("Cora Lind", ["PEG", "Hoist"])
    assert (found["hasAllergies"], found["gender"], found["pbspPhone"]) == (True, "", "")
    assert run(client_details(registry.crm, Who("Nobody", "name"), TODAY)) is None


def test_an_age_that_the_base_tells_goes_before_ours() -> None:
    registry = Registry()
    registry.add("clients", client_name="Mia Tran", date_of_birth="1990-11-30", age=35)
    found = run(client_details(registry.crm, MIA, TODAY))
    assert found is not None
    assert found["age"] == 35


def test_a_support_plan_comes_with_whoever_stands_beside_the_client() -> None:
    registry = Registry()
    cora = registry.add(
        "all_contacts", first_name="Cora", last_name="Lind", email="cora@example.org", organisation="Lind Pty"
    )
    mia = registry.add(
        "clients",
        client_name="Mia Tran",
        support_coordinator_link=[cora],
        ndis_number="430 000 011",
        ndis_supports_plan_accommodation_decisions="Self",
        ndis_plan_start_date="2026-07-01",
    )
    registry.add("support_plan_2025", plan_item="Cooking", client_name=[mia], goal="Dinner twice a week")
    found = run(support_plan(registry.crm, MIA))
    assert found["clientFound"] is True
    assert [one["Goal"] for one in found["records"]] == ["Dinner twice a week"]
    beside = found["stakeholders"]
    assert beside["supportCoordinator"] == {
        "name": "Cora Lind",
        "email": "cora@example.org",
        "phone": "",
        "company": "Lind Pty",
    }
    assert beside["planManager"] == {"name": "", "email": "", "phone": "", "company": ""}
    assert beside["nominee"] == {"name": "", "phone": "", "email": "", "relationship": ""}
    assert beside["decisions"]["ndisAccommodation"] == "Self"
    assert beside["ndisPlan"] == {
        "startDate": "2026-07-01",
        "expiryDate": "",
        "planType": "",
        "ndisNumber": "430 000 011",
    }
    nobody = run(support_plan(registry.crm, Who("Nobody", "name")))
    assert nobody == {"records": [], "stakeholders": {}, "clientFound": False}


def test_a_base_without_support_plans_says_so() -> None:
    registry = Registry(catalogue("Support Plan - 2025"))
    with pytest.raises(NotInBase):
        run(support_plan(registry.crm, MIA))


def _shift(start: str, hours: float | None, charge: float | None) -> dict[str, Any]:
    return {"startShift": start, "hours": hours, "chargePerHour": charge}


def test_weeks_begin_on_monday_where_the_people_live() -> None:
    shifts = with_costs(
        [
            _shift("2026-11-29T13:30:00.000Z", 2, 65.5),
            _shift("2026-11-29T15:00:00.000Z", 1.5, 70),
            _shift("2026-12-02T00:00:00.000Z", None, 70),
            _shift("", 1, 10),
            _shift("on Monday", 1, 10),
            _shift("2026-11-24T08:00", 1, 10),
        ]
    )
    assert [one["cost"] for one in shifts] == [131.0, 105.0, None, 10, 10, 10]
    assert weekly_burn(shifts, "Australia/Brisbane") == [
        {"weekStart": "2026-11-23", "hours": 3, "cost": 141.0, "shiftCount": 2},
        {"weekStart": "2026-11-30", "hours": 1.5, "cost": 105.0, "shiftCount": 2},
    ]
