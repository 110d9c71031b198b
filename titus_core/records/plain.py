"""Cells as JSON, and back: what is exact both ways, given the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from titus_core.records.catalogue import Field, Kind, Table
from titus_core.records.model import Attachment, FieldId, Fields, Incoming, Misfit, Value
from titus_core.records.values import carried, read


def plain(value: Value) -> Any:
    """What JSON knows: text, numbers, truths, null, lists and objects."""
    match value:
        case Misfit(told=told):
            return plain(told)
        case Attachment() | Incoming():
            return msgspec.to_builtins(value)
        case tuple():
            return [plain(one) for one in value]
        case Mapping():
            return {name: plain(one) for name, one in value.items()}
        case _:
            return value


def cells_of(table: Table | None, told: Mapping[str, Any]) -> Fields:
    """The cells that these were, by field id; None for empty ones. Of fields (or tables) that the catalogue knows no
    more, what was told is carried as it is."""
    return {
        FieldId(word): _cell(None if table is None else table.get(FieldId(word)), raw) for word, raw in told.items()
    }


def _cell(field: Field | None, told: Any) -> Value:
    if field is None:
        return carried(told)
    if field.kind is Kind.ATTACHMENTS and isinstance(told, list):
        return tuple(_file(one) for one in told) or None
    return read(field, told)


def _file(told: Any) -> Attachment | Incoming:
    return msgspec.convert(told, Incoming) if "id" not in told else msgspec.convert(told, Attachment)
