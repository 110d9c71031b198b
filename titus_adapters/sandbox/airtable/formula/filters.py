"""Formulas as filters: which records they keep, without a look at those that cannot be.

A record is kept unless the value is 0, false, "", NaN, [], infinite or an error. So the parts of an outermost AND need
not all be calculated, whatever they come to; those of OR and NOT need, unless none of them can be an error.
"""

from __future__ import annotations

from collections.abc import Callable

from titus_adapters.sandbox.airtable.formula.compiler import compile_formula
from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.scope import Reading, Row, Scope
from titus_adapters.sandbox.airtable.formula.tree import Call, Chain, Const, Field, Node
from titus_adapters.sandbox.airtable.formula.values import truth

Keep = Callable[[Row], bool]


def keeps(node: Node, scope: Scope) -> Keep:
    """Raises `BadFormula`."""
    whole = compile_formula(node, scope)
    match node:
        case Call("AND", arguments):
            return _all([keeps(one, scope) for one in arguments])
        case Call("OR", arguments) if all(_never_fails(one, scope) for one in arguments):
            return _any([keeps(one, scope) for one in arguments])
        case Chain() if _never_fails(node, scope):
            return lambda row: whole(row) is True
        case _:
            return _keep(whole)


def _keep(read: Reading) -> Keep:
    def keep(row: Row) -> bool:
        try:
            return truth(read(row))
        except Failed:
            return False

    return keep


def _all(parts: list[Keep]) -> Keep:
    def keep(row: Row) -> bool:
        for part in parts:  # noqa: SIM110 - a generator would cost more than most parts
            if not part(row):
                return False
        return True

    return keep


def _any(parts: list[Keep]) -> Keep:
    def keep(row: Row) -> bool:
        for part in parts:  # noqa: SIM110 - the same
            if part(row):
                return True
        return False

    return keep


def _never_fails(node: Node, scope: Scope) -> bool:
    """Whether it is a comparison of text with text that is kept as it is: those are never an error."""
    match node:
        case Chain(Field(name), (("=" | "!=", Const(str())),)):
            column = scope.column(name)
            return column is not None and column.exact
        case Chain(Call("RECORD_ID"), (("=" | "!=", Const(str())),)):
            return True
        case Call("AND" | "OR" | "NOT", arguments):
            return all(_never_fails(one, scope) for one in arguments)
        case _:
            return False


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
