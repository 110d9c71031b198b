"""Column types that keep what they are given, on both databases.

SQLAlchemy's own drop time zones on SQLite and turn JSON's None into `'null'`. Each type here says how a value is bound
and read; `statements` applies that itself, so that the drivers can be used without SQLAlchemy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Convert = Callable[[Any], Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ENCODER = msgspec.json.Encoder()

# PostgreSQL keeps every character but NUL; a provider may send one all the same, and no record is lost over it.
_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_INSTEAD_OF_NUL = "\N{REPLACEMENT CHARACTER}"


class Utc(TypeDecorator[datetime]):
    """An aware instant: microseconds since 1970 on SQLite (sortable, exact), `timestamptz` on PostgreSQL."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return sa.BigInteger() if dialect.name == "sqlite" else sa.DateTime(timezone=True)

    def bind_processor(self, dialect: Dialect) -> Convert:
        return _to_microseconds if dialect.name == "sqlite" else _aware

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return _from_microseconds if dialect.name == "sqlite" else None


class Text(TypeDecorator[str]):
    """Text of any length."""

    impl = sa.Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None if dialect.name == "sqlite" else _without_nul

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return None


class Bool(TypeDecorator[bool]):
    """True or false; SQLite keeps 1 and 0."""

    impl = sa.Boolean
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return bool if dialect.name == "sqlite" else None


class Json(TypeDecorator[Any]):
    """Anything that msgspec can encode, read back as `kind`. `verbatim` keeps the very text, for what is sealed."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, kind: Any, *, verbatim: bool = False) -> None:
        super().__init__()
        self.kind, self.verbatim = kind, verbatim
        self._decode = msgspec.json.Decoder(kind).decode

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return sa.Text()
        return postgresql.JSON() if self.verbatim else postgresql.JSONB()

    def bind_processor(self, dialect: Dialect) -> Convert:
        return _encode if dialect.name == "sqlite" or self.verbatim else _encode_without_nul

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert:
        decode = self._decode
        return lambda text: None if text is None else decode(text)


class Listed(TypeDecorator[Sequence[Any]]):
    """A list in one bind, so that a statement's text does not depend on how many values it looks for."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return sa.Text() if dialect.name == "sqlite" else postgresql.ARRAY(self.item)

    def bind_processor(self, dialect: Dialect) -> Convert:
        return _encode if dialect.name == "sqlite" else list


def _to_microseconds(value: datetime | None) -> int | None:
    return None if value is None else (_aware(value) - _EPOCH) // _MICROSECOND


def _from_microseconds(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)


def _aware(value: Any) -> Any:
    if value is not None and value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value


def _without_nul(value: str | None) -> str | None:
    return value.replace("\0", _INSTEAD_OF_NUL) if value is not None and "\0" in value else value


def _encode(value: Any) -> str | None:
    return None if value is None else _ENCODER.encode(value).decode()


def _encode_without_nul(value: Any) -> str | None:
    text = _encode(value)
    if text is None or r"\u0000" not in text:
        return text
    return _ESCAPED_NUL.sub(rf"\1{_INSTEAD_OF_NUL}", text)
