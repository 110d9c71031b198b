"""The records that an upsert is about, as a question."""

from __future__ import annotations

from titus_core.records.model import Fields
from titus_core.records.ports import Upsert
from titus_core.records.predicates import And, Eq, Or, Predicate


def alike(upsert: Upsert, item: Fields) -> Predicate:
    """Those that have the item's key."""
    cells = ((field, item[field]) for field in upsert.match_on)
    return And(of=tuple(Eq(field=field, value=cell) for field, cell in cells if isinstance(cell, str | int | float)))


def any_alike(upsert: Upsert) -> Predicate:
    """Those that have the key of one of the items."""
    return Or(of=tuple(alike(upsert, item) for item in upsert.items))
