"""Questions that every store refuses alike."""

from __future__ import annotations

from collections.abc import Sequence

from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Catalogue, Table
from titus_core.records.model import RecordId
from titus_core.records.ports import MOST_AT_ONCE, Query


def check_query(catalogue: Catalogue, query: Query) -> Table:
    """The table that is asked for. Raises `UnknownTable`, `UnknownField` and `Invalid`."""
    table = catalogue.table(query.table)
    if not 1 <= query.limit <= MOST_AT_ONCE:
        raise Invalid("limit", f"must be from 1 to {MOST_AT_ONCE}")
    for field_id in (*(sort.field for sort in query.sort), *(query.fields or ())):
        table.field(field_id)
    if query.after is not None and len(query.after.key) != len(query.sort):
        raise Invalid("cursor", "belongs to another order")
    return table


def check_ids(ids: Sequence[RecordId]) -> None:
    if len(ids) > MOST_AT_ONCE:
        raise Invalid("ids", f"must be {MOST_AT_ONCE} at most")
