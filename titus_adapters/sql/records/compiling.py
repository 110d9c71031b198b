"""Predicates as SQL. Proven equal to `titus_core.records.evaluating` by `tests/contracts/records`.

A clause's text depends on the predicate's shape alone; its values are named binds, numbered as they are met, so that
`values_of` can tell them for every other predicate of that shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import ge, gt, le, lt
from typing import Any, assert_never

import msgspec
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import TypeEngine

from titus_adapters.sql.lists import among
from titus_adapters.sql.records.elements import (
    Begins,
    ChosenAll,
    ChosenAny,
    HasElement,
    IsAll,
    IsAny,
    ListHolds,
    MisfitOf,
    NamedElements,
    TextElement,
    Untrue,
    Within,
)
from titus_adapters.sql.records.folded import folded
from titus_adapters.sql.records.tables import MISFITS, RecordTable, RecordTables
from titus_adapters.sql.records.types import CellInstant, CellJson, CellNames, CellText
from titus_core.kernel.errors import Misuse
from titus_core.records.catalogue import Kind
from titus_core.records.folding import fold
from titus_core.records.model import FieldId
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

_COMPARE: dict[type, Callable[[Any, Any], Any]] = {Lt: lt, Le: le, Gt: gt, Ge: ge}


def condition_of(tables: RecordTables, table: RecordTable, predicate: Predicate) -> ColumnElement[bool]:
    """The clause for all predicates of this shape; true of exactly those rows of which the predicate holds."""
    return _Compiler(tables, table).clause(predicate)


def values_of(predicate: Predicate) -> dict[str, object]:
    """The binds of the predicate's clause."""
    given: dict[str, object] = {}
    for place, (value, node) in enumerate(_values(predicate)):
        given[f"v{place}"] = value
        given[f"n{place}"] = node
    return given


def shape_of(predicate: Predicate) -> object:
    """Equal for predicates that have the same clause."""
    match predicate:
        case And(of=parts) | Or(of=parts):
            return type(predicate), *map(shape_of, parts)
        case Not(of=part):
            return Not, shape_of(part)
        case IdIn() | CreatedSince() | ModifiedSince():
            return type(predicate)
        case In(field=field, values=values):
            return In, field, len(values)
        case HasOption(field=field, match=match):
            return HasOption, field, match
        case _:
            return type(predicate), predicate.field


def _values(predicate: Predicate) -> Iterator[tuple[object, str | None]]:
    """In the order in which `_Compiler` binds them, each with the whole node as JSON."""
    match predicate:
        case And(of=parts) | Or(of=parts):
            for part in parts:
                yield from _values(part)
        case Not(of=part):
            yield from _values(part)
        case IdIn(ids=ids) | HasLink(ids=ids):
            yield list(ids), None
        case CreatedSince(at=at) | ModifiedSince(at=at):
            yield at, None
        case Ne(field=field, value=value):
            yield value, _node(Eq(field=field, value=value))
        case Eq(value=value) | Lt(value=value) | Le(value=value) | Gt(value=value) | Ge(value=value):
            yield value, _node(predicate)
        case Between(low=low, high=high):
            yield low, None
            yield high, None
        case In(values=values):
            for place, value in enumerate(values):
                yield value, _node(predicate) if place == 0 else None
        case Contains(text=text) | StartsWith(text=text):
            yield fold(text), _node(predicate)
        case HasOption(options=options):
            yield list(options), _node(predicate)
        case Empty():
            return
        case _:
            assert_never(predicate)


