"""What predicates mean, cell by cell."""

from __future__ import annotations

# mypy: disable-error-code="arg-type"
from typing import Any

import pytest

from tests.core.records.things import AT, a_thing, fld, rec
from titus_core.records.evaluating import comparable, holds
from titus_core.records.model import Misfit
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

T, N, L = fld("text"), fld("number"), fld("list")

CASES: list[tuple[Predicate, dict[str, Any], bool]] = [
    (Eq(field=T, value="a"), {"text": "a"}, True),
    (Eq(field=T, value="a"), {"text": "A"}, False),
    (Eq(field=T, value="a"), {}, False),
    (Ne(field=T, value="a"), {}, True),
    (Ne(field=T, value="a"), {"text": "a"}, False),
    (Eq(field=N, value=1), {"number": 1.0}, True),
    (Eq(field=N, value=0.3), {"number": 0.1 + 0.2}, False),
    (Eq(field=N, value=1), {"number": Misfit(1)}, False),
    (Ne(field=N, value=1), {"number": Misfit(1)}, True),
    (Eq(field=L, value=1), {"list": (True,)}, False),
    (Eq(field=L, value=True), {"list": (1, True)}, True),
    (Eq(field=L, value="1"), {"list": (1,)}, False),
    (Eq(field=L, value="b"), {"list": ("a", "b")}, True),
    (Ne(field=L, value="b"), {"list": ("a", "b")}, False),
    (In(field=T, values=("a", "b")), {"text": "b"}, True),
    (In(field=T, values=()), {"text": "b"}, False),
    (Lt(field=N, value=2), {"number": 1}, True),
    (Lt(field=N, value=2), {}, False),
    (Lt(field=N, value=2), {"number": Misfit("x")}, False),
    (Le(field=N, value=2), {"number": 2}, True),
    (Gt(field=N, value=2), {"number": 2}, False),
    (Ge(field=N, value=2), {"number": 2}, True),
    (Between(field=N, low=1, high=2), {"number": 2}, True),
    (Between(field=N, low=1, high=2), {"number": 3}, False),
    (Between(field=N, low=1, high=2), {"number": 0}, False),
    (Between(field=N, low=1, high=2), {}, False),
    (Empty(field=N), {"number": 0}, False),
    (Empty(field=N), {"number": Misfit({"error": "x"})}, False),
    (Empty(field=N), {}, True),
    (Contains(field=T, text="ÄB"), {"text": "xäby"}, True),
    (Contains(field=T, text="z"), {"text": "xäby"}, False),
    (Contains(field=L, text="B"), {"list": (1, "abc")}, True),
    (Contains(field=T, text=""), {}, False),
    (StartsWith(field=T, text="X"), {"text": "xy"}, True),
    (StartsWith(field=T, text="y"), {"text": "xy"}, False),
    (HasOption(field=fld("selects"), options=("a", "b")), {"selects": ("b", "c")}, True),
    (HasOption(field=fld("selects"), options=("a", "b"), match="all"), {"selects": ("b", "c")}, False),
    (HasOption(field=fld("selects"), options=("a",)), {}, False),
    (HasOption(field=fld("select"), options=("a",)), {"select": "a"}, True),
    (HasLink(field=fld("links"), ids=(rec("x"),)), {"links": (rec("y"), rec("x"))}, True),
    (HasLink(field=fld("links"), ids=(rec("x"),)), {}, False),
    (IdIn(ids=(rec("a"),)), {}, True),
    (IdIn(ids=(rec("b"),)), {}, False),
    (CreatedSince(at=AT), {}, True),
    (CreatedSince(at="2026-01-05T01:02:03.001Z"), {}, False),
    (ModifiedSince(at=AT), {}, True),
    (And(of=()), {}, True),
    (Or(of=()), {}, False),
    (And(of=(Empty(field=T), Empty(field=N))), {"number": 1}, False),
    (Or(of=(Empty(field=T), Empty(field=N))), {"number": 1}, True),
    (Not(of=Lt(field=N, value=2)), {}, True),
]


@pytest.mark.parametrize(("predicate", "cells", "wanted"), CASES)
def test_what_holds(predicate: Predicate, cells: dict[str, Any], wanted: bool) -> None:
    assert holds(predicate, a_thing(**cells)) is wanted


def test_only_the_like_are_compared() -> None:
    assert comparable(1, 2.5)
    assert comparable("1", "x")
    assert comparable(True, False)
    assert not comparable(True, 1)
    assert not comparable(1, True)
    assert not comparable(None, "")
    assert not comparable((1,), 1)
