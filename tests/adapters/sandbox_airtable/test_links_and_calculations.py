"""Links that come back from the other side, and cells that are calculated from others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.sandbox_airtable.stage import Stage
from titus_adapters.sandbox.airtable.switches import Switches


async def fields(stage: Stage, table: str, record_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await stage.get(f"{table}/{record_id}"))["fields"]
    return found


async def test_a_link_is_seen_from_both_sides_and_moves(stage: Stage) -> None:
    ada, ben = [made["id"] for made in await stage.create("Clients", {"Name": "Ada"}, {"Name": "Ben"})]
    one, two = [made["id"] for made in await stage.create("Notes", {"Client": [ada]}, {"Client": [ada]})]
    assert (await fields(stage, "Clients", ada))["Notes"] == [one, two]
    await stage.ask("PATCH", f"Notes/{one}", json={"fields": {"Client": [ben]}})
    assert (await fields(stage, "Clients", ada))["Notes"] == [two]
    assert (await fields(stage, "Clients", ben))["Notes"] == [one]
    await stage.ask("PATCH", f"Clients/{ada}", json={"fields": {"Notes": [two, one]}})
    assert (await fields(stage, "Notes", one))["Client"] == [ben, ada]


async def test_deleting_a_record_takes_it_out_of_all_links(stage: Stage) -> None:
    field = stage.base.add_field("Clients", "Friend", "multipleRecordLinks", {"linkedTableId": "tblClients0000000"})
    stage.base.table("Clients").fields[field].options.pop("inverseLinkFieldId")  # type: ignore[union-attr]
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    (note,) = await stage.create("Notes", {"Client": [ada["id"]]})
    (ben,) = await stage.create("Clients", {"Name": "Ben", "Friend": [ada["id"]]})
    await stage.ask("DELETE", f"Clients/{ada['id']}")
    assert "Client" not in await fields(stage, "Notes", note["id"])
    assert "Friend" not in await fields(stage, "Clients", ben["id"])


async def test_a_batch_that_links_the_same_record_twice_links_both(stage: Stage) -> None:
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    made = await stage.create("Notes", *[{"Client": [ada["id"]], "Hours": 1} for _ in range(10)])
    told = await fields(stage, "Clients", ada["id"])
    assert told["Notes"] == [one["id"] for one in made]
    assert told["Hours"] == 10


async def test_what_depends_on_a_cell_follows_it(stage: Stage) -> None:
    (ada,) = await stage.create("Clients", {"Name": "Ada", "Status": "Active"})
    (note,) = await stage.create("Notes", {"Client": [ada["id"]], "Hours": 2})
    assert await fields(stage, "Notes", note["id"]) == {
        "Title": "Note for Ada",
        "Hours": 2,
        "Client": [ada["id"]],
        "Status of client": ["Active"],
    }
    await stage.ask("PATCH", f"Clients/{ada['id']}", json={"fields": {"Name": "Eve", "Status": "Exited"}})
    told = await fields(stage, "Notes", note["id"])
    assert (told["Title"], told["Status of client"]) == ("Note for Eve", ["Exited"])
    await stage.ask("PATCH", f"Notes/{note['id']}", json={"fields": {"Hours": 3}})
    assert (await fields(stage, "Clients", ada["id"]))["Hours"] == 3


async def test_a_rollup_aggregates_as_it_is_told(stage: Stage) -> None:
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    await stage.create("Notes", *[{"Client": [ada["id"]], "Hours": hours} for hours in (1, 2, 6)], {"Hours": 9})
    for formula, value in (("SUM(values)", 9), ("AVERAGE(values)", 3), ("MAX(values)", 6), ("COUNTALL(values)", 3)):
        stage.base.rollup("Clients", "Hours", formula)
        assert (await fields(stage, "Clients", ada["id"]))["Hours"] == value
    stage.base.rollup("Clients", "Hours", "NOPE(values)")
    assert (await fields(stage, "Clients", ada["id"]))["Hours"] == {"error": "#ERROR!"}


async def test_counts_lookups_and_formulas_of_formulas(stage: Stage) -> None:
    base = stage.base
    base.add_field("Clients", "How many", "count", {"recordLinkFieldId": "fldNotes000000000"})
    base.add_field("Clients", "Twice", "formula", {"formula": "{How many}*2"})
    linked = {"recordLinkFieldId": "fldClient00000000"}
    twice = base.table("Clients").field("Twice").id
    base.add_field("Notes", "Twice of client", "multipleLookupValues", linked | {"fieldIdInLinkedTable": twice})
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    (note,) = await stage.create("Notes", {"Client": [ada["id"]]})
    assert (await fields(stage, "Notes", note["id"]))["Twice of client"] == [2]
    await stage.create("Notes", {"Client": [ada["id"]]})
    assert (await fields(stage, "Notes", note["id"]))["Twice of client"] == [4]


async def test_formulas_of_the_time_are_never_remembered(stage: Stage) -> None:
    stage.base.add_field("Clients", "Now", "formula", {"formula": "DATETIME_FORMAT(NOW(),'x')"})
    stage.base.add_field("Clients", "Later", "formula", {"formula": "{Now}&'!'"})
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    before = await fields(stage, "Clients", ada["id"])
    await stage.airtable.run_for(1)
    after = await fields(stage, "Clients", ada["id"])
    assert int(after["Now"]) - int(before["Now"]) == 1000
    assert after["Later"] == f"{after['Now']}!"


async def test_a_circle_of_formulas_is_an_error_and_no_endless_loop(stage: Stage) -> None:
    first = stage.base.add_field("Clients", "First", "formula", {"formula": "1"})
    second = stage.base.add_field("Clients", "Second", "formula", {"formula": "{First}+1"})
    stage.base.table("Clients").fields[first].options = {"formula": f"{{{second}}}+1"}
    stage.base.base.rewire()
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    told = await fields(stage, "Clients", ada["id"])
    assert told["First"] == told["Second"] == {"error": "#ERROR!"}


async def test_numbers_that_are_none_are_special(stage: Stage) -> None:
    for name, formula in (("NaN", "0/0"), ("Infinity", "1/0"), ("-Infinity", "-1/0")):
        stage.base.add_field("Clients", name, "formula", {"formula": formula})
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    for name in ("NaN", "Infinity", "-Infinity"):
        assert ada["fields"][name] == {"specialValue": name}


async def test_renaming_a_field_leaves_formulas_right_and_removing_it_breaks_them(stage: Stage) -> None:
    stage.base.add_field("Clients", "Hello", "formula", {"formula": "'Hello '&Name"})
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    stage.base.rename_field("Clients", "Name", "Full name")
    assert (await fields(stage, "Clients", ada["id"]))["Hello"] == "Hello Ada"
    stage.base.remove_field("Clients", "Full name")
    assert (await fields(stage, "Clients", ada["id"]))["Hello"] == {"error": "#ERROR!"}
    assert stage.base.table("Clients").field("Hello").option("isValid") is False


async def test_who_made_and_edited_a_record_is_known(stage: Stage) -> None:
    for name, kind in (("By", "createdBy"), ("At", "createdTime"), ("Edited by", "lastModifiedBy")):
        stage.base.add_field("Clients", name, kind)
    watched = {"referencedFieldIds": ["fldBudget00000000"]}
    stage.base.add_field("Clients", "Budget edited", "lastModifiedTime", watched)
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    assert ada["fields"]["By"]["id"] == "usrTitusService00"
    assert ada["fields"]["At"] == ada["createdTime"] == ada["fields"]["Modified"]
    assert "Budget edited" not in ada["fields"]
    await stage.airtable.run_for(60)
    stage.base.update("Clients", ada["id"], {"Budget": 1})
    told = await fields(stage, "Clients", ada["id"])
    assert told["Edited by"]["id"] == "usrAliceSupport00"
    assert told["Modified"] == told["Budget edited"] == "2026-11-23T01:01:00.000Z"
    await stage.airtable.run_for(60)
    stage.base.update("Clients", ada["id"], {"Budget": 1})  # nothing changes, so nobody edited it
    assert (await fields(stage, "Clients", ada["id"]))["Modified"] == told["Modified"]


async def test_switches_say_what_modifies_a_record(stage: Stage) -> None:
    stage.airtable.set_switches(Switches(creation_modifies=False))
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    assert "Modified" not in ada["fields"]
    await stage.create("Notes", {"Client": [ada["id"]]})
    assert "Modified" not in await fields(stage, "Clients", ada["id"])
    stage.airtable.set_switches(Switches(inverse_link_modifies=True))
    await stage.create("Notes", {"Client": [ada["id"]]})
    assert "Modified" in await fields(stage, "Clients", ada["id"])


@pytest.mark.parametrize(("nulls", "told"), [(True, ["Active", None]), (False, ["Active"])])
async def test_lookups_show_or_hide_what_is_empty(stage: Stage, nulls: bool, told: list[Any]) -> None:
    stage.airtable.set_switches(Switches(nulls_in_lookups=nulls))
    made = await stage.create("Clients", {"Name": "Ada", "Status": "Active"}, {"Name": "Ben"})
    (note,) = await stage.create("Notes", {"Client": [one["id"] for one in made]})
    assert note["fields"]["Status of client"] == told


@pytest.mark.parametrize(("nested", "told"), [(True, [["x"], ["x"]]), (False, ["x", "x"])])
async def test_lookups_of_lists_are_nested_or_flat(stage: Stage, nested: bool, told: list[Any]) -> None:
    stage.airtable.set_switches(Switches(nested_lookups=nested))
    tags = stage.base.add_field("Clients", "Tags", "multipleSelects", {"choices": [{"name": "x"}]})
    link = {"recordLinkFieldId": "fldClient00000000", "fieldIdInLinkedTable": tags}
    stage.base.add_field("Notes", "Tags", "multipleLookupValues", link)
    made = await stage.create("Clients", {"Tags": ["x"]}, {"Tags": ["x"]})
    (note,) = await stage.create("Notes", {"Client": [one["id"] for one in made]})
    assert note["fields"]["Tags"] == told
