"""`Upsert`: one record for one key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.records.office import ANN, Desk
from titus_core.kernel.errors import Invalid
from titus_core.records.errors import UnknownField
from titus_core.records.ports import Upsert, Written


async def upsert(desk: Desk, match_on: tuple[str, ...], *items: dict[str, Any], key: str | None = None) -> Written:
    fields = tuple(desk.table.named(word).id for word in match_on)
    cells = tuple(desk.cells(**item) for item in items)
    return await desk.office.store.write(Upsert(table=desk.table.id, by=ANN, items=cells, match_on=fields, key=key))


async def test_what_is_not_there_is_made_and_what_is_there_is_changed(stock: Desk) -> None:
    there = await stock.one(item="gloves", left=1, kind="Gloves")
    written = await upsert(stock, ("item",), {"item": "masks", "left": 5}, {"item": "gloves", "left": 2})
    assert [stock.told(one) for one in written.records] == [
        {"item": "masks", "left": 5},
        {"item": "gloves", "left": 2, "kind": "Gloves"},
    ]
    assert written.records[1].id == there.id
    assert written.created == {written.records[0].id}
    assert sorted(await stock.ids()) == sorted(one.id for one in written.records)


async def test_again_it_changes_nothing(stock: Desk) -> None:
    first = await upsert(stock, ("item",), {"item": "masks", "left": 5})
    second = await upsert(stock, ("item",), {"item": "masks", "left": 5})
    assert second.records == first.records
    assert second.created == frozenset()


async def test_several_fields_are_one_key(stock: Desk) -> None:
    await stock.create(
        {"item": "a", "batch": 1, "day": "2026-02-28"},
        {"item": "a", "batch": 1, "day": "2026-03-01"},
        {"item": "a", "batch": 2, "day": "2026-02-28"},
    )
    written = await upsert(stock, ("item", "batch", "day"), {"item": "a", "batch": 1, "day": "2026-03-01", "left": 9})
    assert written.created == frozenset()
    assert len(await stock.ids()) == 3


@pytest.mark.parametrize("word", ["item", "batch", "day", "kind"])
async def test_each_kind_that_can_be_a_key_is_one(stock: Desk, word: str) -> None:
    keys: dict[str, list[Any]] = {
        "item": ["a", "A", "a ", "é", "e\u0301", "😀'\\"],
        "batch": [0, 1, 0.1 + 0.2, 0.3, 1e22, -1],
        "day": ["2026-02-28", "0999-01-01"],
        "kind": ["Gloves", "gloves", "Masks, blue"],
    }
    first = await upsert(stock, (word,), *({word: key} for key in keys[word]))
    assert len(first.created) == len(keys[word])
    second = await upsert(stock, (word,), *({word: key, "left": 1} for key in keys[word]))
    assert second.created == frozenset()
    assert [one.id for one in second.records] == [one.id for one in first.records]


async def test_a_key_that_several_have_refuses_the_whole_write(stock: Desk) -> None:
    made = await stock.create({"item": "a"}, {"item": "a"})
    with pytest.raises(Invalid) as refused:
        await upsert(stock, ("item",), {"item": "b"}, {"item": "a", "left": 1})
    assert (refused.value.data["field"], refused.value.data["item"]) == ("item", 1)
    assert len(await stock.ids()) == 2
    assert [await stock.get(one.id) for one in made] == list(made)


@pytest.mark.parametrize(
    ("match_on", "items"),
    [
        ((), [{"item": "a"}]),
        (("item", "batch", "day", "kind"), [{"item": "a", "batch": 1, "day": "2026-02-28", "kind": "Gloves"}]),
        (("open",), [{"open": True}]),
        (("item",), [{"item": "b"}, {"batch": 1}]),
        (("item",), [{"item": ""}]),
        (("item",), [{"item": "a", "batch": 1}, {"item": "a", "batch": 2}]),
    ],
)
async def test_a_key_that_is_none_is_refused(
    stock: Desk, match_on: tuple[str, ...], items: list[dict[str, Any]]
) -> None:
    with pytest.raises(Invalid):
        await upsert(stock, match_on, *items)
    assert await stock.ids() == []


async def test_computed_fields_and_lists_are_no_keys(people: Desk) -> None:
    for word, cell in {"fullName": "Ann", "tags": ["A"], "home": [], "seen": "2026-02-28T00:00:00Z"}.items():
        with pytest.raises(Invalid):
            await upsert(people, (word,), {word: cell})
    with pytest.raises(UnknownField):
        await upsert(people, ("nothing",), {"firstName": "Ann"})
    assert await people.ids() == []


async def test_links_and_computed_cells_come_with_it(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia", address="1 Long St")
    first = await upsert(people, ("eMail",), {"eMail": "ann@example.org", "firstName": "Ann", "home": [home.id]})
    assert people.told(first.records[0], "homeAddress", "number") == {"homeAddress": ["1 Long St"], "number": 1}
    second = await upsert(people, ("eMail",), {"eMail": "ann@example.org", "home": []})
    assert people.told(second.records[0], "homeAddress", "firstName") == {"firstName": "Ann"}
