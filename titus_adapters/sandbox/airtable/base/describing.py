"""Metadata of tables and fields, as JSON."""

from __future__ import annotations

from typing import Any

from titus_adapters.sandbox.airtable.base.model import Field, Table, View


def describe_table(table: Table, *, visible: bool = False) -> dict[str, Any]:
    """`visible`: grid views say which fields they show."""
    described: dict[str, Any] = {"id": table.id, "name": table.name, "primaryFieldId": table.primary_field_id}
    if table.description is not None:
        described["description"] = table.description
    described["fields"] = [describe_field(field) for field in table.fields.values()]
    described["views"] = [_view(table, view, visible=visible) for view in table.views]
    if table.date_dependency is not None:
        described["dateDependencySettings"] = table.date_dependency
    return described


def describe_field(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"id": field.id, "name": field.name, "type": field.type}
    if field.description is not None:
        described["description"] = field.description
    if field.options is not None:
        described["options"] = field.options
    return described


def _view(table: Table, view: View, *, visible: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"id": view.id, "name": view.name, "type": view.type}
    if visible and view.type == "grid":
        described["visibleFieldIds"] = list(view.visible if view.visible is not None else table.fields)
    return described
