"""The simplest formulas there are, for a base of tests: texts and fields, joined by `&`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from titus_core.records.catalogue import Table
from titus_core.records.model import FieldId, Record, Value

_PART = r"'[^']*'|\{fld\w{14}\}"
_PIECE = re.compile(r"'(?P<text>[^']*)'|\{(?P<field>fld\w{14})\}")


class Joining:
    """`records.ports.Formulas` for `'V-'&{fld…}` and nothing else."""

    def computes(self, formula: str) -> bool:
        return re.fullmatch(rf"(?:{_PART})(?:&(?:{_PART}))*", formula) is not None

    def reads(self, formula: str) -> frozenset[FieldId]:
        return frozenset(FieldId(piece["field"]) for piece in _PIECE.finditer(formula) if piece["field"] is not None)

    def value(self, formula: str, table: Table, record: Record, linked: Mapping[FieldId, tuple[Value, ...]]) -> object:
        def told(piece: re.Match[str]) -> str:
            if piece["field"] is None:
                return piece["text"]
            field = FieldId(piece["field"])
            cells = linked.get(field, (record.fields.get(field),))
            return ", ".join(str(cell) for cell in cells if cell is not None)

        return "".join(told(piece) for piece in _PIECE.finditer(formula))
