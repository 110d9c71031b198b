"""What one action did to a base: what webhooks tell of."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from titus_adapters.sandbox.airtable.base.model import Row, Table

Source = Literal["publicApi", "client", "formSubmission", "automation", "system", "sync"]
Cells = dict[str, Any]
"""Cells by field id, in version 2; None for an empty one."""


class Changed(msgspec.Struct, frozen=True):
    """One record before and after. `edited` are the fields that somebody wrote, the others were calculated anew."""

    row: Row
    current: Cells
    previous: Cells
    edited: frozenset[str]


class FieldChange(msgspec.Struct, frozen=True):
    """A field's definition; `previous` None: it is new; `current` None: it is gone."""

    id: str
    current: dict[str, Any] | None
    previous: dict[str, Any] | None


class TableChange(msgspec.Struct, kw_only=True):
    """`renamed`: name and description, before and after."""

    table: Table
    created: list[tuple[Row, Cells]] = msgspec.field(default_factory=list)
    changed: list[Changed] = msgspec.field(default_factory=list)
    destroyed: list[str] = msgspec.field(default_factory=list)
    fields: list[FieldChange] = msgspec.field(default_factory=list)
    renamed: tuple[dict[str, Any], dict[str, Any]] | None = None


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """`number` counts the base's actions."""

    base_id: str
    number: int
    at: float
    source: Source
    user_id: str
    tables: dict[str, TableChange] = {}
    created_tables: tuple[Table, ...] = ()
    destroyed_tables: tuple[str, ...] = ()
