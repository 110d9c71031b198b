"""What becomes of computed fields where their first store is gone, unless a person says otherwise."""

from __future__ import annotations

from titus_core.records.catalogue import FieldType, Policy
from titus_core.records.describing import Computation
from titus_core.records.ports import Formulas
from titus_core.records.rollups import way_of

_OURS = frozenset(
    {
        FieldType.AUTO_NUMBER,
        FieldType.CREATED_TIME,
        FieldType.MODIFIED_TIME,
        FieldType.CREATED_BY,
        FieldType.MODIFIED_BY,
        FieldType.COUNT,
        FieldType.LOOKUP,
    }
)
_FOR_NOBODY = frozenset({FieldType.BUTTON, FieldType.SYNC_SOURCE})
"""They say something of the store of origin only."""


def policy_of(of: FieldType, computation: Computation, formulas: Formulas) -> Policy:
    """Recompute what Titus computes, freeze what it does not."""
    if of in _FOR_NOBODY:
        return Policy.DROP
    return Policy.RECOMPUTE if computation.sound and _is_computed(of, computation, formulas) else Policy.FREEZE


def _is_computed(of: FieldType, computation: Computation, formulas: Formulas) -> bool:
    if of is FieldType.FORMULA:
        return computation.formula is not None and formulas.computes(computation.formula)
    if of is FieldType.ROLLUP:
        return way_of(computation.formula) is not None
    return of in _OURS
