"""SQL written once in SQLAlchemy Core, compiled once per database to text, and run by the bare driver.

Every value is a named bind: a literal would be baked into the text that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import starmap
from operator import itemgetter
from typing import Any, Generic, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

from titus_adapters.sql.types import Convert

R = TypeVar("R")

Params: TypeAlias = Mapping[str, object]

SQLITE: Dialect = sqlite.dialect()
POSTGRES: Dialect = asyncpg_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it bare


class Prepared:
    """A statement's text for one database, and how its values go in."""

    __slots__ = ("_converts", "_fixed", "_pick", "text")

    def __init__(self, statement: sa.Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every statement here is a clause too
        assert isinstance(compiled, SQLCompiler)
        if compiled.insert_prefetch or compiled.update_prefetch or compiled.post_compile_params:
            raise TypeError(f"give every value as a bind of its own: {compiled}")
        names = compiled.positiontup or ()
        self.text = compiled.string
        self._fixed = {name: compiled.params[name] for name in names if not compiled.binds[name].required}
        self._pick = _picking(names)
        self._converts = _present(_binding(compiled.binds[name].type, dialect) for name in names)

    def bind(self, params: Params) -> list[Any]:
        """The values in the order in which the text wants them."""
        values = list(self._pick({**self._fixed, **params} if self._fixed else params))
        for place, convert in self._converts:
            values[place] = convert(values[place])
        return values


class Query(Generic[R]):
    """A SELECT; `row` makes the result of one row's columns."""

    def __init__(self, select: sa.Select[Any], row: Callable[..., R]) -> None:
        self._select, self._row = select, row

    @cached_property
    def sqlite(self) -> PreparedQuery[R]:
        return PreparedQuery(self._select, SQLITE, self._row)

    @cached_property
    def postgres(self) -> PreparedQuery[R]:
        return PreparedQuery(self._select, POSTGRES, self._row)


class PreparedQuery(Prepared, Generic[R]):
    """A query's text for one database, and how its rows come out."""

    __slots__ = ("_columns", "_row", "read")

    def __init__(self, select: sa.Select[Any], dialect: Dialect, row: Callable[..., R]) -> None:
        super().__init__(select, dialect)
        self._row = row
        self._columns = _present(_reading(column["type"], dialect) for column in select.column_descriptions)
        self.read: Callable[[Any], R] = self._convert if self._columns else self._plain

    def read_all(self, rows: Sequence[Any]) -> list[R]:
        """The same of many rows, column by column: a page of records has thousands of cells."""
        if not self._columns or not rows:
            return list(starmap(self._row, rows))
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for place, convert in self._columns:
            columns[place] = map(convert, columns[place])
        return list(map(self._row, *columns))

    def _plain(self, values: Any) -> R:
        return self._row(*values)

    def _convert(self, values: Any) -> R:
        read = list(values)
        for place, convert in self._columns:
            read[place] = convert(read[place])
        return self._row(*read)


class Command:
    """An INSERT, UPDATE or DELETE. `key` names the binds that say which one row of `table` it touches, if just one:
    commands on different rows may go to the database together."""

    def __init__(self, on_sqlite: sa.UpdateBase, on_postgres: sa.UpdateBase, key: tuple[str, ...] | None) -> None:
        self._on_sqlite, self._on_postgres = on_sqlite, on_postgres
        self.table: str = on_sqlite.entity_description["table"].name
        self.key = key

    @cached_property
    def sqlite(self) -> Prepared:
        return Prepared(self._on_sqlite, SQLITE)

    @cached_property
    def postgres(self) -> Prepared:
        return Prepared(self._on_postgres, POSTGRES)


def change(statement: sa.Update | sa.Delete, *key: str) -> Command:
    """An UPDATE or DELETE, the same on both databases."""
    return Command(statement, statement, key or None)


def insert(table: sa.Table, *key: str, values: Mapping[str, Any] | None = None) -> Command:
    """Insert one row, or nothing if it breaks a unique constraint: expect 1 to be told."""
    columns = values if values is not None else binds(table)
    return Command(
        sqlite.insert(table).values(columns).on_conflict_do_nothing().inline(),
        postgresql.insert(table).values(columns).on_conflict_do_nothing().inline(),
        key or None,
    )


def upsert(table: sa.Table, *key: str, unless: sa.ColumnElement[bool] | None = None) -> Command:
    """Insert one row or replace the one with this key; `unless` names stored rows that must stay as they are."""
    where = None if unless is None else sa.not_(unless)
    on_sqlite = sqlite.insert(table).values(binds(table)).inline()
    on_postgres = postgresql.insert(table).values(binds(table)).inline()
    return Command(
        on_sqlite.on_conflict_do_update(index_elements=key, set_=_new(on_sqlite.excluded, key), where=where),
        on_postgres.on_conflict_do_update(index_elements=key, set_=_new(on_postgres.excluded, key), where=where),
        key,
    )


def bind(column: sa.ColumnElement[Any], name: str | None = None) -> sa.BindParameter[Any]:
    """A value to be given, of the column's type; its name defaults to the column's."""
    return sa.bindparam(name or column.key, type_=column.type)


def binds(table: sa.Table) -> dict[str, sa.BindParameter[Any]]:
    """A bind for each column that the database does not count up itself."""
    return {column.name: bind(column) for column in table.columns if column.identity is None}


def _new(excluded: Any, key: tuple[str, ...]) -> dict[str, Any]:
    return {name: column for name, column in excluded.items() if name not in key}


def _picking(names: Sequence[str]) -> Callable[[Params], Sequence[object]]:
    """What takes these values out of a mapping, in this order."""
    if len(names) < 2:
        return lambda values: [values[name] for name in names]
    return itemgetter(*names)


def _present(converts: Iterable[Convert | None]) -> list[tuple[int, Convert]]:
    """The conversions that there are, by place."""
    return [(place, convert) for place, convert in enumerate(converts) if convert is not None]


def _binding(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.bind_processor(dialect) if isinstance(kind, TypeDecorator) else None


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.result_processor(dialect, None) if isinstance(kind, TypeDecorator) else None
