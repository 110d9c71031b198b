"""Putting a plan into effect, all of it at once, and saying what changed."""

from __future__ import annotations

from typing import Any

from titus_adapters.sandbox.airtable.base.announcing import announce
from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.changes import Cells, Changed, TableChange
from titus_adapters.sandbox.airtable.base.model import Row, Table
from titus_adapters.sandbox.airtable.base.plan import Edit, Plan
from titus_adapters.sandbox.airtable.base.wiring import MODIFIED, Cell


def commit(plan: Plan) -> None:
    """The records are as planned afterwards, and what depends on them is calculated anew when it is asked for."""
    _Commit(plan).run()


class _Commit:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._base: Base = plan.base
        self._edits = [edit for edit in plan.edits.values() if edit.row.id not in plan.gone]
        self._watched = bool(plan.base.watchers)
        self._before: dict[str, tuple[Table, Row, Cells]] = {}
        """The cells that are about to change, as webhooks tell them, by record."""

    def run(self) -> None:
        _drop_what_stays(self._edits)
        stale = self._base.wiring.depending_on(self._touched())
        if self._watched:
            self._look_at(stale)
        self._apply()
        for table, row, field_id in stale.values():
            row.computed.pop(field_id, None)
            table.version += 1
        self._tell()

    def _touched(self) -> list[Cell]:
        """Every stored cell that changes."""
        cells: list[Cell] = []
        for edit in self._edits:
            cells += [(edit.table, edit.row, field_id) for field_id in edit.cells]
            if edit.cells and self._modifies(edit):
                cells.append((edit.table, edit.row, MODIFIED))
        return cells

    def _modifies(self, edit: Edit) -> bool:
        return bool(edit.written) or self._base.house.switches.inverse_link_modifies

    def _look_at(self, stale: dict[tuple[str, str], Cell]) -> None:
        calculated = stale.values() if self._base.house.switches.recomputed_in_payloads else ()
        stored = [(edit.table, edit.row, field_id) for edit in self._edits for field_id in edit.cells]
        for table, row, field_id in [*stored, *calculated]:
            if row.id not in self._plan.made and row.id not in self._plan.gone:
                _, _, cells = self._before.setdefault(row.id, (table, row, {}))
                cells[field_id] = self._base.tell(table, table.fields[field_id], row)

    def _apply(self) -> None:
        plan, house = self._plan, self._base.house
        for field, added in plan.choices.values():
            field.options = {**(field.options or {}), "choices": [*field.choices, *added]}
        for attachment in plan.attachments:
            house.files.add(attachment)
            house.on_attachment(attachment)
        for table, row in plan.made.values():
            _number(table, row)
            table.add(row)
            table.version += 1
        for edit in self._edits:
            self._set(edit)
        for table, row in plan.gone.values():
            table.remove(row)
            table.version += 1

    def _set(self, edit: Edit) -> None:
        row, now = edit.row, self._base.house.now()
        for field_id, stored in edit.cells.items():
            if stored is None:
                row.cells.pop(field_id, None)
            else:
                row.cells[field_id] = stored
        if edit.cells:
            edit.table.version += 1
        if row.id in self._plan.made and not self._base.house.switches.creation_modifies:
            return
        if edit.cells and self._modifies(edit):
            written = edit.cells if self._base.house.switches.inverse_link_modifies else edit.written
            row.touched.update(dict.fromkeys(written, now))
            row.modified_by = self._plan.user_id

    def _tell(self) -> None:
        changes = self._changes() if self._watched else {}
        announce(self._base, self._plan.user_id, self._plan.source, changes)

    def _changes(self) -> dict[str, TableChange]:
        changes: dict[str, TableChange] = {}
        for table, row in self._plan.made.values():
            _change(changes, table).created.append((row, self._all_cells(table, row)))
        for table, row, before in self._before.values():
            changed = self._changed(table, row, before)
            if changed is not None:
                _change(changes, table).changed.append(changed)
        for table, row in self._plan.gone.values():
            _change(changes, table).destroyed.append(row.id)
        return changes

    def _changed(self, table: Table, row: Row, before: Cells) -> Changed | None:
        now = {field_id: self._base.tell(table, table.fields[field_id], row) for field_id in before}
        other = [field_id for field_id in before if now[field_id] != before[field_id]]
        if not other:
            return None
        edited = frozenset(self._plan.edits[row.id].cells) if row.id in self._plan.edits else frozenset[str]()
        return Changed(row, {key: now[key] for key in other}, {key: before[key] for key in other}, edited)

    def _all_cells(self, table: Table, row: Row) -> Cells:
        shown = {field.id: self._base.tell(table, field, row) for field in table.fields.values()}
        return {field_id: cell for field_id, cell in shown.items() if cell is not None}


def _drop_what_stays(edits: list[Edit]) -> None:
    """Cells that are written as they were have not changed."""
    for edit in edits:
        same = [field_id for field_id, stored in edit.cells.items() if _same(edit.row.cells.get(field_id), stored)]
        for field_id in same:
            del edit.cells[field_id]
            edit.written.discard(field_id)


def _same(one: Any, other: Any) -> bool:
    """True is not 1 here."""
    return type(one) is type(other) and bool(one == other)


def _number(table: Table, row: Row) -> None:
    for field in table.fields.values():
        if field.type == "autoNumber":
            table.numbers[field.id] = table.numbers.get(field.id, 0) + 1
            row.cells[field.id] = table.numbers[field.id]


def _change(changes: dict[str, TableChange], table: Table) -> TableChange:
    return changes.setdefault(table.id, TableChange(table=table))
