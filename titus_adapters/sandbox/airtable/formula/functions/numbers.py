"""Numbers. What is too large is infinite, as in JavaScript, and never takes long."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.functions.function import Function
from titus_adapters.sandbox.airtable.formula.values import Value, finite, flat, is_number, to_number

_MOST_DIGITS = 20


def _digits(value: Value) -> int:
    return int(max(-_MOST_DIGITS, min(_MOST_DIGITS, finite(value))))


def _rounded(number: Value, places: Value, mode: str) -> float:
    given = finite(number)
    with localcontext() as context:
        context.prec = 400
        step = Decimal(1).scaleb(-_digits(places))
        exact = Decimal(repr(float(given)))
        return float((exact / step).to_integral_value(mode) * step)


def _round(number: Value, places: Value = 0) -> float:
    """Half goes away from zero."""
    return _rounded(number, places, ROUND_HALF_UP)


def _round_up(number: Value, places: Value = 0) -> float:
    """Away from zero."""
    return _rounded(number, places, ROUND_CEILING if to_number(number) > 0 else ROUND_FLOOR)


def _round_down(number: Value, places: Value = 0) -> float:
    """Towards zero."""
    return _rounded(number, places, ROUND_FLOOR if to_number(number) > 0 else ROUND_CEILING)


def _multiple(number: Value, step: Value, choose: Callable[[float], int]) -> float:
    size = finite(step)
    if size == 0:
        return 0
    return choose(finite(number) / size) * size


def _modulo(number: Value, divisor: Value) -> float:
    """With the sign of the divisor."""
    by = finite(divisor)
    return finite(number) % by if by else math.nan


def _power(base: Value, exponent: Value) -> float:
    try:
        result = float(finite(base)) ** finite(exponent)
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf
    return math.nan if isinstance(result, complex) else result


def _exp(value: Value) -> float:
    try:
        return math.exp(finite(value))
    except OverflowError:
        return math.inf


def _log(value: Value, base: Value = 10) -> float:
    number, by = finite(value), finite(base)
    if number <= 0 or by <= 0 or by == 1:
        return math.nan
    return math.log10(number) if by == 10 else math.log(number) / math.log(by)


def _root(value: Value) -> float:
    number = finite(value)
    return math.sqrt(number) if number >= 0 else math.nan


def _to_parity(value: Value, odd: int) -> float:
    """The next even or odd number away from zero."""
    number = finite(value)
    size = math.ceil(abs(number))
    size += (size + odd) % 2
    return size if number >= 0 else -size


def _numbers(values: tuple[Value, ...]) -> list[float]:
    return [one for one in flat(values) if isinstance(one, (int, float)) and is_number(one)]


def _sum(*values: Value) -> float:
    return math.fsum(_numbers(values)) if all(map(math.isfinite, _numbers(values))) else math.nan


def _average(*values: Value) -> float:
    numbers = _numbers(values)
    return _sum(*numbers) / len(numbers) if numbers else math.nan


def _extreme(choose: Callable[..., Value]) -> Callable[..., Value]:
    """Of numbers, or of dates alone; nothing, if there are none."""

    def of(*values: Value) -> Value:
        there = [one for one in flat(values) if one is not None and not isinstance(one, str)]
        if not there:
            return None
        try:
            return choose(there)
        except TypeError:
            raise Failed from None

    return of


def _integer(value: Value) -> int:
    return math.floor(finite(value))


NUMBERS = {
    "ABS": Function(lambda value: abs(finite(value))),
    "INT": Function(_integer),
    "ROUND": Function(_round, 1, 2),
    "ROUNDUP": Function(_round_up, 1, 2),
    "ROUNDDOWN": Function(_round_down, 1, 2),
    "CEILING": Function(lambda number, step=1: _multiple(number, step, math.ceil), 1, 2),
    "FLOOR": Function(lambda number, step=1: _multiple(number, step, math.floor), 1, 2),
    "MOD": Function(_modulo, 2, 2),
    "POWER": Function(_power, 2, 2),
    "SQRT": Function(_root),
    "EXP": Function(_exp),
    "LOG": Function(_log, 1, 2),
    "EVEN": Function(lambda value: _to_parity(value, 0)),
    "ODD": Function(lambda value: _to_parity(value, 1)),
    "MAX": Function(_extreme(max), 1, None),
    "MIN": Function(_extreme(min), 1, None),
    "SUM": Function(_sum, 1, None),
    "AVERAGE": Function(_average, 1, None),
}
