"""Webhooks on a view: records that come into it, change in it, or leave it."""

from __future__ import annotations

from collections.abc import Callable

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.changes import TableChange
from titus_adapters.sandbox.airtable.base.model import Row, Table, View
from titus_adapters.sandbox.airtable.base.query import filter_of
from titus_adapters.sandbox.airtable.hooks.payloads import Told, changed_record, created_record, records_told
from titus_adapters.sandbox.airtable.hooks.specification import Specification


class Members:
    """Who was in the view when it was last looked at."""

    def __init__(self, base: Base, table: Table, view: View) -> None:
        self._base, self._table, self._view = base, table, view
        holds = self._holds()
        self._ids = {row.id for row in table.rows.values() if holds(row)}

    @property
    def table_id(self) -> str:
        return self._table.id

    def told(self, specification: Specification, change: TableChange) -> Told:
        """What is told of the view's table; nothing, if nothing happened in the view."""
        holds = self._holds()
        touched = [*(row for row, _ in change.created), *(one.row for one in change.changed)]
        inside = {row.id: row for row in touched if holds(row)}
        created = {key: created_record(row, self._cells(row)) for key, row in inside.items() if key not in self._ids}
        changed = {
            one.row.id: changed_record(self._base, specification, self._table, one)
            for one in change.changed
            if one.row.id in inside and one.row.id in self._ids
        }
        gone = [*change.destroyed, *(row.id for row in touched if row.id not in inside)]
        destroyed = [record_id for record_id in gone if record_id in self._ids]
        self._ids = (self._ids | set(created)) - set(destroyed)
        told = records_told(specification, created, changed, destroyed)
        return {"changedViewsById": {self._view.id: told}} if told else {}

    def _holds(self) -> Callable[[Row], bool]:
        keep = filter_of(self._base, self._table, self._view.formula)
        return keep.keep if keep is not None else lambda _: True

    def _cells(self, row: Row) -> Told:
        shown = {one.id: self._base.tell(self._table, one, row) for one in self._table.fields.values()}
        return {field_id: cell for field_id, cell in shown.items() if cell is not None}
