"""Predicates as Airtable formulas: the one place where formulas are made.

Airtable's own meaning of a comparison differs from ours in many small ways, some of them known only from hearsay
(../shared/facts/airtable-and-migration.md §3.4). So each predicate becomes a pair: what is surely true wherever the
predicate is (`over`), and what is true at most where it is (`under`, needed inside NOT). Records that come back are
looked at once more with `evaluating.holds`: a formula that asks for too much costs requests, never a wrong answer. What
is uncertain is `TRUE()` above and `FALSE()` below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, assert_never

from titus_core.records.catalogue import Field, FieldType, Kind, Table
from titus_core.records.folding import fold
from titus_core.records.model import Scalar
from titus_core.records.predicates import (
    And,
    Between,
    CellPredicate,
    Contains,
    CreatedSince,
    Empty,
    Eq,
    Ge,
    Gt,
    HasLink,
    HasOption,
    IdIn,
    In,
    Le,
    Lt,
    ModifiedSince,
    Ne,
    Not,
    Or,
    Predicate,
    StartsWith,
)
from titus_core.records.values import instant

LONGEST = 100_000
"""Characters of a formula; a longer one asks for everything instead."""

_TRUE, _FALSE = "TRUE()", "FALSE()"
_A_SECOND, _A_DAY = timedelta(seconds=1), timedelta(days=1)

_RUN = re.compile(r"[ -~]+")
"""Letters that formulas can spell and of which Airtable's lower case is ours."""

_PLAIN = frozenset({FieldType.TEXT, FieldType.EMAIL, FieldType.URL, FieldType.PHONE, FieldType.SELECT})
"""Texts that formulas see as they are. Long ones may hold mentions, rich ones marks."""

_FAILING = frozenset({FieldType.FORMULA, FieldType.ROLLUP})
"""Fields whose cells may hold an error."""


class Bounds(NamedTuple):
    """`under` implies the predicate, and the predicate implies `over`."""

    over: str
    under: str

    @property
    def negated(self) -> Bounds:
        return Bounds(_not(self.under), _not(self.over))


UNKNOWN = Bounds(_TRUE, _FALSE)
NEVER = Bounds(_FALSE, _FALSE)
ALWAYS = Bounds(_TRUE, _TRUE)


def formula_of(table: Table, predicate: Predicate) -> str | None:
    """A formula that is true of all records of which the predicate is; None: of every record."""
    over = bounds(table, predicate).over
    return None if over == _TRUE or len(over) > LONGEST else over


def bounds(table: Table, predicate: Predicate) -> Bounds:
    match predicate:
        case And(of=parts):
            found = [bounds(table, part) for part in parts]
            return Bounds(_and([one.over for one in found]), _and([one.under for one in found]))
        case Or(of=parts):
            found = [bounds(table, part) for part in parts]
            return Bounds(_or([one.over for one in found]), _or([one.under for one in found]))
        case Not(of=part):
            return bounds(table, part).negated
        case IdIn(ids=ids):
            return _sure(_or([f"RECORD_ID()={_quoted(one)}" for one in ids]))
        case CreatedSince(at=at):
            return _since("CREATED_TIME()", at)
        case ModifiedSince(at=at):
            return Bounds(modified_since(instant(datetime.fromisoformat(at) - _A_SECOND)), _FALSE)
        case _:
            return _cell(table.field(predicate.field), predicate)


def modified_since(at: str) -> str:
    """A formula that is true of the records of which `ModifiedSince(at)` is. Of a record that nobody ever edited
    Airtable may know no modified time at all: then its making decides. What it says of a blank is not known, and an
    error would leave the record out: neither comes to be asked, and whatever fails all the same counts as modified."""
    since_made, since_modified = (_not_before(moment, at) for moment in ("CREATED_TIME()", "LAST_MODIFIED_TIME()"))
    return f"OR({since_made},IF(LAST_MODIFIED_TIME(),{since_modified},FALSE()))"


def _not_before(moment: str, at: str) -> str:
    is_before = f"IS_BEFORE({moment},{_quoted(at)})"
    return f"IF(ISERROR({is_before}),TRUE(),NOT({is_before}))"


