"""The few ways of a rollup that need no engine."""

from __future__ import annotations

from typing import Any

import pytest

from titus_core.records.rollups import way_of


@pytest.mark.parametrize(
    ("formula", "cells", "wanted"),
    [
        ("SUM(values)", (1, 0.5, "x", True), 1.5),
        ("SUM(values)", (), 0),
        ("SUM(values)", (0.1,) * 10, 1),
        (" sum ( values ) ", (1,), 1),
        ("AVERAGE(values)", (1, 2), 1.5),
        ("AVERAGE(values)", (), {"specialValue": "NaN"}),
        ("MAX(values)", (1, 3, 2), 3),
        ("MIN(values)", ("2026-02-28", "2026-01-01"), "2026-01-01"),
        ("MAX(values)", (), None),
        ("COUNT(values)", (1, "x", 2), 2),
        ("COUNTA(values)", (1, "x", {}), 3),
    ],
)
def test_a_way(formula: str, cells: tuple[Any, ...], wanted: Any) -> None:
    way = way_of(formula)
    assert way is not None
    assert way(cells) == wanted


@pytest.mark.parametrize("formula", [None, "", "ARRAYJOIN(values)", "SUM(values)+1", "SUM({fld1})", "SUM"])
def test_what_is_no_way_that_is_known(formula: str | None) -> None:
    assert way_of(formula) is None
