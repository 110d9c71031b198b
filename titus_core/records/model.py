"""A record as every store tells it, and the words that values are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NewType, TypeAlias

import msgspec

TableId = NewType("TableId", str)
"""`tbl` and 14 letters or digits. A table keeps it when it is renamed."""

FieldId = NewType("FieldId", str)
"""`fld` and 14 letters or digits. A field keeps it when it is renamed."""

RecordId = NewType("RecordId", str)
"""`rec` and 14 letters or digits, in every store."""


class Attachment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file in a cell. `size` is in bytes, `type` its media type; `width` and `height` in pixels, of pictures. How its
    bytes are had is the store's affair (`RecordStore.content`): addresses of other systems expire."""

    id: str
    filename: str
    size: int | None = None
    type: str | None = None
    width: int | None = None
    height: int | None = None


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is to be fetched into a cell, from an address that a client named. Only written, never read."""

    url: str
    filename: str | None = None


class Misfit(msgspec.Struct, frozen=True):
    """What a store told of a cell and does not fit the field's kind: a computed error, a list where a number was
    promised. It is carried as it came, is not empty, equals nothing and has no order."""

    told: Value


Scalar: TypeAlias = str | int | float | bool
"""What filters compare with. Text; a number (whole ones are `int`); a truth; a date as `2026-11-30`; an instant as
`2026-11-30T01:02:03.000Z`, in UTC and to the millisecond, so that both sort as text."""

Value: TypeAlias = "Scalar | Attachment | Incoming | Misfit | tuple[Value, ...] | Mapping[str, Value] | None"
"""What a cell holds: a scalar; names of options or ids of records, in order; attachments; or, for kinds that Titus
carries without looking into them, whatever JSON says. None only stands inside lists."""

Fields: TypeAlias = Mapping[FieldId, Value]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a table. Empty cells (blank text, empty lists) are absent from `fields` in every store; checkboxes
    never are: they are true or false. `created_time` and `modified_time` are instants as `Scalar` has them;
    `modified_time` None: this store does not tell. `version` is opaque and changes with every change."""

    id: RecordId
    created_time: str
    fields: Fields
    version: str = ""
    modified_time: str | None = None
