"""`Query.sort`: one order on every store, and pages that keep to it."""

# mypy: disable-error-code="arg-type"

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.records.office import Desk, Office, all_pages, rec
from titus_core.kernel.errors import Invalid
from titus_core.records.ports import Query
from titus_core.records.predicates import Gt
from titus_core.records.sorting import checked_sort

ORDERS: dict[str, list[Any]] = {
    "firstName": [None, None, "", " a", "A", "Z", "_", "a", "a", "z", "É", "é", "\uffee", "😀"],
    "score": [None, -(2**53), -1, 0, 0, 0.1, 0.1 + 0.2, 1, 1e22],
    "agreed": [False, False, False, True, True],
    "dateOfBirth": [None, "0999-12-31", "2024-02-29", "2026-02-28", "2026-02-28", "9999-12-31"],
    "seen": [None, "1969-12-31T23:59:59.999Z", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z"],
    "status": [None, "Zebra", "active", "active", "Active", "On hold, for now", "On"],
}
"""Cells of one field as they come in order: None and blank are empty, choices come as they are listed."""


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize("word", ORDERS)
async def test_the_order_of_a_kind(people: Desk, word: str, limit: int) -> None:
    cells = ORDERS[word]
    for place in sorted(range(len(cells)), key=lambda one: one * 7 % len(cells)):
        await people.plant(f"x{place:02}", **{word: cells[place]})
    empties = sum(1 for cell in cells if cell is None or cell == "")
    ups = [rec(f"x{place:02}") for place in range(len(cells))]
    assert await paged(people, limit, word) == ups
    # Ties stay in the order of their ids, whichever way the rest is sorted.
    downs = sorted(range(len(cells)), key=lambda place: (-_rank(cells, place, empties), place))
    assert await paged(people, limit, f"-{word}") == [rec(f"x{place:02}") for place in downs]


def _rank(cells: list[Any], place: int, empties: int) -> int:
    """Where the cell's first equal is; all that are empty are equal."""
    if place < empties:
        return 0
    return cells.index(cells[place])


async def paged(desk: Desk, limit: int, *sort: str) -> list[str]:
    return [one.id async for page in all_pages(desk.office, desk.asking(None, *sort, limit=limit)) for one in page]


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_several_fields_sort_one_after_the_other(people: Desk, limit: int) -> None:
    told = [("b", 1, None), ("a", 2, "On"), ("a", None, "Zebra"), (None, 2, "On"), ("a", 2, "active"), ("b", 1, "On")]
    for place, (name, score, status) in enumerate(told):
        await people.plant(f"{place}", firstName=name, score=score, status=status)

    async def order(*sort: str) -> str:
        return "".join(one[3] for one in await paged(people, limit, *sort))

    assert await order("firstName", "score", "status") == "324105"
    assert await order("-firstName", "score", "-status") == "502143"
    assert await order("firstName", "-score") == "314205"
    assert await order("-status", "-firstName") == "513420"


async def test_computed_cells_sort_too_and_failed_ones_come_with_the_empty(office: Office, people: Desk) -> None:
    names = [("B", "b"), ("A", "z"), (None, None), ("A", "a")]
    ids = [(await people.one(firstName=first, lastName=last)).id for first, last in names]
    wanted = [ids[2], ids[3], ids[1], ids[0]]
    assert await paged(people, 1, "fullName") == wanted
    assert await paged(people, 100, "number") == ids
    assert await paged(people, 3, "-number") == ids[::-1]
    if office.rows is not None:
        await people.plant("bad", fullName={"error": "#ERROR!"})
        assert await paged(people, 1, "fullName") == [rec("bad"), *wanted]
        assert await paged(people, 1, "-fullName") == [*wanted[::-1], rec("bad")]


async def test_what_comes_in_between_pages_is_where_it_belongs(stock: Desk) -> None:
    for number in (1, 3, 5):
        await stock.plant(f"x{number}", batch=number)
    first = await stock.office.store.query(stock.asking(None, "batch", limit=2))
    await stock.plant("x2", batch=2)
    await stock.plant("x4", batch=4)
    assert await stock.ids(None, "batch", after=first.next) == [rec("x4"), rec("x5")]


async def test_filters_sorts_and_pages_go_together(stock: Desk) -> None:
    for number in range(20):
        await stock.plant(f"x{number:02}", batch=number % 5, left=number)
    query = stock.asking(Gt(field="left", value=9), "-batch", limit=3)
    found = [one.id async for page in all_pages(stock.office, query) for one in page]
    assert found == [rec(f"x{number}") for number in (14, 19, 13, 18, 12, 17, 11, 16, 10, 15)]


@pytest.mark.parametrize("word", ["tags", "home", "files", "badge", "homeAddress", "keepers", "madeBy"])
async def test_lists_and_objects_have_no_order(people: Desk, word: str) -> None:
    with pytest.raises(Invalid, match="no order"):
        checked_sort(people.table, [word])


async def test_a_place_outlives_the_page_that_it_came_from(office: Office, stock: Desk) -> None:
    for number in range(6):
        await stock.plant(f"x{number}", batch=number // 2)
    first = await office.store.query(stock.asking(None, "-batch", limit=3))
    await office.pass_time(3600)
    await office.close()
    await office.open()
    again = Query(table=stock.table.id, sort=checked_sort(stock.table, ["-batch"]), after=first.next)
    assert [one.id for one in (await office.store.query(again)).records] == [rec("x3"), rec("x0"), rec("x1")]
