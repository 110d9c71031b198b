"""What a second store of records would have answered otherwise: for whoever decides whether it may take over."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.records.catalogue import Catalogue
from titus_core.records.shadow.model import DIFFERENCES, Tally
from titus_core.records.shadow.ports import TallyReader
from titus_http.record_desk import RecordDesk
from titus_http.routes.sections import StaffSection
from titus_http.security.policies import needs


class TallyView(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """How often something happened in one place: `table` and `field` by their `api` names (by id where the catalogue
    has them no more). `records` are the last ones, at most five; `detail` is the code of the last error."""

    table: str
    what: str
    count: int
    first_at: datetime
    last_at: datetime
    field: str | None = None
    records: tuple[str, ...] = ()
    detail: str = ""


class DifferencesView(msgspec.Struct, frozen=True):
    """`differences` is how many answers' cells, records and orders were not alike, by place in `items`, the latest
    first. `compared` counts answers that were alike, `mirrored` writes that the second store took. `troubles` say what
    could not be compared or mirrored, and why not."""

    compared: int
    mirrored: int
    differences: int
    items: list[TallyView]
    troubles: list[TallyView]


@get("/differences", opt=needs(Permission.VIEW_MIGRATION))
async def list_differences(
    tally_reader: NamedDependency[SkipValidation[TallyReader]], records: NamedDependency[SkipValidation[RecordDesk]]
) -> DifferencesView:
    """What the store that answers and the one that is tried beside it (`RECORDS_STORE=shadow`) said differently since
    they run side by side. Values are not kept."""
    tallies = await tally_reader.record_tallies()
    catalogue = await records.catalogues.catalogue()
    totals = {what: sum(one.count for one in tallies if one.what == what) for what in ("compared", "mirrored")}
    different = [one for one in tallies if one.what in DIFFERENCES]
    troubles = [one for one in tallies if one.what not in DIFFERENCES and one.what not in totals]
    return DifferencesView(
        compared=totals["compared"],
        mirrored=totals["mirrored"],
        differences=sum(one.count for one in different),
        items=[_view(catalogue, one) for one in different],
        troubles=[_view(catalogue, one) for one in troubles],
    )


def _view(catalogue: Catalogue | None, tally: Tally) -> TallyView:
    tables = {table.id: table for table in catalogue.tables} if catalogue is not None else {}
    table = tables.get(tally.table)
    field = table.get(tally.field) if table is not None and tally.field is not None else None
    return TallyView(
        table=table.api if table is not None else tally.table,
        what=tally.what.value,
        count=tally.count,
        first_at=tally.first_at,
        last_at=tally.last_at,
        field=field.api if field is not None else tally.field,
        records=tally.records,
        detail=tally.detail,
    )


router = StaffSection("/api/admin/records", route_handlers=[list_differences], tags=["Records"])
