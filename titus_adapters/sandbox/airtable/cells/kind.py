"""What there is to know about a type of field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from titus_adapters.sandbox.airtable.base.model import Field, Stored
from titus_adapters.sandbox.airtable.formula.values import Value

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base
    from titus_adapters.sandbox.airtable.cells.intake import Intake


def as_it_is(_: Base, __: Field, stored: Stored) -> Any:
    return stored


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """`accept` turns what is sent into what is kept (None: empty) or raises `Refused`; without it nobody writes.
    `show` is the cell in JSON (version 1), `tell` as webhooks have it (version 2, if different), `value` what formulas
    calculate with, `text` the cell as people read it in a time zone. `exact`: kept is text, and is all of these."""

    accept: Callable[[Intake, Field, Any], Stored] | None = None
    show: Callable[[Base, Field, Stored], Any] = as_it_is
    tell: Callable[[Base, Field, Stored], Any] | None = None
    value: Callable[[Base, Field, Stored], Value] = as_it_is
    text: Callable[[Base, Field, Stored, str], str] | None = None
    exact: bool = False
