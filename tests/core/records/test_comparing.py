"""What became of a base: every difference as data and in words, with blanks to be seen."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from tests.core.records.things import OPTIONS, THINGS, a_field, fld
from titus_core.records.catalogue import Catalogue, Computed, Field, FieldType, LinkTo, Option, Policy, Privacy, Table
from titus_core.records.comparing import compared
from titus_core.records.differences import Added, At, Difference, Missing, OptionsMoved, Renamed, told
from titus_core.records.model import TableId


def base(*tables: Table) -> Catalogue:
    return Catalogue(base="app1", tables=tables)


def table(word: str, *fields: Field, name: str | None = None) -> Table:
    return replace(THINGS, id=TableId(f"tbl{word}"), name=name or word, fields=fields)


def words(old: Catalogue, new: Catalogue) -> list[str]:
    return [told(one) for one in compared(old, new)]


def of_field(before: Field, after: Field, *others: Table) -> list[str]:
    return words(base(table("A", before), *others), base(table("A", after), *others))


def test_of_equal_ones_there_is_nothing_to_tell() -> None:
    assert compared(base(THINGS), base(THINGS)) == ()


def test_our_own_names_and_choices_are_no_difference() -> None:
    one = a_field("list")
    other = replace(
        one, api="x", alias="y", column="z", privacy=Privacy.SECRET, computed=Computed(policy=Policy.FREEZE)
    )
    assert of_field(one, other) == []


def test_tables_that_came_and_went_with_the_nearest_spelling() -> None:
    old = base(table("A", name="NDIS Items"), table("B", name="Quite other"))
    new = base(table("C", name=" NDIS  Items"), table("D", name="Leads"))
    assert words(old, new) == [
        "table 'NDIS Items' is not there any more (is it the same as ' NDIS  Items'?)",
        "table 'Quite other' is not there any more",
        "table ' NDIS  Items' is new (is it the same as 'NDIS Items'?)",
        "table 'Leads' is new",
    ]


def test_fields_that_came_and_went_with_the_nearest_spelling() -> None:
    old = base(table("A", a_field("text", name="Plan\nNotes"), a_field("number", name="Qty")))
    new = base(table("A", a_field("date", name="Plan  Notes "), a_field("select", name="Other")))
    assert words(old, new) == [
        "field 'Plan\\nNotes' of table 'A' is not there any more (is it the same as 'Plan  Notes '?)",
        "field 'Qty' of table 'A' is not there any more",
        "field 'Plan  Notes ' of table 'A' is new (is it the same as 'Plan\\nNotes'?)",
        "field 'Other' of table 'A' is new",
    ]


def test_renames_are_told_from_what_to_what() -> None:
    old = base(table("A", a_field("text", name="Remote")))
    new = base(table("A", a_field("text", name=" Remote "), name="B"))
    assert words(old, new) == ["table 'B' was called 'A'", "field ' Remote ' of table 'B' was called 'Remote'"]


def test_types_that_changed() -> None:
    found = of_field(a_field("text"), replace(a_field("text"), type=FieldType.LONG_TEXT))
    assert found == ["field 'A text ' of table 'A' is of type long_text, and was of type text"]


def test_links_that_lead_elsewhere() -> None:
    to_a, to_b = LinkTo(table=TableId("tblA"), inverse=fld("text")), LinkTo(table=TableId("tblB"))
    one = a_field("links")
    others = table("B", a_field("text", name="Shown"))
    assert of_field(replace(one, link=to_a), replace(one, link=to_b), others) == [
        "field 'A links ' of table 'A' leads to 'B', and led to 'A' (shown there by 'Shown')"
    ]
    assert of_field(replace(one, link=None), replace(one, link=replace(to_a, inverse=None)), others) == [
        "field 'A links ' of table 'A' leads to 'A', and led nowhere"
    ]
    assert of_field(replace(one, link=to_b), replace(one, link=None)) == [
        "field 'A links ' of table 'A' leads nowhere, and led to 'tblB'"
    ]
    assert of_field(replace(one, link=to_b), replace(one, link=replace(to_b, single=True))) == []


def test_what_is_computed_in_another_way() -> None:
    one = a_field("list")

    def how(**computed: Any) -> Field:
        return replace(one, computed=Computed(policy=Policy.RECOMPUTE, **computed) if computed else None)

    where = "field 'A list ' of table 'A'"
    assert of_field(how(formula="1"), how(formula="2")) == [f"{where} is computed as 2, and was computed as 1"]
    assert of_field(how(via=fld("list"), target=fld("x")), how(via=fld("list"))) == [
        f"{where} is computed through 'A list ', and was computed through 'A list ' from {fld('x')!r}"
    ]
    assert of_field(how(watches=(fld("list"),)), how()) == [
        f"{where} is computed no more, and was computed of 'A list '"
    ]
    assert of_field(how(), how(result=FieldType.TEXT)) == [f"{where} is computed of all fields, and was computed never"]


def test_options_that_came_went_were_renamed_and_moved() -> None:
    zebra, active, once = OPTIONS
    one = a_field("select")
    after = (once, replace(active, name="Active"), Option("sel9", "zebra "))
    assert of_field(one, replace(one, options=after)) == [
        "field 'A select ' of table 'A' has no option 'Zebra' any more (is it the same as 'zebra '?)",
        "field 'A select ' of table 'A' has the new option 'zebra ' (is it the same as 'Zebra'?)",
        "field 'A select ' of table 'A' has the option 'Active', which was called 'active'",
        "field 'A select ' of table 'A' has its options in another order: 'Active, once', 'Active'",
    ]
    found = compared(base(table("A", one)), base(table("A", replace(one, options=after))))
    assert found[-1] == OptionsMoved(
        at=At(TableId("tblA"), "A", one.id, one.name),
        before=("active", "Active, once"),
        after=("Active, once", "Active"),
    )
    assert of_field(one, replace(one, options=(zebra, active))) == [
        "field 'A select ' of table 'A' has no option 'Active, once' any more"
    ]


def test_differences_are_data() -> None:
    at = At(TableId("tblA"), "A")
    some: list[Difference] = [Added(at=at, type="text"), Missing(at=at, nearest="B"), Renamed(at=at, before="C")]
    assert msgspec.json.decode(msgspec.json.encode(some), type=list[Difference]) == some
