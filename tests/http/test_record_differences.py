"""What a second store would have answered otherwise, as an administrator reads it."""

from __future__ import annotations

from tests.contracts.records.base import catalogue
from tests.http.staff_app import Staff, at_once
from titus_core.records.model import FieldId, RecordId, TableId
from titus_core.records.shadow.findings import Findings
from titus_core.records.shadow.model import What

TABLE, FIELD = TableId("tblStock000000000"), FieldId("fldSLeft000000000")
DIFFERENCES = "/api/admin/records/differences"


def test_nothing_was_counted_where_nothing_runs_side_by_side(staff: Staff) -> None:
    told = staff.client.get(DIFFERENCES, headers=staff.sam).json()
    assert told == {"compared": 0, "mirrored": 0, "differences": 0, "items": [], "troubles": []}


def test_differences_are_told_by_table_field_and_record_without_any_cell(staff: Staff) -> None:
    findings = Findings(staff.world.store, staff.world.clock)
    for number in range(7):
        findings.count(TABLE, What.CELL, RecordId(f"rec{number:014}"), FIELD)
    for what, detail in ((What.COMPARED, ""), (What.MIRRORED, ""), (What.FAILED, "unavailable")):
        findings.count(TABLE, what, detail=detail)
    at_once(findings.keep())
    told = staff.client.get(DIFFERENCES, headers=staff.sam).json()
    assert (told["compared"], told["mirrored"], told["differences"]) == (1, 1, 7)
    (item,) = told["items"]
    assert item.pop("firstAt") == item.pop("lastAt")
    records = [f"rec{number:014}" for number in (6, 5, 4, 3, 2)]
    assert item == {"table": TABLE, "what": "cell", "count": 7, "field": FIELD, "records": records}
    assert [(one["what"], one["detail"]) for one in told["troubles"]] == [("failed", "unavailable")]


def test_names_are_those_of_the_catalogue(staff: Staff) -> None:
    staff.world.store._state.catalogue = catalogue()
    findings = Findings(staff.world.store, staff.world.clock)
    findings.count(TABLE, What.CELL, None, FIELD)
    findings.count(TABLE, What.CELL, None, FieldId("fldGone0000000000"))
    at_once(findings.keep())
    told = staff.client.get(DIFFERENCES, headers=staff.sam).json()
    assert {(one["table"], one["field"]) for one in told["items"]} == {
        ("stock", "left"),
        ("stock", "fldGone0000000000"),
    }
