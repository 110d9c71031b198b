"""A base in a person's hands: what happens in Airtable's own pages, and what tests look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from titus_adapters.sandbox.airtable.accounts import PERSON
from titus_adapters.sandbox.airtable.base import writing
from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.building import Builder
from titus_adapters.sandbox.airtable.base.commit import commit
from titus_adapters.sandbox.airtable.base.loading import load_records
from titus_adapters.sandbox.airtable.base.model import Table, View
from titus_adapters.sandbox.airtable.base.plan import Plan
from titus_adapters.sandbox.airtable.base.records import Look, record_json
from titus_adapters.sandbox.airtable.base.removing import remove_field, remove_table
from titus_adapters.sandbox.airtable.base.writing import Item
from titus_adapters.sandbox.airtable.files import Attachment


class BaseHandle:
    """Tables and fields are named by id or name. What is done here is done by a person (`user_id`), without limits;
    what the web API would refuse raises `Refused`."""

    def __init__(self, base: Base) -> None:
        self.base = base

    @property
    def id(self) -> str:
        return self.base.id

    def table(self, name: str) -> Table:
        """Raises `KeyError` if there is none."""
        found = self.base.tables.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def records(self, table: str, *, by_id: bool = False) -> list[dict[str, Any]]:
        """All records as a list answers them, in the order of their ids."""
        found, look = self.table(table), Look(by_id=by_id)
        return [record_json(self.base, found, found.rows[one], look) for one in found.order]

    def record(self, table: str, record_id: str, *, by_id: bool = False) -> dict[str, Any] | None:
        found = self.table(table)
        row = found.rows.get(record_id)
        return None if row is None else record_json(self.base, found, row, Look(by_id=by_id))

    def load(self, table: str, records: Iterable[dict[str, Any]], *, as_given: bool = False) -> None:
        """Put records there as a list answers them: nothing is checked, nobody is told. `as_given`: calculated cells
        are just what they say, and hidden if they say nothing."""
        load_records(self.base, self.table(table), records, as_given=as_given)

    def create(self, table: str, *fields: dict[str, Any], user_id: str = PERSON.id) -> list[str]:
        """New records; their ids."""
        plan = Plan(self.base, user_id, "client", typecast=True)
        return [row.id for row in writing.create(plan, self.table(table), [Item(one) for one in fields])]

    def update(self, table: str, record_id: str, fields: dict[str, Any], *, user_id: str = PERSON.id) -> None:
        plan = Plan(self.base, user_id, "client", typecast=True)
        writing.update(plan, self.table(table), [Item(fields, record_id)])

    def delete(self, table: str, *record_ids: str, user_id: str = PERSON.id) -> None:
        writing.delete(Plan(self.base, user_id, "client"), self.table(table), list(record_ids))

    def attach(
        self, table: str, record_id: str, field: str, filename: str, content: bytes, kind: str = "text/plain"
    ) -> str:
        """A file added to a cell; its attachment's id."""
        house, found = self.base.house, self.table(table)
        attachment = Attachment(
            id=house.ids.new("att"), filename=filename, type=kind, size=len(content), content=content
        )
        plan, row, column = Plan(self.base, PERSON.id, "client"), found.rows[record_id], found.field(field)
        plan.attachments.append(attachment)
        plan.put(found, row, column, [*(row.cells.get(column.id) or []), attachment.id])
        commit(plan)
        return attachment.id

    def view(self, table: str, name: str, *, formula: str | None = None, sort: Iterable[tuple[str, bool]] = ()) -> View:
        """Say which records a view shows, and in what order (field, and whether it goes down); made, if there is
        none."""
        found = self.table(table)
        view = found.find_view(name)
        if view is None:
            view = View(id=self.base.house.ids.new("viw"), name=name)
            found.views.append(view)
        view.formula = formula
        view.sort = tuple((found.field(field).id, downwards) for field, downwards in sort)
        found.version += 1
        return view

    def rollup(self, table: str, field: str, formula: str) -> None:
        """Say how a rollup aggregates, as a formula over `values`: metadata does not tell."""
        self.table(table).field(field).aggregation = formula
        self.base.rewire()

    def add_field(self, table: str, name: str, kind: str, options: dict[str, Any] | None = None) -> str:
        """A field of any type that a person can make; its id."""
        builder = Builder(self.base, PERSON.id, "client", calculated=True)
        return builder.field(self.table(table), {"name": name, "type": kind, "options": options}).id

    def rename_field(self, table: str, field: str, name: str) -> None:
        found = self.table(table)
        Builder(self.base, PERSON.id, "client").change_field(found, found.field(field), {"name": name})

    def remove_field(self, table: str, field: str) -> None:
        found = self.table(table)
        remove_field(self.base, found, found.field(field), PERSON.id)

    def remove_table(self, table: str) -> None:
        remove_table(self.base, self.table(table), PERSON.id)

    def share(self, user_id: str, permission: str) -> None:
        """What somebody may do with this base; `none` hides it from them."""
        self.base.collaborators[user_id] = permission
