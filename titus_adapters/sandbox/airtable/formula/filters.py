"""Formulas as filters: which records they keep, without a look at those that cannot be."""

from __future__ import annotations

import math
from collections.abc import Callable

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.scope import Reading, Row
from titus_adapters.sandbox.airtable.formula.tree import Call, Chain, Const, Node


def keeps(read: Reading) -> Callable[[Row], bool]:
    """Every record stays unless the value is 0, false, "", NaN, [], infinite or an error."""

    def keep(row: Row) -> bool:
        try:
            value = read(row)
        except Failed:
            return False
        return bool(value) and (value is True or not isinstance(value, float) or math.isfinite(value))

    return keep


def only(node: Node) -> frozenset[str] | None:
    """The ids of the only records that the formula can keep, where it says so itself: `OR(RECORD_ID()='rec…', …)`.
    None: any."""
    match node:
        case Chain(Call("RECORD_ID"), (("=", Const(str(wanted))),)):
            return frozenset({wanted})
        case Chain(Const(str(wanted)), (("=", Call("RECORD_ID")),)):
            return frozenset({wanted})
        case Call("AND", arguments):
            known = [ids for ids in map(only, arguments) if ids is not None]
            return frozenset.intersection(*known) if known else None
        case Call("OR", arguments):
            each = [only(argument) for argument in arguments]
            known = [ids for ids in each if ids is not None]
            return frozenset().union(*known) if len(known) == len(each) else None
        case _:
            return None
