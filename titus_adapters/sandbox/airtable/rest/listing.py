"""Lists of records, a page at a time."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Row, Table, View
from titus_adapters.sandbox.airtable.base.query import Filter, Query, filter_of, in_order
from titus_adapters.sandbox.airtable.base.records import Look, Painter
from titus_adapters.sandbox.airtable.desk import Desk
from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.moments import zone_named
from titus_adapters.sandbox.airtable.iterators import Iterator, Mark
from titus_adapters.sandbox.airtable.refusals import Refused, invalid_request
from titus_adapters.sandbox.airtable.rest.options import ListOptions


class Page(msgspec.Struct, frozen=True):
    """`following` is the first record of the next page, and its place; None at the end."""

    rows: list[Row]
    following: tuple[str, int] | None


def list_records(desk: Desk, base: Base, table: Table, options: ListOptions) -> dict[str, Any]:
    """One page, and the offset of the next."""
    view = _view(base, table, options.view)
    query = _query(table, options, view)
    look = look_of(table, options)
    keep = filter_of(base, table, options.filter_by_formula)
    size = _page_size(desk, options)
    iterator, first = _begin_or_resume(desk, options, query)
    mark = iterator.marks[first] if first is not None else Mark(0, 0)
    left = size if options.max_records is None else min(size, options.max_records - mark.served)
    order = _order(base, table, iterator, view, keep)
    page = _page(table, order, _place(table, order, first, mark), keep, left)
    answer: dict[str, Any] = {"records": list(map(Painter(base, table, look).record, page.rows))}
    served = mark.served + len(page.rows)
    if page.following is not None and (options.max_records is None or served < options.max_records):
        record_id, place = page.following
        iterator.marks[record_id] = Mark(place, served)
        answer["offset"] = f"{iterator.id}/{record_id}"
    return answer


def look_of(table: Table, options: ListOptions) -> Look:
    """How the records are to be shown; raises `Refused` for fields and zones that are not there."""
    if options.cell_format == "string":
        try:
            zone_named(options.time_zone or "")
        except Failed:
            raise invalid_request() from None
    return Look(
        by_id=options.return_fields_by_field_id,
        fields=None if options.fields is None else tuple(table.field(name).id for name in options.fields),
        zone=options.time_zone if options.cell_format == "string" else None,
        comment_count="commentCount" in options.record_metadata,
    )


def _view(base: Base, table: Table, name: str | None) -> View | None:
    if name is None:
        return None
    view = table.find_view(name)
    if view is None and any(other.find_view(name) for other in base.tables):
        raise Refused(422, "FAILED_STATE_CHECK")
    if view is None:
        raise Refused(422, "VIEW_NAME_NOT_FOUND", f"View {name} not found")
    return view


def _query(table: Table, options: ListOptions, view: View | None) -> Query:
    return Query(
        table_id=table.id,
        formula=options.filter_by_formula,
        sort=tuple((table.field(one.field).id, one.direction == "desc") for one in options.sort),
        view_id=view.id if view is not None else None,
    )


def _page_size(desk: Desk, options: ListOptions) -> int:
    largest = desk.house.limits.page
    size = largest if options.page_size is None else options.page_size
    if not 1 <= size <= largest or (options.max_records is not None and options.max_records < 1):
        raise invalid_request()
    return size


def _begin_or_resume(desk: Desk, options: ListOptions, query: Query) -> tuple[Iterator, str | None]:
    if options.offset is None:
        return desk.iterators.begin(query), None
    return desk.iterators.resume(options.offset, query)


def _order(base: Base, table: Table, iterator: Iterator, view: View | None, keep: Filter | None) -> Sequence[str]:
    """Kept with the iterator for as long as nothing in the table changes."""
    if iterator.version != table.version:
        iterator.order = in_order(base, table, iterator.query, view)
        iterator.version = table.version
        if keep is not None and keep.ids is not None:
            iterator.order = _only(table, iterator.order, keep.ids)
    return iterator.order


def _only(table: Table, order: Sequence[str], ids: frozenset[str]) -> Sequence[str]:
    if order is table.order:
        return sorted(one for one in ids if one in table.rows)
    return [one for one in order if one in ids]


def _place(table: Table, order: Sequence[str], first: str | None, mark: Mark) -> int:
    """Where that record is now; if it is gone, where it was."""
    if first is None:
        return 0
    if order is table.order:
        return bisect.bisect_left(order, first)
    try:
        return order.index(first)
    except ValueError:
        return mark.place


def _page(table: Table, order: Sequence[str], start: int, keep: Filter | None, size: int) -> Page:
    rows: list[Row] = []
    everything = table.rows
    for place in range(start, len(order)):
        row = everything[order[place]]
        if keep is not None and not keep.keep(row):
            continue
        if len(rows) == size:
            return Page(rows, (row.id, place))
        rows.append(row)
    return Page(rows, None)
