"""Tables and fields are found by each of their words, and what is not found comes with the nearest spelling."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.core.records.things import THINGS, a_field, fld
from titus_core.records.catalogue import Catalogue, Computed, Policy, Privacy, Table
from titus_core.records.errors import PartlyCommitted, UnknownField, UnknownTable
from titus_core.records.model import FieldId, TableId
from titus_core.records.spelling import nearest

BASE = Catalogue(base="app1", tables=(THINGS,))


@pytest.mark.parametrize("word", ["tblThings00000000", "All  Things", "allThings", "all_things"])
def test_a_table_is_found_by_any_of_its_words(word: str) -> None:
    assert BASE.named(word) is THINGS
    assert BASE.table(TableId(word)) is THINGS


@pytest.mark.parametrize("word", [fld("text"), "A text ", "textCell", "text_cell"])
def test_a_field_is_found_by_any_of_its_words(word: str) -> None:
    assert THINGS.named(word).id == fld("text")
    assert THINGS.field(FieldId(word)).id == fld("text")


def test_a_field_is_got_by_its_id_only() -> None:
    assert THINGS.get(fld("text")) is THINGS.fields[0]
    assert THINGS.get(FieldId("textCell")) is None


def test_of_two_fields_that_share_a_word_the_one_is_meant_whose_word_is_more_its_own() -> None:
    one, two = a_field("text", name="number_cell"), a_field("number")
    table = Table(id=TableId("t"), name="t", api="t", alias="t", sql="t", primary=one.id, fields=(one, two))
    assert table.named("number_cell") is one
    assert table.named("numberCell") is two


def test_what_is_not_there_comes_with_the_nearest_spelling() -> None:
    with pytest.raises(UnknownTable, match="'All  Things'") as table:
        BASE.named("All Thngs")
    assert table.value.data == {"table": "All Thngs", "nearest": "All  Things"}
    with pytest.raises(UnknownField, match="did you mean 'A number '") as field:
        THINGS.named("A nmber")
    assert field.value.data["nearest"] == "A number "
    assert field.value.data["field"] == "A nmber"
    with pytest.raises(UnknownTable, match=r"no table 'qqq'$"):
        BASE.named("qqq")
    with pytest.raises(UnknownField, match=r"is no field of 'All  Things'$"):
        THINGS.field(FieldId("qqq"))


def test_names_are_near_without_regard_to_blanks_case_and_marks() -> None:
    assert nearest(" REMOTE", ["Very Remote", " Remote "]) == " Remote "
    assert nearest("a\nb c", ["xyz", "A b-C!"]) == "A b-C!"
    assert nearest("anything", []) is None
    assert nearest("abc", ["xyz"]) is None


def test_the_place_of_an_option_is_its_place_in_the_list() -> None:
    select = THINGS.field(fld("select"))
    assert [select.position(name) for name in ("Zebra", "active", "Active, once", "gone")] == [0, 1, 2, 3]


def test_a_part_that_was_stored_is_told_with_what_was_not() -> None:
    error = PartlyCommitted([0, 2], [1], "it said no")
    assert str(error) == "2 of 3 records were stored: it said no"
    assert error.data == {"done": (0, 2), "left": (1,), "reason": "it said no"}


def test_secret_and_dropped_fields_are_served_to_nobody() -> None:
    secret = a_field("text", privacy=Privacy.SECRET)
    dropped = a_field("object", computed=Computed(policy=Policy.DROP))
    table = replace(THINGS, fields=(secret, dropped, a_field("number"), a_field("select")))
    assert [*table.served] == [fld("number"), fld("select")]
    assert table.served_names == ((fld("number"), "numberCell"), (fld("select"), "selectCell"))
    assert not table.holds_things
    assert replace(table, fields=(a_field("list"),)).holds_things