def _cell(field: Field, predicate: CellPredicate) -> Bounds:
    match predicate:
        case Eq(value=value):
            return _equal(field, value)
        case Ne(value=value):
            return _equal(field, value).negated
        case In(values=values):
            found = [_equal(field, value) for value in values]
            return Bounds(_or([one.over for one in found]), _or([one.under for one in found]))
        case Lt(value=value):
            return _before(field, value)
        case Ge(value=value):
            return _filled(field, _before(field, value).negated)
        case Le(value=value):
            return _filled(field, _after(field, value).negated)
        case Gt(value=value):
            return _after(field, value)
        case Between(field=name, low=low, high=high):
            lower, upper = _cell(field, Ge(field=name, value=low)), _cell(field, Le(field=name, value=high))
            return Bounds(_and([lower.over, upper.over]), _and([lower.under, upper.under]))
        case Empty():
            return _empty(field)
        case Contains(text=text):
            return _contains(field, text)
        case StartsWith(text=text):
            return _starts(field, text)
        case HasOption(options=options, match=match):
            return _chosen(field, options, all_of=match == "all")
        case HasLink():
            return UNKNOWN  # formulas see what linked records are called, never which they are
        case _:
            assert_never(predicate)


def _equal(field: Field, value: Scalar) -> Bounds:
    match field.kind:
        case Kind.TEXT | Kind.SELECT:
            return _same_text(field, str(value))
        case Kind.CHECKBOX:
            return _sure(_ref(field)) if value is True else _sure(_not(_ref(field)))
        case Kind.NUMBER | Kind.DATE | Kind.INSTANT:
            lower, upper = _after(field, value).negated, _before(field, value).negated
            return _filled(field, Bounds(_and([lower.over, upper.over]), _and([lower.under, upper.under])))
        case _:
            return UNKNOWN


def _same_text(field: Field, value: str) -> Bounds:
    """Exactly equal, for letters that surely mean the same to both."""
    if value == "":
        return NEVER
    if not _is_plain(field) or not _RUN.fullmatch(value):
        return UNKNOWN
    return _guarded(field, f"{_ref(field)}={_quoted(value)}")


def _before(field: Field, value: Scalar) -> Bounds:
    """Below the value, whatever empty cells say to it: `_filled` sees to them where they would count."""
    if field.type in _FAILING:
        return UNKNOWN
    match field.kind:
        case Kind.NUMBER:
            assert not isinstance(value, str)
            return _filled(field, Bounds(f"{_ref(field)}<{_number(value, 1)}", f"{_ref(field)}<{_number(value, -1)}"))
        case Kind.DATE | Kind.INSTANT:
            later, earlier = _moment(field, value, 1), _moment(field, value, -1)
            return Bounds(_dated(field, "IS_BEFORE", later, _TRUE), _dated(field, "IS_BEFORE", earlier, _FALSE))
        case _:
            return UNKNOWN


def _after(field: Field, value: Scalar) -> Bounds:
    if field.type in _FAILING:
        return UNKNOWN
    match field.kind:
        case Kind.NUMBER:
            assert not isinstance(value, str)
            return _filled(field, Bounds(f"{_ref(field)}>{_number(value, -1)}", f"{_ref(field)}>{_number(value, 1)}"))
        case Kind.DATE | Kind.INSTANT:
            later, earlier = _moment(field, value, 1), _moment(field, value, -1)
            return Bounds(_dated(field, "IS_AFTER", earlier, _TRUE), _dated(field, "IS_AFTER", later, _FALSE))
        case _:
            return UNKNOWN


def _dated(field: Field, function: str, moment: str | None, beyond: str) -> str:
    """`IF` keeps empty cells from the function: what it says of them is not known. `beyond`: what is said instead where
    the moment is outside the calendar."""
    if moment is None:
        return beyond
    return f"IF({_ref(field)},{function}({_ref(field)},{_quoted(moment)}),FALSE())"


def _filled(field: Field, found: Bounds) -> Bounds:
    """And there is something in the cell: to Airtable an empty one is 0."""
    filled = _not(_is_blank(field))
    return Bounds(_and([filled, found.over]), _and([filled, found.under])) if found != UNKNOWN else UNKNOWN


