"""Questions about cells that hold several things, which each database spells in its own way."""

from __future__ import annotations

import sqlite3
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement

from titus_core.records.evaluating import of_cell
from titus_core.records.predicates import CellPredicate
from titus_core.records.values import carried

HOLDS = "titus_holds"
_NODES: msgspec.json.Decoder[CellPredicate] = msgspec.json.Decoder(CellPredicate)


class _Condition(ColumnElement[bool]):
    """Base: something that is true or false of `column`, given what is bound."""

    inherit_cache = False
    type = sa.Boolean()
    _is_implicitly_boolean = True  # or SQLAlchemy writes `… = 1` behind it

    def __init__(self, column: ColumnElement[Any], given: ColumnElement[Any]) -> None:
        self.column = column
        self.given = given


class Within(_Condition):
    """The text has the given one within it."""


class Begins(_Condition):
    """The text begins with the given one."""


class IsAny(_Condition):
    """The one option of the cell is one of the given ones."""


class IsAll(_Condition):
    """The one option of the cell is each of the given ones."""


class ChosenAny(_Condition):
    """One of the given options is among those of the cell."""


class ChosenAll(_Condition):
    """Each of the given options is among those of the cell."""


class HasElement(_Condition):
    """On PostgreSQL: a list has the given scalar in it."""


class TextElement(_Condition):
    """On PostgreSQL: one text of a list contains the given one, or begins with it."""

    def __init__(self, column: ColumnElement[Any], given: ColumnElement[Any], *, begins: bool) -> None:
        super().__init__(column, given)
        self.begins = begins


class NamedElements(_Condition):
    """On PostgreSQL: any, or each, of the given texts is in a list."""

    def __init__(self, column: ColumnElement[Any], given: ColumnElement[Any], match: Literal["any", "all"]) -> None:
        super().__init__(column, given)
        self.every = match == "all"


class Untrue(_Condition):
    """The clause is false, or unknown to SQL."""

    def __init__(self, clause: ColumnElement[bool]) -> None:
        super().__init__(clause, clause)


class ListHolds(_Condition):
    """Of a list kept as JSON. SQLite is given the whole node and asks Python, whose floating point its own reading of
    JSON would miss by a hair; PostgreSQL is given a clause."""

    def __init__(self, column: ColumnElement[Any], node: ColumnElement[Any], clause: ColumnElement[bool]) -> None:
        super().__init__(column, node)
        self.clause = clause


class MisfitOf(_Condition):
    """Among the misfits of a row there is one of the field whose id is given."""


def give_holds(connection: sqlite3.Connection) -> None:
    """Let statements on this connection ask about lists."""
    connection.create_function(HOLDS, 2, _holds, deterministic=True)


def _holds(node: str, cell: str | None) -> bool:
    return of_cell(_NODES.decode(node))(None if cell is None else carried(msgspec.json.decode(cell)))


@compiles(ChosenAny, "sqlite")
def _any_in_json(element: ChosenAny, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"EXISTS (SELECT 1 FROM json_each({cell}) WHERE value IN (SELECT value FROM json_each({given})))"  # noqa: S608


@compiles(ChosenAny, "postgresql")
def _overlap(element: ChosenAny, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"coalesce({cell}, '{{}}') && {given}"


@compiles(ChosenAll, "sqlite")
def _all_in_json(element: ChosenAll, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return (
        f"NOT EXISTS (SELECT 1 FROM json_each({given}) WHERE value NOT IN "  # noqa: S608
        f"(SELECT value FROM json_each({cell})))"
    )


@compiles(ChosenAll, "postgresql")
def _contain(element: ChosenAll, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"coalesce({cell}, '{{}}') @> {given}"


@compiles(IsAll, "sqlite")
def _no_other(element: IsAll, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"NOT EXISTS (SELECT 1 FROM json_each({given}) WHERE value IS NOT {cell})"  # noqa: S608


@compiles(IsAll, "postgresql")
def _equals_all(element: IsAll, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"{cell} = ALL({given})"


@compiles(ListHolds, "sqlite")
def _asked_of_python(element: ListHolds, compiler: SQLCompiler, **kw: Any) -> str:
    cell, node = _both(element, compiler, kw)
    return f"{HOLDS}({node}, {cell})"


@compiles(ListHolds, "postgresql")
def _by_clause(element: ListHolds, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.clause, **kw)})"


@compiles(MisfitOf, "sqlite")
def _has_path(element: MisfitOf, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"json_type({cell}, '$.' || {given}) IS NOT NULL"


@compiles(MisfitOf, "postgresql")
def _has_key(element: MisfitOf, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"coalesce(jsonb_exists({cell}, {given}), false)"


def _both(element: _Condition, compiler: SQLCompiler, kw: Any) -> tuple[str, str]:
    return compiler.process(element.column, **kw), compiler.process(element.given, **kw)


@compiles(Untrue)
def _untrue(element: Untrue, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.column, **kw)}) IS NOT TRUE"


@compiles(Within, "sqlite")
def _instr(element: Within, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"instr({cell}, {given}) > 0"


@compiles(Within, "postgresql")
def _strpos(element: Within, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"strpos({cell}, {given}) > 0"


@compiles(Begins, "sqlite")
def _substr(element: Begins, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"instr({cell}, {given}) = 1"


@compiles(Begins, "postgresql")
def _starts_with(element: Begins, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"starts_with({cell}, {given})"


@compiles(IsAny, "sqlite")
def _in_given(element: IsAny, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"{cell} IN (SELECT value FROM json_each({given}))"  # noqa: S608  # compiled, with a bind


@compiles(IsAny, "postgresql")
def _any_given(element: IsAny, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"{cell} = ANY({given})"


@compiles(HasElement, "postgresql")
def _contains_scalar(element: HasElement, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    return f"{cell} @> {given}"


@compiles(TextElement, "postgresql")
def _some_text(element: TextElement, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    text = "titus_fold(e #>> '{}')"
    found = f"starts_with({text}, {given})" if element.begins else f"strpos({text}, {given}) > 0"
    return f"EXISTS (SELECT 1 FROM {_elements(cell)} WHERE jsonb_typeof(e) = 'string' AND {found})"  # noqa: S608


@compiles(NamedElements, "postgresql")
def _named(element: NamedElements, compiler: SQLCompiler, **kw: Any) -> str:
    cell, given = _both(element, compiler, kw)
    names = f"SELECT e #>> '{{}}' FROM {_elements(cell)} WHERE jsonb_typeof(e) = 'string'"  # noqa: S608
    if not element.every:
        return f"EXISTS ({names} AND (e #>> '{{}}') = ANY({given}))"
    return f"NOT EXISTS (SELECT 1 FROM unnest({given}) AS o WHERE o NOT IN ({names}))"  # noqa: S608


def _elements(cell: str) -> str:
    """Of a list its elements; what is no list is one of itself."""
    return (
        f"jsonb_array_elements(CASE jsonb_typeof({cell}) WHEN 'array' THEN {cell} "
        f"ELSE jsonb_build_array({cell}) END) AS e"
    )
