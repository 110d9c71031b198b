"""One order, and places in it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.core.records.things import THINGS, a_thing, fld, rec
from titus_core.kernel.errors import Invalid
from titus_core.records.errors import UnknownField
from titus_core.records.model import Misfit
from titus_core.records.sorting import Place, Sort, checked_sort, compared, ordered, place_of


def test_words_become_an_order() -> None:
    assert checked_sort(THINGS, ["-textCell", "A number ", fld("checkbox")]) == (
        Sort(fld("text"), descending=True),
        Sort(fld("number")),
        Sort(fld("checkbox")),
    )
    assert checked_sort(THINGS, []) == ()


def test_what_has_no_order_is_refused() -> None:
    for word in ("links", "selects", "attachments", "list", "object"):
        with pytest.raises(Invalid, match="has no order"):
            checked_sort(THINGS, [f"{word}Cell"])
    with pytest.raises(UnknownField):
        checked_sort(THINGS, ["nothing"])
    with pytest.raises(Invalid, match="5 fields at most"):
        checked_sort(THINGS, ["textCell"] * 6)


def test_a_place_has_the_sorted_cells_and_the_id() -> None:
    thing = a_thing(text="b", number=0, select="active", date=Misfit("x"))
    sorts = checked_sort(THINGS, ["textCell", "numberCell", "selectCell", "dateCell", "instantCell"])
    assert place_of(THINGS, sorts, thing) == Place(("b", 0, 1, None, None), rec("a"))


CELLS: dict[str, list[Any]] = {
    "text": [None, Misfit(1), "", "A", "a", "￮", "😀"],
    "number": [None, Misfit("1"), -1, 0, 0.5, 2],
    "checkbox": [False, True],
    "date": [None, "0999-12-31", "2026-01-01"],
    "select": [None, "Zebra", "active", "Active, once", "gone"],
}


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("descending", [False, True])
def test_ordering_is_what_comparing_places_says(kind: str, descending: bool) -> None:
    sorts = (Sort(fld(kind), descending=descending),)
    things = [a_thing(f"{9 - place}", **{kind: cell}) for place, cell in enumerate(CELLS[kind])]
    found = ordered(THINGS, sorts, things)
    assert all(
        compared(sorts, place_of(THINGS, sorts, one), place_of(THINGS, sorts, other)) < 0
        for one, other in pairwise(found)
    )
    assert compared(sorts, place_of(THINGS, sorts, found[0]), place_of(THINGS, sorts, found[0])) == 0
    assert compared(sorts, place_of(THINGS, sorts, found[-1]), place_of(THINGS, sorts, found[0])) > 0
    if not descending and kind == "select":
        assert [one.id[3] for one in found] == ["9", "8", "7", "6", "5"]


def test_ties_are_in_the_order_of_ids_whichever_way() -> None:
    things = [a_thing(word, text="x") for word in "cab"]
    for sorts in ((), (Sort(fld("text")),), (Sort(fld("text"), descending=True), Sort(fld("number"), descending=True))):
        assert [one.id[3] for one in ordered(THINGS, sorts, things)] == ["a", "b", "c"]