def _empty(field: Field) -> Bounds:
    match field.kind:
        case Kind.CHECKBOX:
            return NEVER
        case Kind.TEXT | Kind.NUMBER | Kind.DATE | Kind.INSTANT | Kind.SELECT | Kind.SELECTS:
            return UNKNOWN if field.type in _FAILING else _sure(_is_blank(field))
        case _:
            return UNKNOWN


def _contains(field: Field, text: str) -> Bounds:
    """By the longest part of it that formulas can spell."""
    runs = sorted(_RUN.findall(fold(text)), key=len)
    if not _is_plain(field) or not runs:
        return UNKNOWN
    return Bounds(_guarded(field, f"FIND({_quoted(runs[-1])},LOWER({_ref(field)}&''))>0").over, _FALSE)


def _starts(field: Field, text: str) -> Bounds:
    run = _RUN.match(fold(text))
    if not _is_plain(field) or run is None:
        return UNKNOWN
    return Bounds(_guarded(field, f"FIND({_quoted(run[0])},LOWER({_ref(field)}&''))=1").over, _FALSE)


def _chosen(field: Field, options: Sequence[str], *, all_of: bool) -> Bounds:
    """A cell of several options is their names with commas between: a name may be found within another's."""
    if field.kind not in {Kind.SELECT, Kind.SELECTS} or not options:
        return UNKNOWN
    found = [_option(field, option) for option in options]
    return Bounds(_and(found) if all_of else _or(found), _FALSE)


def _option(field: Field, option: str) -> str:
    if not _RUN.fullmatch(option) or '"' in option or "\\" in option:
        return _TRUE
    return f"FIND({_quoted(option)},{_ref(field)}&'')>0"


def _since(moment: str, at: str) -> Bounds:
    told = datetime.fromisoformat(at)
    earlier, later = _quoted(instant(told - _A_SECOND)), _quoted(instant(told + _A_SECOND))
    return Bounds(f"NOT(IS_BEFORE({moment},{earlier}))", f"NOT(IS_BEFORE({moment},{later}))")


def _moment(field: Field, value: Scalar, way: int) -> str | None:
    """The date or instant, moved to the safe side by more than either system could be off by."""
    try:
        if field.kind is Kind.DATE:
            return (date.fromisoformat(str(value)) + way * _A_DAY).isoformat()
        return instant(datetime.fromisoformat(str(value)).astimezone(UTC) + way * _A_SECOND)
    except OverflowError:
        return None


def _number(value: float, way: int) -> str:
    """Written out, moved to the safe side."""
    exact = Decimal(repr(value))
    margin = max(abs(exact) * Decimal("1e-9"), Decimal("1e-9"))
    return format(exact + way * margin, "f")


def _is_plain(field: Field) -> bool:
    return field.type in _PLAIN or (field.type in _FAILING and field.kind is Kind.TEXT)


def _guarded(field: Field, condition: str) -> Bounds:
    """An error in the cell would spoil all that stands beside it; and of a computed text less is certain."""
    if field.type in _FAILING:
        return Bounds(f"IF(ISERROR({_ref(field)}),FALSE(),{condition})", _FALSE)
    return _sure(condition)


def _is_blank(field: Field) -> str:
    return f"LEN({_ref(field)}&'')=0"


def _sure(condition: str) -> Bounds:
    return Bounds(condition, condition)


def _ref(field: Field) -> str:
    return f"{{{field.id}}}"


def _quoted(text: str) -> str:
    """As a literal. Only what `_RUN` matches, ids and instants come here."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _and(parts: Sequence[str]) -> str:
    needed = [part for part in dict.fromkeys(parts) if part != _TRUE]
    if _FALSE in needed:
        return _FALSE
    return f"AND({','.join(needed)})" if len(needed) > 1 else (needed or [_TRUE])[0]


def _or(parts: Sequence[str]) -> str:
    needed = [part for part in dict.fromkeys(parts) if part != _FALSE]
    if _TRUE in needed:
        return _TRUE
    return f"OR({','.join(needed)})" if len(needed) > 1 else (needed or [_FALSE])[0]


def _not(part: str) -> str:
    return {_TRUE: _FALSE, _FALSE: _TRUE}.get(part) or f"NOT({part})"
