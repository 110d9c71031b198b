"""The calculation of every type that is calculated."""

from __future__ import annotations

from titus_adapters.sandbox.airtable.computed.calculation import Calculation
from titus_adapters.sandbox.airtable.computed.formulas import FORMULA, ROLLUP
from titus_adapters.sandbox.airtable.computed.lookups import COUNT, LOOKUP
from titus_adapters.sandbox.airtable.computed.stamps import CREATED_BY, CREATED_TIME, MODIFIED_BY, MODIFIED_TIME

CALCULATIONS: dict[str, Calculation] = {
    "formula": FORMULA,
    "rollup": ROLLUP,
    "multipleLookupValues": LOOKUP,
    "count": COUNT,
    "createdTime": CREATED_TIME,
    "lastModifiedTime": MODIFIED_TIME,
    "createdBy": CREATED_BY,
    "lastModifiedBy": MODIFIED_BY,
}