class _Compiler:
    def __init__(self, tables: RecordTables, table: RecordTable) -> None:
        self._tables = tables
        self._table = table
        self._bound = 0

    def clause(self, predicate: Predicate) -> ColumnElement[bool]:
        columns = self._table.table.c
        match predicate:
            case And(of=parts):
                return sa.and_(sa.true(), *map(self.clause, parts))
            case Or(of=parts):
                return sa.or_(sa.false(), *map(self.clause, parts))
            case Not(of=part):
                return _untrue(self.clause(part))
            case IdIn():
                return among(columns.id, self._name())
            case CreatedSince():
                return columns.created_time >= self._bind(CellInstant())
            case ModifiedSince():
                return columns.modified_time >= self._bind(CellInstant())
            case _:
                return self._cell(predicate)

    def _cell(self, predicate: CellPredicate) -> ColumnElement[bool]:
        field = predicate.field
        kind = self._table.told.field(field).kind
        match predicate:
            case Ne():
                return _untrue(self._cell(Eq(field=field, value=predicate.value)))
            case Empty():
                return self._empty(field, kind)
            case HasLink():
                links = self._table.links[field]
                linked = among(links.theirs, self._name())
                return sa.exists().where(links.mine == self._table.table.c.id, linked)
            case _ if kind is Kind.LIST:
                return self._of_list(predicate)
            case Eq():
                return self._column(field) == self._bind(self._column(field).type)
            case In(values=values):
                return self._among(field, len(values))
            case Lt() | Le() | Gt() | Ge():
                column = self._column(field)
                compared: ColumnElement[bool] = _COMPARE[type(predicate)](column, self._bind(column.type))
                return compared
            case Between():
                column = self._column(field)
                return sa.and_(column >= self._bind(column.type), column <= self._bind(column.type))
            case Contains():
                return Within(folded(self._column(field)), self._bind(CellText()))
            case StartsWith():
                return Begins(folded(self._column(field)), self._bind(CellText()))
            case HasOption(match=match):
                return self._chosen(field, kind, match)
            case _:
                assert_never(predicate)

    def _column(self, field: FieldId) -> sa.Column[Any]:
        return self._table.columns[field]

    def _name(self) -> str:
        name = f"v{self._bound}"
        self._bound += 1
        return name

    def _bind(self, kind: TypeEngine[Any]) -> sa.BindParameter[Any]:
        return sa.bindparam(self._name(), type_=kind)

    def _empty(self, field: FieldId, kind: Kind) -> ColumnElement[bool]:
        mine = self._table.table.c.id
        if kind is Kind.CHECKBOX:
            return sa.false()
        if kind is Kind.LINKS:
            return sa.not_(sa.exists().where(self._table.links[field].mine == mine))
        if kind is Kind.ATTACHMENTS:
            files = self._tables.attachments.c
            return sa.not_(sa.exists().where(files.record_id == mine, files.field_id == _literal(field)))
        misfits = self._table.table.c[MISFITS]
        return sa.and_(
            self._column(field).is_(None),
            sa.or_(misfits.is_(None), sa.not_(MisfitOf(misfits, _literal(field)))),
        )

    def _among(self, field: FieldId, count: int) -> ColumnElement[bool]:
        """One by one: a list in one bind would go through JSON on SQLite, which misses floating point by a hair."""
        column = self._column(field)
        return column.in_([self._bind(column.type) for _ in range(count)]) if count else sa.false()

    def _chosen(self, field: FieldId, kind: Kind, match: str) -> ColumnElement[bool]:
        column, given = self._column(field), self._bind(CellNames())
        if kind is Kind.SELECTS:
            return ChosenAny(column, given) if match == "any" else ChosenAll(column, given)
        return IsAny(column, given) if match == "any" else IsAll(column, given)

    def _of_list(self, predicate: CellPredicate) -> ColumnElement[bool]:
        """Each comparison of a list is of its elements."""
        column = self._column(predicate.field)
        match predicate:
            case In(values=values):
                names = [self._name() for _ in values]
                each = [HasElement(column, sa.bindparam(name, type_=CellJson())) for name in names]
                return ListHolds(column, _node_bind(names[0]), sa.or_(*each)) if names else sa.false()
            case Eq():
                name = self._name()
                value = sa.bindparam(name, type_=CellJson())
                return ListHolds(column, _node_bind(name), HasElement(column, value))
            case Contains() | StartsWith():
                name = self._name()
                text = sa.bindparam(name, type_=CellText())
                begins = isinstance(predicate, StartsWith)
                return ListHolds(column, _node_bind(name), TextElement(column, text, begins=begins))
            case HasOption(match=match):
                name = self._name()
                options = sa.bindparam(name, type_=CellNames())
                return ListHolds(column, _node_bind(name), NamedElements(column, options, match))
            case _:
                raise Misuse(f"{type(predicate).__name__} cannot be asked of a list")


def _node_bind(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name.replace("v", "n"), type_=CellText())


def _node(predicate: CellPredicate) -> str:
    return msgspec.json.encode(predicate).decode()


def _literal(field: FieldId) -> ColumnElement[str]:
    """An id of the catalogue, which is letters and digits."""
    assert field.isalnum()
    return sa.literal_column(f"'{field}'", CellText())


def _untrue(clause: ColumnElement[bool]) -> ColumnElement[bool]:
    """Two-valued: what is unknown to SQL is false."""
    return Untrue(clause)
