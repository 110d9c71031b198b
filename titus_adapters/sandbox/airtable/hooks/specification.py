"""What a webhook is to be told of, as its maker says."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.refusals import Refused, invalid_request

DataType = Literal["tableData", "tableFields", "tableMetadata"]


class Filters(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    data_types: list[DataType]
    record_change_scope: str | None = None
    """A table or a view; None: the whole base."""
    change_types: list[Literal["add", "remove", "update"]] = []
    from_sources: list[str] = []
    source_options: dict[str, Any] | None = None
    watch_data_in_field_ids: list[str] = []
    watch_schemas_of_field_ids: list[str] = []


class Includes(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    include_cell_values_in_field_ids: list[str] | Literal["all"] | None = None
    include_previous_cell_values: bool = False
    include_previous_field_definitions: bool = False


class Options(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    filters: Filters
    includes: Includes = Includes()


class Specification(msgspec.Struct, frozen=True):
    options: Options

    @property
    def filters(self) -> Filters:
        return self.options.filters

    @property
    def includes(self) -> Includes:
        return self.options.includes

    def wants(self, kind: DataType) -> bool:
        return kind in self.filters.data_types

    def wants_change(self, kind: Literal["add", "remove", "update"]) -> bool:
        return not self.filters.change_types or kind in self.filters.change_types

    def listens_to(self, source: str) -> bool:
        return not self.filters.from_sources or source in self.filters.from_sources

    def trouble(self, base: Base) -> str | None:
        """Airtable's word for what it names and the base has not (any more)."""
        if not _is_there(base, self.filters.record_change_scope):
            return "INVALID_FILTERS"
        watched = [*self.filters.watch_data_in_field_ids, *self.filters.watch_schemas_of_field_ids]
        if any(base.tables.with_field(one) is None for one in watched):
            return "INVALID_FILTERS"
        included = self.includes.include_cell_values_in_field_ids
        if isinstance(included, list) and any(base.tables.with_field(one) is None for one in included):
            return "INVALID_HOOK"
        return None


def _is_there(base: Base, scope: str | None) -> bool:
    if scope is None or scope in base.tables:
        return True
    return any(view.id == scope for table in base.tables for view in table.views)


def read_specification(sent: Any, base: Base) -> Specification:
    """Raises `Refused` for one that is none, or names what is not there."""
    cleaned = _without_nulls(sent)
    try:
        specification = msgspec.convert(cleaned, Specification)
    except msgspec.ValidationError:
        raise invalid_request() from None
    if not specification.filters.data_types:
        raise invalid_request("dataTypes must name at least one type")
    trouble = specification.trouble(base)
    if trouble is not None:
        raise Refused(422, trouble, "The specification names a table, view or field that is not there")
    return specification


def _without_nulls(sent: Any) -> Any:
    if isinstance(sent, dict):
        return {key: _without_nulls(value) for key, value in sent.items() if value is not None}
    return sent
