"""What writing needs to know besides rows: the catalogue, the order of computing, and how formulas are computed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from titus_core.kernel.errors import NotConfigured
from titus_core.records.catalogue import Catalogue, Table
from titus_core.records.dependencies import Plan, plan_of
from titus_core.records.model import FieldId, Record, Value
from titus_core.records.ports import Catalogues, Formulas


class Setting(msgspec.Struct, frozen=True):
    catalogue: Catalogue
    plan: Plan
    formulas: Formulas

    @classmethod
    def of(cls, catalogue: Catalogue, formulas: Formulas) -> Setting:
        return cls(catalogue, plan_of(catalogue, formulas), formulas)


class NoFormulas:
    """`ports.Formulas` that computes none: all of them stay as they are."""

    def computes(self, formula: str) -> bool:
        return False

    def reads(self, formula: str) -> frozenset[FieldId]:
        return frozenset()

    def value(self, formula: str, table: Table, record: Record, linked: Mapping[FieldId, tuple[Value, ...]]) -> object:
        return {"error": "#ERROR!"}


class KnownSetting:
    """The setting of the catalogue that is kept; derived anew only when that changes."""

    def __init__(self, catalogues: Catalogues, formulas: Formulas | None = None) -> None:
        self._catalogues = catalogues
        self._formulas = formulas or NoFormulas()
        self._known: Setting | None = None

    async def __call__(self) -> Setting:
        """Raises `NotConfigured` while there is none."""
        catalogue = await self._catalogues.catalogue()
        if catalogue is None:
            raise NotConfigured("No catalogue of records was read yet", missing=("catalogue",))
        if self._known is None or self._known.catalogue is not catalogue:
            self._known = Setting.of(catalogue, self._formulas)
        return self._known
