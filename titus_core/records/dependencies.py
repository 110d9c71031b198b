"""In which order computed fields are computed, and which cells each looks at: derived once from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

import msgspec

from titus_core.records.catalogue import Catalogue, Computed, Field, FieldType, Policy, Table
from titus_core.records.model import FieldId, TableId
from titus_core.records.ports import Formulas


class Far(msgspec.Struct, frozen=True):
    """Cells at the other end of a link: of `target` in `table`, through the link field `via`, which over there
    `inverse` shows."""

    via: FieldId
    table: TableId
    target: FieldId
    inverse: FieldId | None


class Step(msgspec.Struct, frozen=True):
    """One computed field. `own`: the fields of its row that it looks at; `far`: those behind links."""

    table: TableId
    field: Field
    own: tuple[FieldId, ...]
    far: tuple[Far, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """`steps`, each behind those that it depends on. `circular`: fields that depend on themselves; they stay as they
    are, as in the store of origin, which computes none of them either."""

    steps: tuple[Step, ...]
    circular: tuple[FieldId, ...] = ()


_STEPS = frozenset({FieldType.COUNT, FieldType.LOOKUP, FieldType.ROLLUP, FieldType.FORMULA})


def plan_of(catalogue: Catalogue, formulas: Formulas) -> Plan:
    """Of the fields that Titus computes from other cells."""
    steps = {step.field.id: step for step in _steps(catalogue, formulas)}
    needs = {
        field_id: [need for need in (*step.own, *(far.target for far in step.far)) if need in steps]
        for field_id, step in steps.items()
    }
    circular: list[FieldId] = []
    while True:
        try:
            order = tuple(TopologicalSorter(needs).static_order())
        except CycleError as error:
            lost = set(error.args[1])
            circular += sorted(lost)
            needs = {one: [need for need in all_ if need not in lost] for one, all_ in needs.items() if one not in lost}
        else:
            return Plan(tuple(steps[one] for one in order), tuple(circular))


def _steps(catalogue: Catalogue, formulas: Formulas) -> Iterator[Step]:
    tables = {table.id: table for table in catalogue.tables}
    for table in catalogue.tables:
        for field in table.fields:
            computed = field.computed
            if computed is not None and computed.policy is Policy.RECOMPUTE and field.type in _STEPS:
                step = _step(table, field, computed, tables, formulas)
                if step is not None:
                    yield step


def _step(
    table: Table, field: Field, computed: Computed, tables: Mapping[TableId, Table], formulas: Formulas
) -> Step | None:
    """None: what it goes through is not there."""
    if field.type is FieldType.FORMULA:
        return _formula(table, field, computed.formula or "", tables, formulas)
    if computed.via is None or table.get(computed.via) is None:
        return None
    own = (computed.via,)
    if field.type is FieldType.COUNT:
        return Step(table.id, field, own)
    far = _far(table, computed.via, computed.target, tables)
    return None if far is None else Step(table.id, field, own, (far,))


def _formula(
    table: Table, field: Field, formula: str, tables: Mapping[TableId, Table], formulas: Formulas
) -> Step | None:
    """Of a link a formula sees what names the records over there."""
    if not formulas.computes(formula):
        return None
    own = tuple(sorted(formulas.reads(formula)))
    fars = (_far(table, one, None, tables) for one in own)
    return Step(table.id, field, own, tuple(far for far in fars if far is not None))


def _far(table: Table, via: FieldId, target: FieldId | None, tables: Mapping[TableId, Table]) -> Far | None:
    """`target` None: what names the records over there."""
    field = table.get(via)
    if field is None or field.link is None or field.link.table not in tables:
        return None
    far = tables[field.link.table]
    aim = far.get(target or far.primary)
    return None if aim is None else Far(via, far.id, aim.id, field.link.inverse)
