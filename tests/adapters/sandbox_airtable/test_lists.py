"""Lists of records: what they are asked by, in which order they come, and offsets that die."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from tests.adapters.sandbox_airtable.stage import Stage, staged
from titus_adapters.sandbox.airtable.switches import Pace, Switches

NAMES = ("ada", "Ben", "Cy", "Dev", "Eve")


@pytest.fixture
async def five() -> AsyncIterator[Stage]:
    """Five clients whose ids are in the order of their names."""
    async with staged() as stage:
        statuses = ("Exited", "Active", None, "Prospect", "Active")
        stage.base.load(
            "Clients",
            [
                {
                    "id": f"recClient0000000{place}",
                    "createdTime": f"2026-01-0{5 - place}T00:00:00.000Z",
                    "fields": {"Name": name, "Budget": place * 10 or None} | ({"Status": status} if status else {}),
                }
                for place, (name, status) in enumerate(zip(NAMES, statuses, strict=True))
            ],
        )
        yield stage


async def names(stage: Stage, **params: Any) -> list[str]:
    return [record["fields"]["Name"] for record in (await stage.get("Clients", **params))["records"]]


@pytest.mark.parametrize("spelling", ["fields", "fields[]", "fields[0]"])
async def test_arrays_are_read_in_every_spelling(five: Stage, spelling: str) -> None:
    page = await five.get("Clients", **{spelling: "Name"})
    assert page["records"][0]["fields"] == {"Name": "ada"}


async def test_several_fields_and_sorts_may_be_asked_for(five: Stage) -> None:
    params = {"fields[]": ["Name", "fldBudget00000000"], "sort[0][field]": "Budget", "sort[0][direction]": "desc"}
    page = await five.get("Clients", **params)
    assert page["records"][0]["fields"] == {"Name": "Eve", "Budget": 40}


async def test_without_a_sort_records_come_by_id_or_as_the_switch_says(five: Stage) -> None:
    assert await names(five) == list(NAMES)
    five.airtable.set_switches(Switches(unsorted="by_creation"))
    assert await names(five) == list(NAMES)


@pytest.mark.parametrize(
    ("field", "direction", "order"),
    [
        ("Name", "asc", ["ada", "Ben", "Cy", "Dev", "Eve"]),
        ("Name", "desc", ["Eve", "Dev", "Cy", "Ben", "ada"]),
        ("Budget", "asc", ["ada", "Ben", "Cy", "Dev", "Eve"]),
        ("Budget", "desc", ["Eve", "Dev", "Cy", "Ben", "ada"]),
        ("Status", "asc", ["Cy", "Dev", "Ben", "Eve", "ada"]),
        ("Status", "desc", ["ada", "Ben", "Eve", "Dev", "Cy"]),
    ],
)
async def test_empties_come_first_upwards_and_selects_by_the_place_of_their_option(
    five: Stage, field: str, direction: str, order: list[str]
) -> None:
    assert await names(five, **{"sort[0][field]": field, "sort[0][direction]": direction}) == order


async def test_a_view_has_its_own_records_and_order(five: Stage) -> None:
    five.base.view("Clients", "Active", formula="{Status}='Active'", sort=[("Name", True)])
    assert await names(five, view="Active") == ["Eve", "Ben"]
    assert await names(five, view="Active", **{"sort[0][field]": "Name"}) == ["Ben", "Eve"]
    assert await names(five, view="Active", filterByFormula="{Budget}>20") == ["Eve"]
    assert await names(five, view="viwGrid0000000000") == list(NAMES)


async def test_pages_follow_one_another_and_most_records_are_counted_over_all_of_them(five: Stage) -> None:
    seen, offset, sizes = [], None, []
    while True:
        params = {"pageSize": 2, "maxRecords": 3} | ({"offset": offset} if offset else {})
        page = await five.get("Clients", **params)
        seen += [record["fields"]["Name"] for record in page["records"]]
        sizes.append(len(page["records"]))
        offset = page.get("offset")
        if offset is None:
            break
    assert (seen, sizes) == (["ada", "Ben", "Cy"], [2, 1])


async def test_a_page_can_be_asked_for_twice(five: Stage) -> None:
    offset = (await five.get("Clients", pageSize=2))["offset"]
    first = await five.get("Clients", pageSize=2, offset=offset)
    again = await five.get("Clients", pageSize=2, offset=offset)
    assert first["records"] == again["records"]


async def test_an_offset_dies_of_idleness(five: Stage) -> None:
    five.airtable.house.pace = Pace(iterator_idle=60)
    first = await five.get("Clients", pageSize=1)
    await five.airtable.run_for(59)
    second = await five.get("Clients", pageSize=1, offset=first["offset"])
    await five.airtable.run_for(61)
    refused = await five.refused("GET", "Clients", params={"pageSize": 1, "offset": second["offset"]})
    assert refused == (422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE", "")


async def test_an_offset_dies_with_a_restart_and_is_no_good_for_another_list(five: Stage) -> None:
    offset = (await five.get("Clients", pageSize=1))["offset"]
    other = {"pageSize": 1, "offset": offset, "filterByFormula": "1"}
    assert (await five.refused("GET", "Clients", params=other))[1] == "INVALID_OFFSET_VALUE"
    assert (await five.refused("GET", "Notes", params={"offset": offset}))[1] == "INVALID_OFFSET_VALUE"
    assert five.airtable.kill_iterators() == 1
    gone = {"pageSize": 1, "offset": offset}
    assert (await five.refused("GET", "Clients", params=gone))[1] == "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"


async def test_iterating_is_no_snapshot(five: Stage) -> None:
    by_name = {"sort[0][field]": "Name", "pageSize": 2}
    offset = (await five.get("Clients", **by_name))["offset"]
    five.base.update("Clients", "recClient00000000", {"Name": "Zoe"})  # moves to where the reader has not been yet
    five.base.delete("Clients", "recClient00000003")
    rest = await five.get("Clients", **by_name, offset=offset)
    assert [record["fields"]["Name"] for record in rest["records"]] == ["Cy", "Eve"]
    last = await five.get("Clients", **by_name, offset=rest["offset"])
    assert [record["fields"]["Name"] for record in last["records"]] == ["Zoe"]


async def test_the_record_that_a_page_begins_with_may_be_deleted_meanwhile(five: Stage) -> None:
    for params in ({}, {"sort[0][field]": "Name"}):
        offset = (await five.get("Clients", pageSize=2, **params))["offset"]
        gone = offset.partition("/")[2]
        five.base.delete("Clients", gone)
        rest = await five.get("Clients", pageSize=2, offset=offset, **params)
        assert gone not in [record["id"] for record in rest["records"]]
        assert rest["records"]


async def test_a_list_may_be_asked_for_in_a_body(five: Stage) -> None:
    sent = {
        "pageSize": 2,
        "sort": [{"field": "Name", "direction": "desc"}],
        "fields": ["Name"],
        "filterByFormula": "{Budget}>=20",
        "method": "post",
        "view": None,
    }
    status, page = await five.ask("POST", "Clients/listRecords", json=sent)
    assert status == 200
    assert [record["fields"] for record in page["records"]] == [{"Name": "Eve"}, {"Name": "Dev"}]
    status, rest = await five.ask("POST", "Clients/listRecords", json=sent | {"offset": page["offset"]})
    assert [record["fields"]["Name"] for record in rest["records"]] == ["Cy"]


async def test_cells_as_text_need_a_zone_and_a_locale_in_the_address(five: Stage) -> None:
    five.base.load(
        "Notes",
        [
            {
                "id": "recNote0000000001",
                "createdTime": "2026-01-01T00:00:00.000Z",
                "fields": {"Client": ["recClient00000001"], "Hours": 1.5, "At": "2026-01-01T13:30:00.000Z"},
            }
        ],
    )
    sydney = {"timeZone": "Australia/Sydney", "userLocale": "en-au"}
    page = await five.get("Notes", cellFormat="string", **sydney)
    assert page["records"][0]["fields"] == {
        "Title": "Note for Ben",
        "Hours": "1.50",
        "Client": "Ben",
        "At": "01/02/2026 12:30 AM",
        "Status of client": "Active",
    }
    status, by_body = await five.ask(
        "POST", "Notes/listRecords", params=sydney, json={"cellFormat": "string", "fields": ["Client"]}
    )
    assert (status, by_body["records"][0]["fields"]) == (200, {"Client": "Ben"})
    assert (await five.refused("POST", "Notes/listRecords", json={"cellFormat": "string", **sydney}))[0] == 422
    nowhere = {"cellFormat": "string", "timeZone": "Mars/Base", "userLocale": "en"}
    assert (await five.refused("GET", "Notes", params=nowhere))[0] == 422


async def test_an_address_that_is_too_long_is_refused_and_the_same_in_a_body_is_not(five: Stage) -> None:
    formula = "OR(" + ",".join(f"RECORD_ID()='recClient{number:08d}'" for number in range(500)) + ")"
    for status in (414, 413):
        five.airtable.set_switches(Switches(long_url=status))  # type: ignore[arg-type]
        assert (await five.refused("GET", "Clients", params={"filterByFormula": formula}))[0] == status
    assert (await five.ask("POST", "Clients/listRecords", json={"filterByFormula": formula}))[0] == 200


async def test_comments_are_counted_on_demand(five: Stage) -> None:
    await five.ask("POST", "Clients/recClient00000001/comments", json={"text": "Hello"})
    page = await five.get("Clients", **{"recordMetadata[]": "commentCount"})
    assert [record["commentCount"] for record in page["records"]] == [0, 1, 0, 0, 0]


async def test_an_empty_list_is_a_list(five: Stage) -> None:
    assert await five.get("Clients", filterByFormula="FALSE()") == {"records": []}


async def test_a_formula_that_would_take_minutes_is_refused(five: Stage) -> None:
    formula = "1" + "+1" * 40_000
    rows = five.base.table("Clients").rows
    row = rows["recClient00000000"]
    rows |= {f"recMany{number:010d}": row for number in range(1_000)}
    refused = await five.refused("POST", "Clients/listRecords", json={"filterByFormula": formula})
    assert refused[1] == "INVALID_FILTER_BY_FORMULA"


async def test_the_largest_page_is_a_limit_that_may_be_changed(five: Stage) -> None:
    house = five.airtable.house
    house.limits = msgspec.structs.replace(house.limits, page=3)
    assert len((await five.get("Clients"))["records"]) == 3
