"""Column types for cells. They take and give exactly what cells hold (`titus_core.records.model`) on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from titus_adapters.sql.types import Convert, Json
from titus_core.records.values import number

_JSON = msgspec.json.Encoder()
_NAMES = msgspec.json.Decoder(tuple[str, ...])


class CellText(TypeDecorator[str]):
    """Text, ordered by code point on both databases."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return sa.Text() if dialect.name == "sqlite" else sa.Text(collation="C")

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return None


class CellNumber(TypeDecorator[float]):
    """A number of 64 bits of floating point; on PostgreSQL its shortest decimal, so that sums of money are exact."""

    impl = sa.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return sa.REAL() if dialect.name == "sqlite" else sa.Numeric()

    def bind_processor(self, dialect: Dialect) -> Convert:
        return _as_float if dialect.name == "sqlite" else _as_decimal

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert:
        return _as_number


class CellDate(TypeDecorator[str]):
    """A date, as `2026-11-30` outside."""

    impl = sa.Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return sa.Text() if dialect.name == "sqlite" else sa.Date()

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None if dialect.name == "sqlite" else _as_date

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return None if dialect.name == "sqlite" else _from_date


class CellInstant(TypeDecorator[str]):
    """An instant, as `2026-11-30T01:02:03.000Z` outside."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return sa.Text() if dialect.name == "sqlite" else postgresql.TIMESTAMP(timezone=True, precision=3)

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None if dialect.name == "sqlite" else _as_instant

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return None if dialect.name == "sqlite" else _from_instant


class CellNames(TypeDecorator[Sequence[str]]):
    """Names of options, in order: an array on PostgreSQL, JSON on SQLite."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return sa.Text() if dialect.name == "sqlite" else postgresql.ARRAY(sa.Text())

    def bind_processor(self, dialect: Dialect) -> Convert:
        return _as_json if dialect.name == "sqlite" else _as_list

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert:
        return _from_json if dialect.name == "sqlite" else _as_tuple


class CellJson(Json):
    """Whatever JSON says, carried as it came."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(Any)


def _as_float(value: float | None) -> float | None:
    return None if value is None else float(value)


def _as_decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))


def _as_number(value: Any) -> int | float | None:
    return None if value is None else number(value)


def _as_date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _from_date(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _as_instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _from_instant(value: datetime | None) -> str | None:
    """The driver tells them in UTC; `values.instant` would look again, of every cell of every page."""
    return None if value is None else f"{value.isoformat(timespec='milliseconds')[:-6]}Z"


def _as_json(value: Sequence[str] | None) -> str | None:
    return None if value is None else _JSON.encode(value).decode()


def _from_json(value: str | None) -> tuple[str, ...] | None:
    return None if value is None else _NAMES.decode(value)


def _as_list(value: Sequence[str] | None) -> list[str] | None:
    return None if value is None else list(value)


def _as_tuple(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)
