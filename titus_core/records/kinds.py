"""What the values of each type of field are."""

from __future__ import annotations

from titus_core.records.catalogue import FieldType, Kind

_KINDS: dict[FieldType, Kind] = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.LONG_TEXT: Kind.TEXT,
    FieldType.RICH_TEXT: Kind.TEXT,
    FieldType.EMAIL: Kind.TEXT,
    FieldType.URL: Kind.TEXT,
    FieldType.PHONE: Kind.TEXT,
    FieldType.SYNC_SOURCE: Kind.TEXT,
    FieldType.NUMBER: Kind.NUMBER,
    FieldType.CURRENCY: Kind.NUMBER,
    FieldType.PERCENT: Kind.NUMBER,
    FieldType.DURATION: Kind.NUMBER,
    FieldType.RATING: Kind.NUMBER,
    FieldType.AUTO_NUMBER: Kind.NUMBER,
    FieldType.COUNT: Kind.NUMBER,
    FieldType.CHECKBOX: Kind.CHECKBOX,
    FieldType.DATE: Kind.DATE,
    FieldType.DATE_TIME: Kind.INSTANT,
    FieldType.SELECT: Kind.SELECT,
    FieldType.SELECTS: Kind.SELECTS,
    FieldType.LINKS: Kind.LINKS,
    FieldType.ATTACHMENTS: Kind.ATTACHMENTS,
}

_LISTS = frozenset({Kind.SELECTS, Kind.LINKS, Kind.LIST})
_TIMES = frozenset({FieldType.CREATED_TIME, FieldType.MODIFIED_TIME})


def kind_of(of: FieldType, result: FieldType = FieldType.UNKNOWN) -> Kind:
    """`result` is what comes out of a computation. Types without an entry are carried without looking into them."""
    if of in _TIMES:
        return Kind.DATE if result is FieldType.DATE else Kind.INSTANT
    if of is FieldType.LOOKUP:
        return Kind.ATTACHMENTS if result is FieldType.ATTACHMENTS else Kind.LIST
    if of in {FieldType.FORMULA, FieldType.ROLLUP}:
        return _of_result(result)
    return _KINDS.get(of, Kind.OBJECT)


def _of_result(result: FieldType) -> Kind:
    """A choice that comes out of a formula is mere text: it has no place among choices of its own."""
    kind = Kind.LIST if result is FieldType.LOOKUP else _KINDS.get(result, Kind.OBJECT)
    if kind is Kind.SELECT:
        return Kind.TEXT
    return Kind.LIST if kind in _LISTS else kind
