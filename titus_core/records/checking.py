"""Predicates from outside, made sound: names to ids, values to the form of cells, and what makes no sense refused with
its place in the tree (`filter.of[1].value`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Field, Kind, Table
from titus_core.records.errors import UnknownField
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
from titus_core.records.values import RECORD_ID, clean, day_of, instant, instant_of, scalar

DEEPEST = 20
MOST_NODES = 500
MOST_VALUES = 1000
"""Of one list in a node."""

_COMPARED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.CHECKBOX, Kind.DATE, Kind.INSTANT, Kind.SELECT, Kind.LIST})
_ORDERED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.INSTANT})
_TEXTUAL = frozenset({Kind.TEXT, Kind.SELECT, Kind.LIST})
_CHOSEN = frozenset({Kind.SELECT, Kind.SELECTS, Kind.LIST})


def checked(table: Table, predicate: Predicate, zone: str, path: str = "filter") -> Predicate:
    """The same question, sound. `zone` is where a day begins when a date is compared with instants whose field names no
    zone of its own. Raises `Invalid` (`UnknownField` for fields), naming the node."""
    return _Checker(table, zone).node(predicate, path, 1)


class _Checker:
    def __init__(self, table: Table, zone: str) -> None:
        self._table = table
        self._zone = zone
        self._nodes = 0

    def node(self, predicate: Predicate, path: str, depth: int) -> Predicate:
        self._nodes += 1
        if depth > DEEPEST or self._nodes > MOST_NODES:
            raise Invalid(path, f"is too much: {DEEPEST} levels and {MOST_NODES} nodes are the most")
        match predicate:
            case And(of=parts):
                return And(of=self._parts(parts, path, depth))
            case Or(of=parts):
                return Or(of=self._parts(parts, path, depth))
            case Not(of=part):
                return Not(of=self.node(part, f"{path}.of", depth + 1))
            case IdIn(ids=ids):
                _check_ids(ids, path)
                return predicate
            case ModifiedSince(at=at) | CreatedSince(at=at):
                return replace(predicate, at=_sound(f"{path}.at", instant_of, at))
            case _:
                return self._cell(predicate, path)

    def _parts(self, parts: tuple[Predicate, ...], path: str, depth: int) -> tuple[Predicate, ...]:
        return tuple(self.node(part, f"{path}.of[{place}]", depth + 1) for place, part in enumerate(parts))

    def _cell(self, predicate: CellPredicate, path: str) -> Predicate:
        field = self._field(predicate.field, path)
        match predicate:
            case Eq() | Ne():
                _demand(field, _COMPARED, predicate, path)
                return self._compared(predicate, field, f"{path}.value")
            case Lt() | Le() | Gt() | Ge():
                _demand(field, _ORDERED, predicate, path)
                return self._compared(predicate, field, f"{path}.value")
            case Between(low=low, high=high):
                _demand(field, _ORDERED, predicate, path)
                lower = self._compared(Ge(field=field.id, value=low), field, f"{path}.low")
                upper = self._compared(Le(field=field.id, value=high), field, f"{path}.high")
                return And(of=(lower, upper))
            case In(values=values):
                _demand(field, _COMPARED, predicate, path)
                return self._in(field, values, path)
            case Empty():
                return Empty(field=field.id)
            case Contains() | StartsWith():
                _demand(field, _TEXTUAL, predicate, path)
                return replace(predicate, field=field.id, text=clean(predicate.text))
            case HasOption(options=options):
                _demand(field, _CHOSEN, predicate, path)
                return replace(predicate, field=field.id, options=_options(field, tuple(map(clean, options)), path))
            case HasLink(ids=ids):
                _demand(field, frozenset({Kind.LINKS}), predicate, path)
                _check_ids(ids, path)
                return replace(predicate, field=field.id)
            case _:
                assert_never(predicate)

    def _field(self, word: str, path: str) -> Field:
        try:
            return self._table.named(word)
        except UnknownField as error:
            raise Invalid(f"{path}.field", str(error)) from error

    def _in(self, field: Field, values: tuple[Scalar, ...], path: str) -> Predicate:
        _check_size(len(values), f"{path}.values")
        parts = tuple(
            self._compared(Eq(field=field.id, value=value), field, f"{path}.values[{place}]")
            for place, value in enumerate(values)
        )
        if all(isinstance(part, Eq) for part in parts):
            return In(field=field.id, values=tuple(part.value for part in parts if isinstance(part, Eq)))
        return Or(of=parts)

    def _compared(self, node: Eq | Ne | Lt | Le | Gt | Ge, field: Field, path: str) -> Predicate:
        if field.kind is Kind.INSTANT and isinstance(node.value, str) and len(node.value) == len("2026-11-30"):
            return self._on_day(node, field, path)
        value = _sound(path, lambda raw: scalar(field, raw), node.value)
        if field.kind is Kind.SELECT:
            _options(field, (str(value),), path)
        return replace(node, field=field.id, value=value)

    def _on_day(self, node: Eq | Ne | Lt | Le | Gt | Ge, field: Field, path: str) -> Predicate:
        """A whole day, as the people live it: from its midnight to the next one in their zone."""
        day = date.fromisoformat(_sound(path, day_of, node.value))
        zone = ZoneInfo(field.zone or self._zone)
        begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        match node:
            case Eq():
                return And(of=(Ge(field=field.id, value=begins), Lt(field=field.id, value=ends)))
            case Ne():
                return Not(of=And(of=(Ge(field=field.id, value=begins), Lt(field=field.id, value=ends))))
            case Lt():
                return Lt(field=field.id, value=begins)
            case Le():
                return Lt(field=field.id, value=ends)
            case Gt():
                return Ge(field=field.id, value=ends)
            case Ge():
                return Ge(field=field.id, value=begins)
            case _:
                assert_never(node)


def _midnight(day: date, zone: ZoneInfo) -> str:
    return instant(datetime(day.year, day.month, day.day, tzinfo=zone))


def _sound(path: str, read: Any, raw: Any) -> Any:
    try:
        return read(raw)
    except (ValueError, TypeError, OverflowError) as error:
        told = str(error)
        raise Invalid(path, told if told.startswith(("must ", "cannot ", "is not ")) else "cannot be read") from error


def _demand(field: Field, kinds: frozenset[Kind], predicate: CellPredicate, path: str) -> None:
    if field.kind not in kinds:
        name = type(predicate).__struct_config__.tag
        raise Invalid(f"{path}.op", f"{name} cannot be asked of {field.api}, which is of kind {field.kind.value}")


def _options(field: Field, options: tuple[str, ...], path: str) -> tuple[str, ...]:
    """Options that were never there are a spelling mistake: no answer would tell. Of lists nobody knows them all."""
    _check_size(len(options), path)
    names = [option.name for option in field.options]
    for option in options if field.kind is not Kind.LIST else ():
        if option not in names:
            raise Invalid(path, f"{field.api} has no option {option!r}")
    return options


def _check_ids(ids: tuple[str, ...], path: str) -> None:
    _check_size(len(ids), f"{path}.ids")
    for place, one in enumerate(ids):
        if not RECORD_ID.fullmatch(one):
            raise Invalid(f"{path}.ids[{place}]", "must be a record id: rec and 14 letters or digits")


def _check_size(size: int, path: str) -> None:
    if size > MOST_VALUES:
        raise Invalid(path, f"takes {MOST_VALUES:,} at most")
