"""A formula calculated by itself, without a base."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from titus_adapters.sandbox.airtable.formula.compiler import compile_formula
from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.parser import parse
from titus_adapters.sandbox.airtable.formula.scope import Column

NOW = datetime(2026, 2, 26, 1, 30, 15, tzinfo=UTC)
ERROR = "#ERROR!"


class Plain:
    """Records are dicts; a column is what they hold under its name. `x` fails, and `never` was never modified."""

    def __init__(self, *, blank_dates_are_false: bool = False) -> None:
        self.blank_dates_are_false = blank_dates_are_false

    def column(self, name: str) -> Column | None:
        if name == "nope":
            return None
        return Column(name, _fail if name == "x" else lambda row: row.get(name))

    def now(self) -> datetime:
        return NOW

    def row_id(self, _: object) -> str:
        return "recSomething00000"

    def created(self, _: object) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def modified(self, _: object, field_ids: tuple[str, ...]) -> datetime | None:
        return None if field_ids else datetime(2026, 2, 1, tzinfo=UTC)


def _fail(_: object) -> Any:
    raise Failed


def value(formula: str, scope: Plain | None = None, **row: Any) -> Any:
    """What it comes to; `ERROR` for an error."""
    try:
        return compile_formula(parse(formula), scope or Plain())(row)
    except Failed:
        return ERROR
