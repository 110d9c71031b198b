"""Predicates from outside are made sound, or refused with the place that is wrong."""

from __future__ import annotations

# mypy: disable-error-code="arg-type"
from typing import Any

import msgspec
import pytest

from tests.core.records.things import THINGS, fld, rec
from titus_core.kernel.errors import Invalid
from titus_core.records.checking import DEEPEST, MOST_NODES, MOST_VALUES, checked
from titus_core.records.predicates import (
    And,
    Between,
    Contains,
    CreatedSince,
    Empty,
    Eq,
    Ge,
    Gt,
    HasLink,
    HasOption,
    IdIn,
    In,
    Le,
    Lt,
    ModifiedSince,
    Ne,
    Not,
    Or,
    Predicate,
    StartsWith,
)

BRISBANE = "Australia/Brisbane"
AT, N, T = fld("instant"), fld("number"), fld("text")
BEGINS, ENDS = "2026-11-29T14:00:00.000Z", "2026-11-30T14:00:00.000Z"
DAY = And(of=(Ge(field=AT, value=BEGINS), Lt(field=AT, value=ENDS)))


def sound(predicate: Predicate) -> Predicate:
    return checked(THINGS, predicate, BRISBANE)


SOUND: list[tuple[Predicate, Predicate]] = [
    (Eq(field="textCell", value="a\0"), Eq(field=T, value="a\ufffd")),
    (Ne(field="A number ", value=1.0), Ne(field=N, value=1)),
    (Lt(field="number_cell", value=-0.0), Lt(field=N, value=0)),
    (Between(field=N, low=1, high=2), And(of=(Ge(field=N, value=1), Le(field=N, value=2)))),
    (In(field="textCell", values=("a", "b")), In(field=T, values=("a", "b"))),
    (In(field=T, values=()), In(field=T, values=())),
    (Empty(field="linksCell"), Empty(field=fld("links"))),
    (Contains(field="textCell", text="a\0"), Contains(field=T, text="a\ufffd")),
    (StartsWith(field="listCell", text="a"), StartsWith(field=fld("list"), text="a")),
    (HasOption(field="selectsCell", options=("Zebra",)), HasOption(field=fld("selects"), options=("Zebra",))),
    (
        HasOption(field="listCell", options=("any",), match="all"),
        HasOption(field=fld("list"), options=("any",), match="all"),
    ),
    (HasLink(field="linksCell", ids=(rec("a"),)), HasLink(field=fld("links"), ids=(rec("a"),))),
    (IdIn(ids=(rec("a"),)), IdIn(ids=(rec("a"),))),
    (CreatedSince(at="2026-11-30T00:00:00+10:00"), CreatedSince(at=BEGINS)),
    (ModifiedSince(at="2026-11-30T00:00:00+10:00"), ModifiedSince(at=BEGINS)),
    (Not(of=Or(of=(Empty(field="textCell"),))), Not(of=Or(of=(Empty(field=T),)))),
    (Eq(field="selectCell", value="active"), Eq(field=fld("select"), value="active")),
    (Eq(field="instantCell", value="2026-11-30T00:00:00+10:00"), Eq(field=AT, value=BEGINS)),
    (Eq(field="instantCell", value="2026-11-30"), DAY),
    (Ne(field="instantCell", value="2026-11-30"), Not(of=DAY)),
    (Lt(field="instantCell", value="2026-11-30"), Lt(field=AT, value=BEGINS)),
    (Le(field="instantCell", value="2026-11-30"), Lt(field=AT, value=ENDS)),
    (Gt(field="instantCell", value="2026-11-30"), Ge(field=AT, value=ENDS)),
    (Ge(field="instantCell", value="2026-11-30"), Ge(field=AT, value=BEGINS)),
    (In(field="instantCell", values=(BEGINS, "2026-11-30")), Or(of=(Eq(field=AT, value=BEGINS), DAY))),
]


@pytest.mark.parametrize(("told", "wanted"), SOUND)
def test_words_become_ids_and_values_take_the_form_of_cells(told: Predicate, wanted: Predicate) -> None:
    assert sound(told) == wanted
    assert sound(wanted) == wanted


def test_a_day_of_a_field_with_a_zone_is_a_day_there() -> None:
    local = fld("local")
    # Clocks go forward in Sydney on 4 October 2026: the day has 23 hours.
    assert sound(Eq(field="local", value="2026-10-04")) == And(
        of=(Ge(field=local, value="2026-10-03T14:00:00.000Z"), Lt(field=local, value="2026-10-04T13:00:00.000Z"))
    )


