"""What a formula is about: the columns that it may read, and the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import msgspec

from titus_adapters.sandbox.airtable.formula.values import Value

Row = Any
"""Whatever the columns of a scope read from."""

Reading = Callable[[Row], Value]


class Column(msgspec.Struct, frozen=True):
    """`read` raises `Failed` for a cell that is an error. `exact`: it gives text or None and nothing else."""

    id: str
    read: Reading
    exact: bool = False


class Scope(Protocol):
    """One table. `column` finds by name or id, None if there is none; `row_id`, `created` and `modified` (None: never,
    or in none of these fields) are for the functions of that name. `blank_dates_are_false`: comparing a blank as a date
    is false, and not an error."""

    @property
    def blank_dates_are_false(self) -> bool: ...
    def column(self, name: str) -> Column | None: ...
    def now(self) -> datetime: ...
    def row_id(self, row: Row) -> str: ...
    def created(self, row: Row) -> datetime: ...
    def modified(self, row: Row, field_ids: tuple[str, ...]) -> datetime | None: ...
