"""Cells as they leave the database: in the form that records have them, so that nobody converts them afterwards. Of a
page of a hundred records, converting times and decimals in Python took longer than asking for it. (Dates stay what they
are: there are few of them.)"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement

from titus_adapters.sql.records.types import CellInstant, CellNumber, CellText

_FIRST, _LAST = "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"
"""What asyncpg stores as infinities, which have no text."""

_INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'


class _Told(ColumnElement[Any]):
    inherit_cache = False

    def __init__(self, column: sa.Column[Any]) -> None:
        self.column = column
        self.type = column.type if isinstance(column.type, CellNumber) else CellText()


class _ToldInstant(_Told):
    """`2026-11-30T01:02:03.000Z`"""


class _ToldNumber(_Told):
    """64 bits of floating point: the very number whose shortest decimal is kept."""


def told(column: sa.Column[Any]) -> ColumnElement[Any]:
    """The column, for the head of a SELECT; comparisons and orders are of the column itself."""
    match column.type:
        case CellInstant():
            return _ToldInstant(column)
        case CellNumber():
            return _ToldNumber(column)
        case _:
            return column


@compiles(_Told, "sqlite")
def _as_it_is(element: _Told, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.column, **kw)


@compiles(_ToldInstant, "postgresql")
def _as_instant(element: _ToldInstant, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    return (
        f"coalesce(to_char({column} AT TIME ZONE 'UTC', '{_INSTANT}'), "
        f"CASE {column} WHEN '-infinity' THEN '{_FIRST}' WHEN 'infinity' THEN '{_LAST}' END)"
    )


@compiles(_ToldNumber, "postgresql")
def _as_number(element: _ToldNumber, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.column, **kw)}::float8"
