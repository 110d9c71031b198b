"""What rollups make of the cells that they gather: the few ways that need no formula engine.

Airtable's metadata does not tell a rollup's way; whoever knows it writes it into the catalogue, as `SUM(values)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import fsum

from titus_core.records.model import Scalar, Value

_WAY = re.compile(r"\s*([A-Za-z]+)\s*\(\s*values\s*\)\s*", re.ASCII)

Gathered = tuple[Value, ...]
"""One element for each cell that holds something."""


def _numbers(cells: Gathered) -> list[float]:
    return [cell for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]


def _sum(cells: Gathered) -> object:
    return fsum(_numbers(cells))


def _average(cells: Gathered) -> object:
    numbers = _numbers(cells)
    return fsum(numbers) / len(numbers) if numbers else {"specialValue": "NaN"}


def _extreme(pick: Callable[[Sequence[Scalar]], Scalar], cells: Gathered) -> object:
    """Of numbers, or of dates and instants, which sort as text; nothing of nothing."""
    numbers: list[Scalar] = [*_numbers(cells)]
    texts: list[Scalar] = [cell for cell in cells if isinstance(cell, str)]
    return pick(numbers or texts) if numbers or texts else None


_WAYS: dict[str, Callable[[Gathered], object]] = {
    "SUM": _sum,
    "AVERAGE": _average,
    "MAX": lambda cells: _extreme(max, cells),
    "MIN": lambda cells: _extreme(min, cells),
    "COUNT": lambda cells: len(_numbers(cells)),
    "COUNTA": len,
}


def way_of(formula: str | None) -> Callable[[Gathered], object] | None:
    """How `SUM(values)` sums; None: not known here. What comes out is JSON that `values.read` takes."""
    told = _WAY.fullmatch(formula or "")
    return None if told is None else _WAYS.get(told[1].upper())
