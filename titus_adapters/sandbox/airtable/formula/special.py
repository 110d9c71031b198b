"""Functions that are no functions of values: those that leave some of them alone, and those of the record itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import msgspec

from titus_adapters.sandbox.airtable.formula.comparing import equal
from titus_adapters.sandbox.airtable.formula.errors import BadFormula, Failed
from titus_adapters.sandbox.airtable.formula.functions.relative import relative
from titus_adapters.sandbox.airtable.formula.moments import to_moment
from titus_adapters.sandbox.airtable.formula.scope import Reading, Row, Scope
from titus_adapters.sandbox.airtable.formula.tree import Field, Node
from titus_adapters.sandbox.airtable.formula.values import Value, truth

Build = Callable[[Scope, tuple[Node, ...], tuple[Reading, ...]], Reading]


class Special(msgspec.Struct, frozen=True):
    """`build` makes the reading from the scope, the arguments as written, and the arguments' readings."""

    build: Build
    least: int = 0
    most: int | None = 0

    def takes(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)


def _if(_: Scope, __: tuple[Node, ...], reads: tuple[Reading, ...]) -> Reading:
    condition, then = reads[0], reads[1]
    otherwise: Reading = reads[2] if len(reads) > 2 else lambda _: None
    return lambda row: then(row) if truth(condition(row)) else otherwise(row)


def _switch(_: Scope, __: tuple[Node, ...], reads: tuple[Reading, ...]) -> Reading:
    given, rest = reads[0], reads[1:]
    pairs = list(zip(rest[::2], rest[1::2], strict=False))
    default: Reading = rest[-1] if len(rest) % 2 else lambda _: None

    def result(row: Row) -> Value:
        value = given(row)
        for pattern, then in pairs:
            if equal(value, pattern(row)):
                return then(row)
        return default(row)

    return result


def _is_error(_: Scope, __: tuple[Node, ...], reads: tuple[Reading, ...]) -> Reading:
    given = reads[0]

    def result(row: Row) -> Value:
        try:
            value = given(row)
        except Failed:
            return True
        return isinstance(value, float) and not math.isfinite(value)

    return result


def _row_id(scope: Scope, _: tuple[Node, ...], __: tuple[Reading, ...]) -> Reading:
    return scope.row_id


def _created(scope: Scope, _: tuple[Node, ...], __: tuple[Reading, ...]) -> Reading:
    return scope.created


def _modified(scope: Scope, arguments: tuple[Node, ...], _: tuple[Reading, ...]) -> Reading:
    fields = []
    for argument in arguments:
        column = scope.column(argument.name) if isinstance(argument, Field) else None
        if column is None:
            raise BadFormula
        fields.append(column.id)
    wanted = tuple(fields)
    return lambda row: scope.modified(row, wanted)


def _now(scope: Scope, _: tuple[Node, ...], __: tuple[Reading, ...]) -> Reading:
    return lambda _: scope.now()


def _today(scope: Scope, _: tuple[Node, ...], __: tuple[Reading, ...]) -> Reading:
    def today(_: Row) -> date:
        return scope.now().date()

    return today


def _since(scope: Scope, _: tuple[Node, ...], reads: tuple[Reading, ...]) -> Reading:
    return lambda row: relative(to_moment(reads[0](row)), scope.now())


SPECIAL = {
    "IF": Special(_if, 2, 3),
    "SWITCH": Special(_switch, 3, None),
    "ISERROR": Special(_is_error, 1, 1),
    "IS_ERROR": Special(_is_error, 1, 1),
    "RECORD_ID": Special(_row_id),
    "CREATED_TIME": Special(_created),
    "LAST_MODIFIED_TIME": Special(_modified, 0, None),
    "NOW": Special(_now),
    "TODAY": Special(_today),
    "TONOW": Special(_since, 1, 1),
    "FROMNOW": Special(_since, 1, 1),
}

OF_TIME = frozenset({"NOW", "TODAY", "TONOW", "FROMNOW"})
"""Their value changes by itself."""
