"""The order of `titus_core.records.sorting` in SQL, and the question what comes behind a place in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement

from titus_core.records.catalogue import Field, Kind


class EmptiesFirst(ColumnElement[Any]):
    """A column of an index in which empty cells come first: as SQLite has it anyway, and cannot say."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type


def empties_first(column: ColumnElement[Any]) -> EmptiesFirst:
    return EmptiesFirst(column)


@compiles(EmptiesFirst, "sqlite")
def _plain(element: EmptiesFirst, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.column, **kw)


@compiles(EmptiesFirst, "postgresql")
def _first(element: EmptiesFirst, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.column, **kw)} NULLS FIRST"


class Ordered:
    """One sort: its expression, which way, and whether the place begins behind an empty cell of it. `bind` makes the
    bind of the place's own value."""

    def __init__(self, expression: ColumnElement[Any], *, descending: bool) -> None:
        self.expression = expression
        self.descending = descending

    @property
    def term(self) -> ColumnElement[Any]:
        """For ORDER BY: empty cells first, or last when descending."""
        by = self.expression
        return by.desc().nulls_last() if self.descending else by.asc().nulls_first()

    def behind(self, value: ColumnElement[Any] | None) -> ColumnElement[bool]:
        """Whether a row's cell comes behind this one; None: the empty cell."""
        if value is None:
            return sa.false() if self.descending else self.expression.is_not(None)
        if self.descending:
            return sa.or_(self.expression < value, self.expression.is_(None))
        return self.expression > value

    def same(self, value: ColumnElement[Any] | None) -> ColumnElement[bool]:
        return self.expression.is_(None) if value is None else self.expression == value

    def not_before(self, value: ColumnElement[Any] | None) -> ColumnElement[bool] | None:
        """What an index can begin at; None: there is no such."""
        if value is None or self.descending:
            return None
        return self.expression >= value


def ordered_by(field: Field, column: sa.Column[Any], *, descending: bool) -> Ordered:
    """Choices go by their place among the options; one that is there no more comes behind all."""
    if field.kind is not Kind.SELECT:
        return Ordered(column, descending=descending)
    places = {option.name: place for place, option in enumerate(field.options)}
    return Ordered(_place(column, places), descending=descending)


def _place(column: sa.Column[Any], places: dict[str, int]) -> ColumnElement[Any]:
    """Names become literals of a table of ours, never of a request."""
    whens: list[tuple[Any, Any]] = [
        (column == sa.literal_column(_quoted(name)), sa.literal_column(str(at))) for name, at in places.items()
    ]
    known = sa.case(*whens, else_=sa.literal_column(str(len(places)))) if whens else sa.literal_column("0")
    return sa.case((column.is_(None), sa.null()), else_=known)


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def behind(orders: Sequence[Ordered], values: Sequence[ColumnElement[Any] | None], by_id: ColumnElement[bool]) -> Any:
    """Whether a row comes behind the place whose sort key these values are; `by_id`: behind it among equals."""
    condition = by_id
    for order, value in reversed(list(zip(orders, values, strict=True))):
        condition = sa.or_(order.behind(value), sa.and_(order.same(value), condition))
    bound = orders[0].not_before(values[0]) if orders else None
    return condition if bound is None else sa.and_(bound, condition)
