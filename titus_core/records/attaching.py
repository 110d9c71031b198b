"""Files in cells: those that a write names must be there already; new ones come by `attach`."""

from __future__ import annotations

from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Field, Kind, Table
from titus_core.records.model import Attachment, Fields, Value


def file_key(attachment: str) -> str:
    """Where the bytes lie in `kernel.files.Files`."""
    return f"attachments/{attachment}"


def files_field(table: Table, word: str) -> Field:
    """The field that takes files. Raises `UnknownField`, and `Invalid` for one that takes none."""
    field = table.named(word)
    if field.kind is not Kind.ATTACHMENTS or field.computed is not None:
        raise Invalid(field.api, "holds no files")
    return field


def with_files(table: Table, cells: Fields, stored: Fields) -> Fields:
    """The cells with their files as they are known; a client tells no more than ids. Raises `Invalid` for a file that
    is not in that cell, and for addresses that somebody would have to fetch."""
    return {
        field_id: _known(field, value, stored.get(field_id)) if field.kind is Kind.ATTACHMENTS else value
        for field_id, value in cells.items()
        if (field := table.field(field_id))
    }


def _known(field: Field, value: Value, stored: Value) -> Value:
    there = {one.id: one for one in attachments_in(stored)}
    named = value if isinstance(value, tuple) else ()
    for one in named:
        if not isinstance(one, Attachment):
            raise Invalid(field.api, "cannot be fetched from an address: send the file itself")
        if one.id not in there:
            raise Invalid(field.api, f"holds no file {one.id}")
    return tuple(there[one.id] for one in named if isinstance(one, Attachment)) or None


def attachments_in(cell: Value) -> tuple[Attachment, ...]:
    return tuple(one for one in cell if isinstance(one, Attachment)) if isinstance(cell, tuple) else ()
