"""What may be asked of records, as a tree. `evaluating.holds` is the only definition of what it means.

On the wire (`filter=`) a node is JSON with its name in `op`: `{"op":"and","of":[{"op":"eq","field":"firstName",
"value":"Ann"},{"op":"not","of":{"op":"empty","field":"mobile"}}]}`. There a field may be spelled by any of its names;
`checking.checked` turns a tree from outside into one with ids and canonical values.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from titus_core.records.model import FieldId, RecordId, Scalar


class _Node(msgspec.Struct, frozen=True, tag_field="op", kw_only=True, forbid_unknown_fields=True):
    """Base of all nodes."""


class And(_Node, frozen=True, tag="and"):
    """All hold; of none: true."""

    of: tuple[Predicate, ...]


class Or(_Node, frozen=True, tag="or"):
    """At least one holds; of none: false."""

    of: tuple[Predicate, ...]


class Not(_Node, frozen=True, tag="not"):
    """It does not hold. Two-valued: an empty cell makes a comparison false, and its opposite true."""

    of: Predicate


class Eq(_Node, frozen=True, tag="eq"):
    """The cell has exactly this value; of a list, one of its elements has. An empty cell has none; a checkbox is never
    empty."""

    field: FieldId
    value: Scalar


class Ne(_Node, frozen=True, tag="ne"):
    """The opposite of `Eq`: true of empty cells."""

    field: FieldId
    value: Scalar


class Lt(_Node, frozen=True, tag="lt"):
    """Before the value: numbers by size, text by code point, dates and instants by time. Never true of empty cells,
    as the next three."""

    field: FieldId
    value: Scalar


class Le(_Node, frozen=True, tag="le"):
    field: FieldId
    value: Scalar


class Gt(_Node, frozen=True, tag="gt"):
    field: FieldId
    value: Scalar


class Ge(_Node, frozen=True, tag="ge"):
    field: FieldId
    value: Scalar


class Between(_Node, frozen=True, tag="between"):
    """From `low` to `high`, both included."""

    field: FieldId
    low: Scalar
    high: Scalar


class In(_Node, frozen=True, tag="in"):
    """`Eq` to one of the values."""

    field: FieldId
    values: tuple[Scalar, ...]


class Empty(_Node, frozen=True, tag="empty"):
    """Nothing is in the cell. 0 and false are something; a cell whose computation failed is not empty."""

    field: FieldId


class Contains(_Node, frozen=True, tag="contains"):
    """The text, or one text of a list, has this within it, without regard to case (`folding`)."""

    field: FieldId
    text: str


class StartsWith(_Node, frozen=True, tag="startsWith"):
    """The text, or one text of a list, begins so, without regard to case."""

    field: FieldId
    text: str


class HasOption(_Node, frozen=True, tag="hasOption"):
    """Of these options of a select, any one (or each) is chosen."""

    field: FieldId
    options: tuple[str, ...]
    match: Literal["any", "all"] = "any"


class HasLink(_Node, frozen=True, tag="hasLink"):
    """The cell links to at least one of these records."""

    field: FieldId
    ids: tuple[RecordId, ...]


class IdIn(_Node, frozen=True, tag="idIn"):
    """The record is one of these."""

    ids: tuple[RecordId, ...]


class ModifiedSince(_Node, frozen=True, tag="modifiedSince"):
    """Created or changed by somebody at this instant or later; what is computed does not count."""

    at: str


class CreatedSince(_Node, frozen=True, tag="createdSince"):
    """Created at this instant or later."""

    at: str


CellPredicate: TypeAlias = (
    Eq | Ne | Lt | Le | Gt | Ge | Between | In | Empty | Contains | StartsWith | HasOption | HasLink
)
"""What is asked of one cell."""

Predicate: TypeAlias = And | Or | Not | CellPredicate | IdIn | ModifiedSince | CreatedSince
"""Any node."""
