"""What there is to know about a type that is calculated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.formula.values import Value

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base


class Broken(msgspec.Struct, frozen=True):
    """`#ERROR!`, kept like a value."""


BROKEN = Broken()


class Calculation(msgspec.Struct, frozen=True, kw_only=True):
    """`compute` says what the cell comes to (None: empty) or raises `Failed`; the others read that as those of a `Kind`
    read what is kept. None of them meets None; `BROKEN` is dealt with elsewhere."""

    compute: Callable[[Base, Table, Field, Row], Any]
    show: Callable[[Base, Field, Any], Any]
    value: Callable[[Base, Field, Any], Value]
    tell: Callable[[Base, Field, Any], Any] | None = None
    text: Callable[[Base, Field, Any, str], str] | None = None
