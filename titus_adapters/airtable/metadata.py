"""What `GET /v0/meta/bases/{id}/tables` answers (or a file that holds it), without Airtable's words.

Types and options: ../shared/reference/airtable/field_types.json. Airtable adds types and options without notice, so
what is not understood becomes a field whose values are carried and never written, and is told in `warnings`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import FieldType, LinkTo, Option
from titus_core.records.describing import UNWRITTEN, Computation, FieldDescription, TableDescription
from titus_core.records.model import FieldId, TableId

TYPES: dict[str, FieldType] = {
    "singleLineText": FieldType.TEXT,
    "multilineText": FieldType.LONG_TEXT,
    "richText": FieldType.RICH_TEXT,
    "email": FieldType.EMAIL,
    "url": FieldType.URL,
    "phoneNumber": FieldType.PHONE,
    "number": FieldType.NUMBER,
    "currency": FieldType.CURRENCY,
    "percent": FieldType.PERCENT,
    "duration": FieldType.DURATION,
    "rating": FieldType.RATING,
    "checkbox": FieldType.CHECKBOX,
    "date": FieldType.DATE,
    "dateTime": FieldType.DATE_TIME,
    "singleSelect": FieldType.SELECT,
    "multipleSelects": FieldType.SELECTS,
    "singleCollaborator": FieldType.PERSON,
    "multipleCollaborators": FieldType.PEOPLE,
    "multipleRecordLinks": FieldType.LINKS,
    "multipleAttachments": FieldType.ATTACHMENTS,
    "barcode": FieldType.BARCODE,
    "button": FieldType.BUTTON,
    "autoNumber": FieldType.AUTO_NUMBER,
    "createdTime": FieldType.CREATED_TIME,
    "lastModifiedTime": FieldType.MODIFIED_TIME,
    "createdBy": FieldType.CREATED_BY,
    "lastModifiedBy": FieldType.MODIFIED_BY,
    "count": FieldType.COUNT,
    "formula": FieldType.FORMULA,
    "rollup": FieldType.ROLLUP,
    "multipleLookupValues": FieldType.LOOKUP,
    "lookup": FieldType.LOOKUP,
    "aiText": FieldType.AI_TEXT,
    "externalSyncSource": FieldType.SYNC_SOURCE,
}

_COMPUTED = frozenset(
    {
        FieldType.BUTTON,
        FieldType.AUTO_NUMBER,
        FieldType.CREATED_TIME,
        FieldType.MODIFIED_TIME,
        FieldType.CREATED_BY,
        FieldType.MODIFIED_BY,
        FieldType.COUNT,
        FieldType.FORMULA,
        FieldType.ROLLUP,
        FieldType.LOOKUP,
        FieldType.AI_TEXT,
        FieldType.SYNC_SOURCE,
    }
)


class _Choice(msgspec.Struct, frozen=True):
    id: str
    name: str


class _Result(msgspec.Struct, frozen=True):
    type: str
    options: _Options | None = None


class _Options(msgspec.Struct, frozen=True, rename="camel"):
    """Those of all types together: each has a few of them."""

    choices: tuple[_Choice, ...] = ()
    linked_table_id: str | None = None
    inverse_link_field_id: str | None = None
    prefers_single_record_link: bool = False
    record_link_field_id: str | None = None
    field_id_in_linked_table: str | None = None
    referenced_field_ids: tuple[str, ...] | None = None
    formula: str | None = None
    is_valid: bool = True
    result: _Result | None = None
    time_zone: str | None = None


class _Field(msgspec.Struct, frozen=True):
    id: str
    name: str
    type: str
    description: str | None = None
    options: Any = None


class _Table(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    name: str
    primary_field_id: str
    fields: tuple[_Field, ...]
    description: str | None = None


class _Base(msgspec.Struct, frozen=True):
    tables: tuple[_Table, ...]


class Metadata(msgspec.Struct, frozen=True):
    """`warnings`: what was not understood, a sentence each."""

    tables: tuple[TableDescription, ...]
    warnings: tuple[str, ...]


def metadata_of(body: bytes) -> Metadata:
    """Raises `Invalid` for what is no metadata at all."""
    try:
        base = msgspec.json.decode(body, type=_Base)
    except msgspec.DecodeError as error:
        raise Invalid("metadata", f"is not what Airtable tells of a base: {error}") from error
    reading = _Reading()
    return Metadata(tuple(reading.table(table) for table in base.tables), tuple(reading.warnings))


class _Reading:
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def table(self, told: _Table) -> TableDescription:
        return TableDescription(
            id=TableId(told.id),
            name=told.name,
            primary=FieldId(told.primary_field_id),
            fields=tuple(self._field(told, field) for field in told.fields),
            description=told.description or "",
        )

    def _field(self, table: _Table, told: _Field) -> FieldDescription:
        field = FieldDescription(
            id=FieldId(told.id), name=told.name, type=FieldType.UNKNOWN, description=told.description or ""
        )
        if told.type not in TYPES:
            return self._not_understood(table, field, f"the type {told.type!r}")
        try:
            options = msgspec.convert(told.options or {}, _Options)
        except msgspec.ValidationError as error:
            return self._not_understood(table, field, f"the options ({error})")
        if not options.is_valid:
            self.warnings.append(f"{table.name!r}, {field.name!r}: Airtable itself cannot compute it")
        return _described(field, TYPES[told.type], options)

    def _not_understood(self, table: _Table, field: FieldDescription, what: str) -> FieldDescription:
        self.warnings.append(
            f"{table.name!r}, {field.name!r}: {what} is not understood; values are carried as they come"
        )
        return msgspec.structs.replace(field, computation=UNWRITTEN)


def _described(field: FieldDescription, of: FieldType, options: _Options) -> FieldDescription:
    return msgspec.structs.replace(
        field,
        type=of,
        options=tuple(Option(choice.id, choice.name) for choice in options.choices),
        link=_link(options) if of is FieldType.LINKS else None,
        computation=_computation(of, options) if of in _COMPUTED else None,
        zone=_zone(options),
    )


def _link(options: _Options) -> LinkTo:
    inverse = options.inverse_link_field_id
    return LinkTo(
        table=TableId(options.linked_table_id or ""),
        inverse=None if inverse is None else FieldId(inverse),
        single=options.prefers_single_record_link,
    )


def _computation(of: FieldType, options: _Options) -> Computation:
    fields = tuple(FieldId(one) for one in options.referenced_field_ids or ())
    watching = of is FieldType.MODIFIED_TIME
    return Computation(
        formula=options.formula,
        reads=() if watching else fields,
        via=None if options.record_link_field_id is None else FieldId(options.record_link_field_id),
        target=None if options.field_id_in_linked_table is None else FieldId(options.field_id_in_linked_table),
        watches=fields if watching else (),
        result=TYPES.get(options.result.type, FieldType.UNKNOWN) if options.result is not None else FieldType.UNKNOWN,
        sound=options.is_valid,
    )


def _zone(options: _Options) -> str | None:
    """`client` means the zone of whoever looks: none that a store could know."""
    inner = options.result.options if options.result is not None else None
    told = options.time_zone or (inner.time_zone if inner is not None else None)
    return {"client": None, "utc": "UTC"}.get(told or "client", told)
