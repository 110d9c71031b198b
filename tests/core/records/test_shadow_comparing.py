"""When two stores say the same."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.records.things import AT, THINGS, a_field, fld, rec
from titus_core.records.catalogue import Computed, FieldType, Policy
from titus_core.records.model import Attachment, Fields, Misfit, Record, Value
from titus_core.records.shadow.comparing import drifts, is_equal
from titus_core.records.shadow.model import Drift, What

FILE = Attachment(id="attA0000000000000", filename="a.txt")


@pytest.mark.parametrize(
    "cell", [None, "a", 0, 1.5, True, ("a", "b"), (FILE,), {"id": "usr"}, Misfit({"error": "#ERROR!"}), Misfit((1, 2))]
)
def test_every_cell_is_equal_to_itself_and_to_nothing_else(cell: Value) -> None:
    assert is_equal(cell, cell)
    for other in (None, "b", 7, False, ("b", "a"), ("a",), {"id": "other"}, {"name": "usr"}, Misfit("x"), Misfit(None)):
        assert is_equal(cell, other) == (cell is None and other is None)


def test_a_truth_is_no_number_and_a_whole_number_is_one_with_a_point() -> None:
    assert not is_equal(True, 1)
    assert is_equal(1, 1.0)


def told(fields: Fields, **changes: Any) -> Record:
    return replace(Record(id=rec("a"), created_time=AT, fields=fields, modified_time=AT), **changes)


def test_versions_and_times_that_only_one_tells_are_not_compared() -> None:
    one = told({fld("text"): "x"}, version="1")
    assert drifts(THINGS, [one], [told({fld("text"): "x"}, version="9", modified_time=None)]) == ()


def test_times_of_changes_may_differ_by_what_two_clocks_do() -> None:
    field = a_field("instant", type=FieldType.MODIFIED_TIME)
    table = replace(THINGS, fields=(field,))
    later, much_later = "2026-01-05T01:02:33.000Z", "2026-01-05T01:12:03.000Z"
    assert drifts(table, [told({field.id: AT})], [told({field.id: later})]) == ()
    assert drifts(table, [told({})], [told({}, modified_time=later)]) == ()
    found = drifts(table, [told({field.id: AT})], [told({field.id: much_later}, modified_time=much_later)])
    assert [one.what for one in found] == [What.MODIFIED, What.CELL]
    assert drifts(table, [told({field.id: AT})], [told({})]) == (Drift(What.CELL, rec("a"), field.id),)


def test_what_is_dropped_and_who_changed_it_are_not_compared() -> None:
    gone = a_field("text", computed=Computed(policy=Policy.DROP))
    who = a_field("object", type=FieldType.MODIFIED_BY)
    table = replace(THINGS, fields=(gone, who))
    assert drifts(table, [told({gone.id: "x", who.id: {"id": "a"}})], [told({})]) == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        ("abc", "abc", []),
        ("abc", "acd", ["missing b"]),
        ("abc", "axb", ["extra x"]),
        ("abc", "ab", ["missing c"]),
        ("ab", "abc", ["extra c"]),
        ("abcd", "axyb", ["extra x", "extra y"]),
        ("abcd", "adef", ["missing b", "missing c"]),
        ("ab", "xy", ["missing a", "missing b", "extra x", "extra y"]),
        ("abc", "bac", ["order"]),
    ],
)
def test_what_only_one_has_is_told_without_what_that_shifts(mine: str, theirs: str, found: list[str]) -> None:
    sides = [[told({}, id=rec(letter)) for letter in letters] for letters in (mine, theirs)]
    said = [f"{one.what}{'' if one.record is None else f' {one.record[3]}'}" for one in drifts(THINGS, *sides)]
    assert said == found
