"""`among(column, "ids")`: is the column one of a list of values, given in one bind."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement

from titus_adapters.sql.types import Listed


class Among(ColumnElement[bool]):
    """Spelled differently by each database."""

    inherit_cache = False
    type = sa.Boolean()
    # Without this SQLAlchemy writes `… = 1` behind it on SQLite, and SQLite no longer uses the column's index.
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.values: sa.BindParameter[Any] = sa.bindparam(name, type_=Listed(column.type))


def among(column: ColumnElement[Any], name: str) -> Among:
    """Whether the column is one of the values bound as `name`."""
    return Among(column, name)


@compiles(Among, "sqlite")
def _in_json(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.values, **kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # compiled, with a bind


@compiles(Among, "postgresql")
def _any_of_array(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.column, **kw)} = ANY({compiler.process(element.values, **kw)})"
