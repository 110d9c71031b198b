"""A write under way: what it would change, kept apart until all of it is known to be right."""

from __future__ import annotations

from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.changes import Source
from titus_adapters.sandbox.airtable.base.model import Field, Row, Stored, Table
from titus_adapters.sandbox.airtable.cells.kinds import kind_of
from titus_adapters.sandbox.airtable.files import Attachment
from titus_adapters.sandbox.airtable.refusals import computed_field

COLORS = ("blue", "cyan", "teal", "green", "yellow", "orange", "red", "pink", "purple", "gray")


class Edit(msgspec.Struct, eq=False):
    """New cells of one record (None empties); `written` are those that somebody asked for, not those of links that
    came back."""

    table: Table
    row: Row
    cells: dict[str, Stored] = msgspec.field(default_factory=dict)
    written: set[str] = msgspec.field(default_factory=set)


class Plan:
    """Changes of one base in one action. Reads see what was planned so far."""

    def __init__(self, base: Base, user_id: str, source: Source = "publicApi", *, typecast: bool = False) -> None:
        self.base = base
        self.user_id = user_id
        self.source = source
        self.typecast = typecast
        self.edits: dict[str, Edit] = {}
        self.made: dict[str, tuple[Table, Row]] = {}
        self.gone: dict[str, tuple[Table, Row]] = {}
        self.choices: dict[str, tuple[Field, list[dict[str, Any]]]] = {}
        self.attachments: list[Attachment] = []
        self.without_attachments = False
        """New attachments are left out, as when Airtable cannot take them."""
        self.failed_attachments = 0

    def make(self, table: Table) -> Row:
        """A record that is not there yet."""
        row = Row(self.base.house.ids.new("rec"), self.base.house.now(), self.user_id)
        self.made[row.id] = (table, row)
        self.edits[row.id] = Edit(table, row)
        return row

    def write(self, table: Table, row: Row, fields: dict[str, Any]) -> None:
        """Cells as they were sent, by their fields' names or ids; raises `Refused`."""
        for name, sent in fields.items():
            field = table.field(name)
            if field.computed:
                raise computed_field(field.name)
            self.put(table, row, field, self.accepted(field, sent))

    def accepted(self, field: Field, sent: Any) -> Stored:
        """What a value becomes when it is kept; raises `Refused`."""
        accept = kind_of(field.type).accept
        if accept is None:
            raise computed_field(field.name)
        return None if sent is None else accept(self, field, sent)

    def put(self, table: Table, row: Row, field: Field, stored: Stored) -> None:
        """One cell as it is kept; links come back from the other side."""
        before = self.cell(row, field.id) or []
        edit = self._edit(table, row)
        edit.cells[field.id] = stored
        edit.written.add(field.id)
        if field.type == "multipleRecordLinks":
            self._link_back(field, row, before, stored or [])

    def clear(self, table: Table, row: Row, except_for: frozenset[str]) -> None:
        """Empty every cell that can be written, but these."""
        for field in table.fields.values():
            if not field.computed and field.id not in except_for and self.cell(row, field.id) is not None:
                self.put(table, row, field, None)

    def destroy(self, table: Table, row: Row) -> None:
        """Take a record away, and the links to it."""
        for field in table.fields.values():
            if field.type == "multipleRecordLinks":
                self._link_back(field, row, self.cell(row, field.id) or [], [])
        for other, field in self._one_way_links_to(table):
            for one in list(other.rows.values()):
                self._unlink(other, one, field.id, row.id)
        self.gone[row.id] = (table, row)

    def cell(self, row: Row, field_id: str) -> Stored:
        edit = self.edits.get(row.id)
        return edit.cells[field_id] if edit is not None and field_id in edit.cells else row.cells.get(field_id)

    def exists(self, table: Table, record_id: str) -> bool:
        made = self.made.get(record_id)
        return (record_id in table.rows and record_id not in self.gone) or (made is not None and made[0] is table)

    def add_choice(self, field: Field, name: str) -> None:
        _, added = self.choices.setdefault(field.id, (field, []))
        if all(choice["name"].lower() != name.lower() for choice in added):
            color = COLORS[(len(field.choices) + len(added)) % len(COLORS)]
            added.append({"id": self.base.house.ids.new("sel"), "name": name, "color": f"{color}Light2"})

    def add_linked(self, table: Table, title: str) -> Row:
        """A record made because somebody named it in a link; one for each name."""
        for other, row in self.made.values():
            if other is table and self.cell(row, table.primary_field_id) == title:
                return row
        row = self.make(table)
        self.write(table, row, {table.primary_field_id: title})
        return row

    def add_attachment(self, attachment: Attachment) -> bool:
        """False: it could not be taken, and the cell goes without it."""
        if self.without_attachments:
            self.failed_attachments += 1
            return False
        self.attachments.append(attachment)
        return True

    def _edit(self, table: Table, row: Row) -> Edit:
        return self.edits.setdefault(row.id, Edit(table, row))

    def _link_back(self, field: Field, row: Row, before: list[str], after: list[str]) -> None:
        inverse = field.option("inverseLinkFieldId")
        other = self.base.tables[field.option("linkedTableId")]
        if inverse is None or inverse not in other.fields:
            return
        kept, had = set(after), set(before)
        for record_id in before:
            if record_id not in kept and record_id in other.rows:
                self._unlink(other, other.rows[record_id], inverse, row.id)
        for record_id in after:
            if record_id not in had:
                self._link(other, record_id, inverse, row.id)

    def _link(self, table: Table, record_id: str, field_id: str, to: str) -> None:
        row = self.made[record_id][1] if record_id in self.made else table.rows[record_id]
        links = self.cell(row, field_id) or []
        if to not in links:
            self._edit(table, row).cells[field_id] = [*links, to]

    def _unlink(self, table: Table, row: Row, field_id: str, to: str) -> None:
        links = self.cell(row, field_id) or []
        if to in links:
            self._edit(table, row).cells[field_id] = [one for one in links if one != to] or None

    def _one_way_links_to(self, table: Table) -> list[tuple[Table, Field]]:
        return [
            (other, field)
            for other in self.base.tables
            for field in other.fields.values()
            if field.option("linkedTableId") == table.id and field.option("inverseLinkFieldId") is None
        ]
