"""Questions and writes that no store needs to look at."""

from __future__ import annotations

# mypy: disable-error-code="arg-type,dict-item"
from typing import Any

import pytest

from tests.core.records.things import THINGS, fld, rec
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.errors import Invalid
from titus_core.records.asking import check_ids, check_query
from titus_core.records.catalogue import Catalogue
from titus_core.records.errors import UnknownField, UnknownTable
from titus_core.records.identifying import attachment_id, record_id
from titus_core.records.ports import MOST_AT_ONCE, Change, Create, Delete, Query, Removal, Update, Upsert, Write
from titus_core.records.sorting import Place, Sort
from titus_core.records.values import RECORD_ID
from titus_core.records.wanting import checked_write

BASE = Catalogue(base="app1", tables=(THINGS,))
TABLE = THINGS.id
T, N = fld("text"), fld("number")


def test_a_question_is_looked_at() -> None:
    sound = Query(table="allThings", sort=(Sort(T),), fields=frozenset({N}), after=Place(("a",), rec("a")), limit=1)
    assert check_query(BASE, sound) is THINGS
    for wrong, error in (
        (Query(table="nothing"), UnknownTable),
        (Query(table=TABLE, limit=0), Invalid),
        (Query(table=TABLE, limit=MOST_AT_ONCE + 1), Invalid),
        (Query(table=TABLE, sort=(Sort(fld("x")),)), UnknownField),
        (Query(table=TABLE, fields=frozenset({fld("x")})), UnknownField),
        (Query(table=TABLE, after=Place(("a",), rec("a"))), Invalid),
    ):
        with pytest.raises(error):
            check_query(BASE, wrong)
    check_ids([rec("a")] * MOST_AT_ONCE)
    with pytest.raises(Invalid):
        check_ids([rec("a")] * (MOST_AT_ONCE + 1))


def sound(write: Write) -> Write:
    return checked_write(BASE, write)


def test_words_become_ids_and_cells_take_their_form() -> None:
    create = Create(table="all_things", by=SYSTEM, items=({"textCell": "", "numberCell": 1.0}, {}))
    assert sound(create) == Create(table=TABLE, by=SYSTEM, items=({T: None, N: 1}, {}))
    change = Change(id=rec("a"), fields={"A text ": "x"}, version="1", replace=True)
    update = Update(table="allThings", by=SYSTEM, items=(change,), key="k")
    assert sound(update) == Update(
        table=TABLE, by=SYSTEM, key="k", items=(Change(id=rec("a"), fields={T: "x"}, version="1", replace=True),)
    )
    upsert = Upsert(table=TABLE, by=SYSTEM, items=({"textCell": "a", "numberCell": 2},), match_on=("textCell", N))
    assert sound(upsert) == Upsert(table=TABLE, by=SYSTEM, items=({T: "a", N: 2},), match_on=(T, N))
    delete = Delete(table="All  Things", by=SYSTEM, items=(Removal(rec("a")),))
    assert sound(delete) == Delete(table=TABLE, by=SYSTEM, items=(Removal(rec("a")),))


def upsert(match_on: tuple[str, ...], *items: dict[str, Any]) -> Upsert:
    return Upsert(table=TABLE, by=SYSTEM, items=items, match_on=match_on)


WRONG: list[tuple[Write, str, int | None]] = [
    (Create(table=TABLE, by=SYSTEM, items=()), "records", None),
    (Create(table=TABLE, by=SYSTEM, items=({},) * 101), "records", None),
    (Create(table=TABLE, by=SYSTEM, items=({}, {"numberCell": "1"})), "numberCell", 1),
    (Create(table=TABLE, by=SYSTEM, items=({"nothing": "1"},)), "nothing", 0),
    (Update(table=TABLE, by=SYSTEM, items=(Change(id=rec("a"), fields={"sum": "1"}),)), "sum", 0),
    (Update(table=TABLE, by=SYSTEM, items=(Change(id=rec("a"), fields={}),) * 2), "records", 1),
    (Delete(table=TABLE, by=SYSTEM, items=(Removal(rec("a")), Removal(rec("b")), Removal(rec("a")))), "records", 2),
    (upsert((), {T: "a"}), "matchOn", None),
    (upsert((T, N, fld("date"), fld("select")), {T: "a"}), "matchOn", None),
    (upsert(("sum",), {T: "a"}), "matchOn", None),
    (upsert(("selectsCell",), {"selectsCell": ["Zebra"]}), "matchOn", None),
    (upsert((T,), {T: "a"}, {N: 1}), "textCell", 1),
    (upsert((T, N), {T: "a", N: 1}, {T: "a", N: 2}, {T: "a", N: 1.0}), "records", 2),
]


@pytest.mark.parametrize(("write", "field", "item"), WRONG)
def test_what_is_wrong_is_named_with_the_item_that_it_is_in(write: Write, field: str, item: int | None) -> None:
    with pytest.raises(Invalid) as refused:
        sound(write)
    assert refused.value.data["field"] == field
    assert refused.value.data.get("item") == item


def test_a_table_that_there_is_not() -> None:
    with pytest.raises(UnknownTable):
        sound(Create(table="nothing", by=SYSTEM, items=({},)))


def test_ids_have_the_shape_that_clients_know() -> None:
    tokens = ["0" * 64, "f" * 64, "0123456789abcdef" * 4]
    assert all(RECORD_ID.fullmatch(record_id(token)) for token in tokens)
    assert [attachment_id(token) for token in tokens] == [f"att{record_id(token)[3:]}" for token in tokens]
    assert len({record_id(token) for token in tokens}) == 3
