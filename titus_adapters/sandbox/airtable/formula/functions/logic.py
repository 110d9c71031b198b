"""True, false and blank. `IF`, `SWITCH` and `ISERROR`, which do not want all their values, are the compiler's."""

from __future__ import annotations

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.functions.function import Function
from titus_adapters.sandbox.airtable.formula.values import Value, truth


def _error(*_: Value) -> Value:
    raise Failed


def _xor(*values: Value) -> Value:
    return sum(map(truth, values)) % 2 == 1


def _and(*values: Value) -> Value:
    return sum(map(truth, values)) == len(values)


def _or(*values: Value) -> Value:
    return sum(map(truth, values)) > 0


LOGIC = {
    "TRUE": Function(lambda: True, 0, 0),
    "FALSE": Function(lambda: False, 0, 0),
    "BLANK": Function(lambda: None, 0, 0),
    "ERROR": Function(_error, 0, 1),
    "AND": Function(_and, 1, None),
    "OR": Function(_or, 1, None),
    "XOR": Function(_xor, 1, None),
    "NOT": Function(lambda value: not truth(value)),
}
