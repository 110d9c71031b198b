"""A tree and a scope → a function of a record. Fields and functions are looked up once, not for every record."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import assert_never

from titus_adapters.sandbox.airtable.formula.comparing import TESTS
from titus_adapters.sandbox.airtable.formula.errors import BadFormula, Failed, UnknownFields
from titus_adapters.sandbox.airtable.formula.functions import FUNCTIONS
from titus_adapters.sandbox.airtable.formula.functions.texts import concatenate
from titus_adapters.sandbox.airtable.formula.moments import to_moment
from titus_adapters.sandbox.airtable.formula.scope import Column, Reading, Scope
from titus_adapters.sandbox.airtable.formula.special import SPECIAL
from titus_adapters.sandbox.airtable.formula.tree import Call, Chain, Const, Field, Negative, Node, field_names, walk
from titus_adapters.sandbox.airtable.formula.values import Value, to_number

_DATE_TESTS = frozenset({"IS_BEFORE", "IS_AFTER", "IS_SAME"})


def compile_formula(node: Node, scope: Scope) -> Reading:
    """Raises `BadFormula` for what the scope or the table of functions does not have."""
    for call in walk(node):
        if isinstance(call, Call):
            _check(call)
    unknown = [name for name in field_names(node) if scope.column(name) is None]
    if unknown:
        raise UnknownFields(unknown)
    return _reading(node, scope)


def _check(call: Call) -> None:
    known = SPECIAL.get(call.name) or FUNCTIONS.get(call.name)
    if known is None or not known.takes(len(call.arguments)):
        raise BadFormula


def _reading(node: Node, scope: Scope) -> Reading:
    match node:
        case Const(value):
            return lambda _: value
        case Field(name):
            return _column(scope, name).read
        case Negative(inner):
            read = _reading(inner, scope)
            return lambda row: -to_number(read(row))
        case Chain(first, rest):
            return _chain(first, rest, scope)
        case Call():
            return _call(node, scope)
        case _:
            assert_never(node)


def _column(scope: Scope, name: str) -> Column:
    column = scope.column(name)
    if column is None:
        raise UnknownFields([name])
    return column


def _call(call: Call, scope: Scope) -> Reading:
    arguments = call.arguments
    if call.name in _DATE_TESTS:
        arguments = (*map(_as_moment, arguments[:2]), *arguments[2:])
    reads = tuple(_reading(argument, scope) for argument in arguments)
    if call.name in SPECIAL:
        return SPECIAL[call.name].build(scope, call.arguments, reads)
    function = FUNCTIONS[call.name].call
    if scope.blank_dates_are_false and call.name in _DATE_TESTS:
        function = _false_for_blank(function)
    if len(reads) == 1:
        only = reads[0]
        return lambda row: function(only(row))
    return lambda row: function(*[read(row) for read in reads])


def _as_moment(argument: Node) -> Node:
    """A date written as text, read once; what tells no moment is an error for every record."""
    if not isinstance(argument, Const) or not isinstance(argument.value, str):
        return argument
    try:
        return Const(to_moment(argument.value))
    except Failed:
        return argument


def _false_for_blank(function: Callable[..., Value]) -> Callable[..., Value]:
    return lambda *values: values[0] is not None and values[1] is not None and function(*values)


def _chain(first: Node, rest: tuple[tuple[str, Node], ...], scope: Scope) -> Reading:
    signs = {sign for sign, _ in rest}
    if signs == {"&"}:
        reads = [_reading(node, scope) for node in (first, *(operand for _, operand in rest))]
        return lambda row: concatenate(*[read(row) for read in reads])
    if len(rest) == 1 and rest[0][0] in TESTS:
        return _comparison(first, *rest[0], scope)
    start = _reading(first, scope)
    links = [(_OPERATIONS[sign], _reading(operand, scope)) for sign, operand in rest]

    def result(row: object) -> Value:
        value = start(row)
        for operation, read in links:
            value = operation(value, read(row))
        return value

    return result


def _comparison(left: Node, sign: str, right: Node, scope: Scope) -> Reading:
    if sign in {"=", "!="} and isinstance(left, Field) and isinstance(right, Const) and isinstance(right.value, str):
        column = _column(scope, left.name)
        if column.exact:
            return _same_text(column.read, right.value, wanted=sign == "=")
    if isinstance(right, Const) and type(right.value) in {int, float}:
        return _against_number(_reading(left, scope), sign, float(to_number(right.value)))
    test, one, other = TESTS[sign], _reading(left, scope), _reading(right, scope)
    return lambda row: test(one(row), other(row))


def _against_number(read: Reading, sign: str, number: float) -> Reading:
    """Most numbers are compared without a look at kinds; everything else as always."""
    test, compare = TESTS[sign], _PLAIN_TESTS[sign]

    def result(row: object) -> Value:
        value = read(row)
        if type(value) is int or (type(value) is float and math.isfinite(value)):
            return compare(value, number)
        return test(value, number)

    return result


def _same_text(read: Reading, text: str, *, wanted: bool) -> Reading:
    """The commonest filter of all, without a look at kinds."""
    if wanted:
        return lambda row: (read(row) or "") == text
    return lambda row: (read(row) or "") != text


def _arithmetic(operate: Callable[[float, float], float]) -> Callable[[Value, Value], Value]:
    def result(left: Value, right: Value) -> Value:
        try:
            return operate(to_number(left), to_number(right))
        except OverflowError:
            return math.inf

    return result


def _divide(left: float, right: float) -> float:
    """By 0 it is infinite, or NaN, as in JavaScript."""
    if right:
        return left / right
    return math.copysign(math.inf, left) if left and not math.isnan(left) else math.nan


def _multiply(left: float, right: float) -> float:
    return float(left) * float(right) if abs(left) > 1e15 or abs(right) > 1e15 else left * right


_PLAIN_TESTS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    **TESTS,
    "+": _arithmetic(operator.add),
    "-": _arithmetic(operator.sub),
    "*": _arithmetic(_multiply),
    "/": _arithmetic(_divide),
}
