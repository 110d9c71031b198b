"""One base: its tables, and how its cells are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from titus_adapters.sandbox.airtable.base.changes import Transaction
from titus_adapters.sandbox.airtable.base.model import Field, Row, Table, Tables
from titus_adapters.sandbox.airtable.base.wiring import Wiring
from titus_adapters.sandbox.airtable.cells.kinds import kind_of
from titus_adapters.sandbox.airtable.computed.calculation import BROKEN
from titus_adapters.sandbox.airtable.computed.calculations import CALCULATIONS
from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.values import Value, to_text
from titus_adapters.sandbox.airtable.house import House

ERROR = {"error": "#ERROR!"}


class Base:
    """`collaborators` are permissions by user's id; who is not among them has those of their account. `watchers` are
    told of every transaction."""

    def __init__(self, house: House, id: str, name: str, workspace_id: str) -> None:
        self.house = house
        self.id = id
        self.name = name
        self.workspace_id = workspace_id
        self.created_at = house.now()
        self.tables = Tables()
        self.collaborators: dict[str, str] = {}
        self.transactions = 0
        self.watchers: list[Callable[[Transaction], None]] = []
        self._wiring: Wiring | None = None

    @property
    def wiring(self) -> Wiring:
        if self._wiring is None:
            self._wiring = Wiring(self)
        return self._wiring

    def rewire(self) -> None:
        """Tables, fields or what formulas mean have changed: everything is calculated anew."""
        self._wiring = None
        for table in self.tables:
            table.version += 1
            for row in table.rows.values():
                row.computed.clear()

    def permission_of(self, user_id: str) -> str:
        user = self.house.users.get(user_id)
        return self.collaborators.get(user_id) or (user.permission if user is not None else "none")

    def calculated(self, table: Table, field: Field, row: Row) -> Any:
        """What a calculated cell comes to; `BROKEN` for an error."""
        if field.id in row.computed:
            return row.computed[field.id]
        row.computed[field.id] = BROKEN  # where a circle of fields comes back to itself
        try:
            result = CALCULATIONS[field.type].compute(self, table, field, row)
        except (Failed, RecursionError):
            result = BROKEN
        row.computed[field.id] = result
        if not self.wiring.lasts(field):
            del row.computed[field.id]
        return result

    def show(self, table: Table, field: Field, row: Row) -> Any:
        """The cell in JSON; None if it is empty."""
        if row.given is not None and field.id in row.given:
            return row.given[field.id]
        if field.type in CALCULATIONS:
            result = self.calculated(table, field, row)
            if result is None or result is BROKEN:
                return None if result is None else ERROR
            return CALCULATIONS[field.type].show(self, field, result)
        stored = row.cells.get(field.id)
        return None if stored is None else kind_of(field.type).show(self, field, stored)

    def tell(self, table: Table, field: Field, row: Row) -> Any:
        """The cell as webhooks have it; None if it is empty."""
        if field.type in CALCULATIONS:
            calculation = CALCULATIONS[field.type]
            result = self.calculated(table, field, row)
            if calculation.tell is None or result is None or result is BROKEN:
                return self.show(table, field, row)
            return calculation.tell(self, field, result)
        tell, stored = kind_of(field.type).tell, row.cells.get(field.id)
        if tell is None or stored is None:
            return self.show(table, field, row)
        return tell(self, field, stored)

    def value(self, table: Table, field: Field, row: Row) -> Value:
        """The cell as formulas see it; raises `Failed` if it is an error."""
        if row.given is not None and field.id in row.given:
            return _given(row.given[field.id])
        if field.type in CALCULATIONS:
            result = self.calculated(table, field, row)
            if result is BROKEN:
                raise Failed
            return None if result is None else CALCULATIONS[field.type].value(self, field, result)
        stored = row.cells.get(field.id)
        return None if stored is None else kind_of(field.type).value(self, field, stored)

    def text(self, table: Table, field: Field, row: Row, zone: str) -> str:
        """The cell as people read it."""
        if field.type in CALCULATIONS:
            result, text = self.calculated(table, field, row), CALCULATIONS[field.type].text
        else:
            result, text = row.cells.get(field.id), kind_of(field.type).text
        if result is None or result is BROKEN:
            return "" if result is None else "#ERROR!"
        return text(self, field, result, zone) if text is not None else to_text(self.value(table, field, row))

    def title(self, table: Table, row: Row) -> str:
        """What a record is called where it is linked."""
        try:
            return to_text(self.value(table, table.primary, row))
        except Failed:
            return "#ERROR!"

    def title_of(self, table: Table, record_id: str) -> str:
        row = table.rows.get(record_id)
        return self.title(table, row) if row is not None else ""


def _given(value: Any) -> Value:
    if isinstance(value, dict):
        raise Failed
    return value if isinstance(value, (str, int, float, list)) else None
