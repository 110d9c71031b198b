"""From what a store of origin tells, a catalogue with names of our own, which stay whatever is renamed over there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from titus_core.records.catalogue import Catalogue, Computed, Field, FieldType, Policy, Table
from titus_core.records.describing import Computation, FieldDescription, TableDescription, mended
from titus_core.records.kinds import kind_of
from titus_core.records.policies import policy_of
from titus_core.records.ports import Formulas
from titus_core.records.privacy import classes_of
from titus_core.records.wording import Names, camel, column_name, snake, table_name

_BESIDE_FIELDS = ("id",)
"""A record of the API has these beside its fields."""


def named(base: str, told: Sequence[TableDescription], formulas: Formulas) -> Catalogue:
    """A catalogue from nothing. `formulas` says which ones Titus computes itself."""
    return renewed(Catalogue(base=base, tables=()), told, formulas)


def renewed(old: Catalogue, told: Sequence[TableDescription], formulas: Formulas) -> Catalogue:
    """The catalogue of what is told now. Tables and fields that `old` knows keep API name, alias, SQL name and, unless
    they are computed in another way now, policy and privacy. New ones take no name that is, or was last, another's."""
    naming = _Naming(old, mended(told), formulas)
    return Catalogue(base=old.base, tables=naming.tables())


class _Free:
    """Names of one place (a base, a table) that nobody has yet, in all three spellings."""

    def __init__(self, api: Iterable[str], alias: Iterable[str], sql: Iterable[str]) -> None:
        self.api = Names(api)
        self.alias = Names(alias, "_")
        self.sql = Names(sql, "_")


class _Naming:
    def __init__(self, old: Catalogue, told: Sequence[TableDescription], formulas: Formulas) -> None:
        self._told = told
        self._formulas = formulas
        self._known_tables = {table.id: table for table in old.tables}
        self._known = {field.id: field for table in old.tables for field in table.fields}
        fields = [(self._known.get(field.id), field) for table in told for field in table.fields]
        settled = {field.id: known.privacy for known, field in fields if known is not None and _is_same(known, field)}
        self._classes = classes_of(told, settled)

    def tables(self) -> tuple[Table, ...]:
        known = self._known_tables.values()
        free = _Free((one.api for one in known), (one.alias for one in known), (one.sql for one in known))
        return tuple(self._table(told, free) for told in self._told)

    def _table(self, told: TableDescription, free: _Free) -> Table:
        known = self._known_tables.get(told.id)
        fields = self._fields(told, () if known is None else known.fields)
        if known is not None:
            return replace(known, name=told.name, primary=told.primary, fields=fields)
        snaked = snake(told.name, "table")
        return Table(
            id=told.id,
            name=told.name,
            api=free.api.free(camel(told.name, "table")),
            alias=free.alias.free(snaked),
            sql=free.sql.free(table_name(snaked)),
            primary=told.primary,
            fields=fields,
        )

    def _fields(self, told: TableDescription, before: tuple[Field, ...]) -> tuple[Field, ...]:
        apis = (*_BESIDE_FIELDS, *(field.api for field in before))
        free = _Free(apis, (field.alias for field in before), (field.column for field in before))
        return tuple(self._field(one, free) for one in told.fields)

    def _field(self, told: FieldDescription, free: _Free) -> Field:
        known = self._known.get(told.id)
        snaked = snake(told.name, "field")
        return Field(
            id=told.id,
            name=told.name,
            api=known.api if known is not None else free.api.free(camel(told.name, "field")),
            alias=known.alias if known is not None else free.alias.free(snaked),
            column=known.column if known is not None else free.sql.free(column_name(snaked)),
            type=told.type,
            kind=kind_of(told.type, FieldType.UNKNOWN if told.computation is None else told.computation.result),
            privacy=self._classes[told.id],
            options=told.options,
            link=told.link,
            computed=self._computed(told, known),
            zone=told.zone,
        )

    def _computed(self, told: FieldDescription, known: Field | None) -> Computed | None:
        how = told.computation
        if how is None:
            return None
        before = None if known is None or not _is_same(known, told) else known.computed
        if before is not None and how.sound:
            return before
        return _computed(how, policy_of(told.type, how, self._formulas))


def _is_same(known: Field, told: FieldDescription) -> bool:
    """Written by people then and now, or computed in the same way. A way that is not told is what it was said to be."""
    how = told.computation
    if known.type is not told.type or known.computed is None or how is None:
        return known.type is told.type and known.computed is None and how is None
    now = _computed(how, known.computed.policy)
    return replace(now, formula=how.formula or known.computed.formula) == known.computed


def _computed(how: Computation, policy: Policy) -> Computed:
    return Computed(
        policy=policy, formula=how.formula, via=how.via, target=how.target, watches=how.watches, result=how.result
    )