WRONG: list[tuple[Predicate, str, str]] = [
    (Eq(field="nothing", value=1), "filter.field", "is no field"),
    (And(of=(Empty(field=T), Or(of=(Eq(field=N, value="x"),)))), "filter.of[1].of[0].value", "must be a number"),
    (Not(of=Eq(field=T, value=1)), "filter.of.value", "must be text"),
    (Eq(field="checkboxCell", value="x"), "filter.value", "must be true or false"),
    (Eq(field="dateCell", value="2026-02-30"), "filter.value", "cannot be read"),
    (Eq(field="dateCell", value="tomorrow"), "filter.value", "must be a date"),
    (Eq(field="instantCell", value="2026-02-30"), "filter.value", "cannot be read"),
    (Eq(field="instantCell", value="2026-02-28T00:00:00"), "filter.value", "time zone"),
    (Eq(field=N, value=10**400), "filter.value", "cannot be read"),
    (Eq(field="linksCell", value=rec("a")), "filter.op", "eq cannot be asked of linksCell"),
    (Lt(field="checkboxCell", value=True), "filter.op", "lt cannot"),
    (Lt(field="selectCell", value="Zebra"), "filter.op", "lt cannot"),
    (Between(field="listCell", low=1, high=2), "filter.op", "between cannot"),
    (Between(field=N, low=1, high="x"), "filter.high", "must be a number"),
    (Between(field=N, low="x", high=1), "filter.low", "must be a number"),
    (Contains(field=N, text="1"), "filter.op", "contains cannot"),
    (StartsWith(field="linksCell", text="1"), "filter.op", "startsWith cannot"),
    (HasOption(field=T, options=("a",)), "filter.op", "hasOption cannot"),
    (HasOption(field="selectCell", options=("Zebra", "zebra")), "filter", "has no option 'zebra'"),
    (Eq(field="selectCell", value="gone"), "filter.value", "has no option 'gone'"),
    (HasLink(field=T, ids=()), "filter.op", "hasLink cannot"),
    (HasLink(field="linksCell", ids=(rec("a"), "x")), "filter.ids[1]", "must be a record id"),
    (IdIn(ids=("x",)), "filter.ids[0]", "must be a record id"),
    (In(field=N, values=(1, "2")), "filter.values[1]", "must be a number"),
    (In(field="objectCell", values=()), "filter.op", "in cannot"),
    (CreatedSince(at="yesterday"), "filter.at", "cannot be read"),
    (ModifiedSince(at="2026-02-28T00:00:00"), "filter.at", "time zone"),
    (In(field=N, values=tuple(range(MOST_VALUES + 1))), "filter.values", "1,000 at most"),
    (IdIn(ids=(rec("a"),) * (MOST_VALUES + 1)), "filter.ids", "1,000 at most"),
    (HasOption(field="listCell", options=("x",) * (MOST_VALUES + 1)), "filter", "1,000 at most"),
]


@pytest.mark.parametrize(("told", "place", "reason"), WRONG)
def test_what_makes_no_sense_is_refused_with_its_place(told: Predicate, place: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as refused:
        sound(told)
    assert refused.value.data["field"] == place


def test_too_much_is_refused() -> None:
    deep: Predicate = Empty(field=T)
    for _ in range(DEEPEST - 1):
        deep = Not(of=deep)
    assert sound(deep) == deep
    with pytest.raises(Invalid, match="too much"):
        sound(Not(of=deep))
    wide = Or(of=tuple(Empty(field=T) for _ in range(MOST_NODES - 1)))
    assert sound(wide) == wide
    with pytest.raises(Invalid, match="too much"):
        sound(And(of=(wide,)))


def test_a_tree_is_json_with_its_node_in_op() -> None:
    told: Any = {
        "op": "and",
        "of": [
            {"op": "eq", "field": "textCell", "value": "Ann"},
            {"op": "not", "of": {"op": "empty", "field": "numberCell"}},
            {"op": "hasOption", "field": "selectsCell", "options": ["Zebra"], "match": "all"},
        ],
    }
    read = msgspec.convert(told, Predicate)
    assert sound(read) == And(
        of=(
            Eq(field=T, value="Ann"),
            Not(of=Empty(field=N)),
            HasOption(field=fld("selects"), options=("Zebra",), match="all"),
        )
    )
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"op": "formula", "text": "TRUE()"}, Predicate)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"op": "empty", "field": "x", "more": 1}, Predicate)
