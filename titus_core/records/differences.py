"""What may have become of a base since its catalogue was read, each with a sentence for people.

Names are told as `repr` has them: blanks around them, doubled ones and line breaks are what goes wrong most.
"""

from __future__ import annotations

from typing import TypeAlias, assert_never

import msgspec

from titus_core.records.model import FieldId, TableId


class At(msgspec.Struct, frozen=True):
    """Which table, and which field of it (None: the table itself); names are those of now, or the last ones."""

    table: TableId
    table_name: str
    field: FieldId | None = None
    field_name: str | None = None


class _Difference(msgspec.Struct, frozen=True, tag_field="kind", kw_only=True):
    at: At


class Added(_Difference, frozen=True, tag="added"):
    """`nearest`: something that is missing and was called nearly so. `type` is a field's."""

    nearest: str | None = None
    type: str | None = None


class Missing(_Difference, frozen=True, tag="missing"):
    """`nearest`: something that is there and is called nearly so."""

    nearest: str | None = None


class Renamed(_Difference, frozen=True, tag="renamed"):
    """It does no harm: all is kept by id."""

    before: str


class Retyped(_Difference, frozen=True, tag="retyped"):
    before: str
    after: str


class Recomputed(_Difference, frozen=True, tag="recomputed"):
    """It is computed in another way: its formula, or where it looks, is not what it was. None: it is not computed."""

    before: str | None
    after: str | None


class LinkMoved(_Difference, frozen=True, tag="link-moved"):
    """It leads elsewhere, or is shown over there by another field. None: it leads nowhere."""

    before: str | None
    after: str | None


class OptionAdded(_Difference, frozen=True, tag="option-added"):
    option: str
    nearest: str | None = None


class OptionMissing(_Difference, frozen=True, tag="option-missing"):
    option: str
    nearest: str | None = None


class OptionRenamed(_Difference, frozen=True, tag="option-renamed"):
    before: str
    after: str


class OptionsMoved(_Difference, frozen=True, tag="options-moved"):
    """Those that were there and are stand in another order now, and so do records that are sorted by them."""

    before: tuple[str, ...]
    after: tuple[str, ...]


Difference: TypeAlias = (
    Added
    | Missing
    | Renamed
    | Retyped
    | Recomputed
    | LinkMoved
    | OptionAdded
    | OptionMissing
    | OptionRenamed
    | OptionsMoved
)


def told(difference: Difference) -> str:
    """In words: `field ' Remote ' of table 'NDIS Items' was called 'Remote'`."""
    at = difference.at
    where = f"table {at.table_name!r}" if at.field is None else f"field {at.field_name!r} of table {at.table_name!r}"
    return f"{where} {_what(difference)}"


def _what(difference: Difference) -> str:
    match difference:
        case Added(nearest=near):
            return f"is new{_perhaps(near)}"
        case Missing(nearest=near):
            return f"is not there any more{_perhaps(near)}"
        case Renamed(before=before):
            return f"was called {before!r}"
        case Retyped(before=before, after=after):
            return f"is of type {after}, and was of type {before}"
        case Recomputed(before=before, after=after):
            return f"is computed {after or 'no more'}, and was computed {before or 'never'}"
        case LinkMoved(before=before, after=after):
            return f"leads {after or 'nowhere'}, and led {before or 'nowhere'}"
        case OptionAdded(option=option, nearest=near):
            return f"has the new option {option!r}{_perhaps(near)}"
        case OptionMissing(option=option, nearest=near):
            return f"has no option {option!r} any more{_perhaps(near)}"
        case OptionRenamed(before=before, after=after):
            return f"has the option {after!r}, which was called {before!r}"
        case OptionsMoved(after=after):
            return f"has its options in another order: {', '.join(map(repr, after))}"
        case _:
            assert_never(difference)


def _perhaps(near: str | None) -> str:
    return "" if near is None else f" (is it the same as {near!r}?)"
