"""What is written down of clients and by workers: theirs alone, the latest first, and stored as it was said."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.crm.base import catalogue
from tests.core.crm.registry import Registry, run
from titus_core.crm.add_entry import Writing, add_budget, add_document, add_entry
from titus_core.crm.entries import (
    CLIENT_HISTORY,
    DOCS,
    EMPLOYEE_HISTORY,
    INCIDENTS,
    KMS,
    NEW_INCIDENT,
    NEW_NOTE,
    NOTES,
    SLEEP,
    TASKS,
    Entries,
)
from titus_core.crm.errors import ManyOfThatName, NotInBase
from titus_core.crm.list_entries import Who, entries_of, views
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import FieldType, Kind
from titus_core.records.errors import UnknownField

WRITING = Writing(OPERATOR)


class Office(Registry):
    def __init__(self, *without: str) -> None:
        super().__init__(catalogue(*without))
        self.mia = self.add("clients", client_name="Mia Tran")
        self.joy = self.add("clients", client_name="Joy Mia Tran")
        self.ann = self.add("all_contacts", first_name="Ann", last_name="Lee", email="Ann@example.org")
        self.bo = self.add("all_contacts", first_name="Bo", last_name="Lee", email="bo@example.org")

    def told(self, entries: Entries, client: Who | None = None, worker: Who | None = None) -> list[dict[str, Any]]:
        return run(views(self.crm, entries, run(entries_of(self.crm, entries, client=client, worker=worker))))

    def note(self, **cells: Any) -> str:
        return self.add("progress_notes", **cells)


@pytest.fixture
def office() -> Office:
    return Office()


def client(name: str, by_id: str | None = None) -> Who:
    return Who(name, "clientName", by_id=by_id)


def email(said: str) -> Who:
    return Who(said, "email", by_email=True)


def test_a_clients_notes_are_theirs_alone_the_latest_first(office: Office) -> None:
    office.note(client_name=[office.mia], start_date_and_time="2026-11-02T09:00:00+10:00", kms="12.5 km (return)")
    last = office.note(client_name=[office.mia], start_date_and_time="2026-11-30T09:00:00+10:00")
    office.note(client_name=[office.joy], start_date_and_time="2026-11-29T09:00:00+10:00")
    told = office.told(NOTES, client("  mia  TRAN "))
    assert [one["client"] for one in told] == ["Mia Tran", "Mia Tran"]
    assert (told[0]["id"], told[0]["clientId"]) == (last, office.mia)
    assert (told[0]["kms"], told[0]["kmsRaw"], told[1]["kms"], told[1]["kmsRaw"]) == (
        None,
        "",
        12.5,
        "12.5 km (return)",
    )
    assert told[1]["allFields"]["KMs"] == "12.5 km (return)"
    assert office.told(NOTES, client("nobody")) == []


def test_a_workers_notes_are_found_by_address_or_name_or_record(office: Office) -> None:
    office.note(support_workers_name=[office.ann], notes_summary="Walked", client_name=[office.mia])
    office.note(support_workers_name=[office.bo], notes_summary="Swam", client_name=[office.mia])
    office.note(support_workers_name=[office.ann, office.bo], notes_summary="Both", client_name=[office.joy])
    for who in (email(" ann@EXAMPLE.org "), Who("ann lee", "name"), Who("", "email", by_id=office.ann)):
        assert {one["notes"] for one in office.told(NOTES, worker=who)} == {"Walked", "Both"}
    assert office.told(NOTES, worker=Who("", "email", by_id="recDoesNotExist00")) == []
    assert office.told(NOTES, worker=email("ann@example")) == []
    both = office.told(NOTES, client("Mia Tran"), email("ann@example.org"))
    assert [(one["notes"], one["workerName"]) for one in both] == [("Walked", "Ann Lee")]


def test_a_name_that_several_have_is_refused_until_one_is_chosen(office: Office) -> None:
    twin = office.add("clients", client_name="mia tran")
    office.add("client_sleep_chart", client_name=[twin], sleep_quality="Broken")
    with pytest.raises(ManyOfThatName) as refused:
        office.told(SLEEP, client("Mia Tran"))
    assert sorted(refused.value.data["ids"]) == sorted([office.mia, twin])  # type: ignore[call-overload]
    assert refused.value.data["by"] == "clientId"
    assert [one["quality"] for one in office.told(SLEEP, client("Mia Tran", twin))] == ["Broken"]
    office.add("all_contacts", first_name="Ann", email="ann@example.org")
    with pytest.raises(ManyOfThatName):
        office.told(NOTES, worker=email("ann@example.org"))


def test_kilometres_are_of_the_notes_that_tell_any(office: Office) -> None:
    office.note(support_workers_name=[office.ann], kms="1,012 km")
    office.note(support_workers_name=[office.ann])
    office.note(support_workers_name=[office.ann], kms="a few")
    told = office.told(KMS, worker=email("ann@example.org"))
    assert sorted((one["kmsRaw"], one["kms"]) for one in told) == [("1,012 km", 1012.0), ("a few", None)]
    assert "from" in told[0]


def test_talks_stand_in_two_tables(office: Office) -> None:
    office.add("employee_contact_history", employee=[office.ann], summary="Roster", contact_made_by=[office.bo])
    office.add("client_contact_history", client_name=[office.mia], summary="Plan")
    (talk,) = office.told(EMPLOYEE_HISTORY, worker=Who("Ann Lee", "name"))
    assert (talk["summary"], talk["workerName"], talk["staffName"]) == ("Roster", "Ann Lee", "Bo Lee")
    assert [one["summary"] for one in office.told(CLIENT_HISTORY, client("Mia Tran"))] == ["Plan"]


def test_names_that_are_written_as_text_are_compared_whole(office: Office) -> None:
    told = office.catalogue
    chart = told.named("client_sleep_chart")
    field = chart.named("client_name")
    text = replace(field, type=FieldType.TEXT, kind=Kind.TEXT, link=None)
    fields = tuple(text if one.id == field.id else one for one in chart.fields)
    changed = replace(
        told, tables=tuple(replace(one, fields=fields) if one.id == chart.id else one for one in told.tables)
    )
    registry = Registry(changed)
    registry.add("clients", client_name="Mia Tran")
    registry.add("client_sleep_chart", client_name="mia tran", sleep_quality="Settled")
    registry.add("client_sleep_chart", client_name="Joy Mia Tran", sleep_quality="Broken")
    found = run(entries_of(registry.crm, SLEEP, client=client("Mia Tran"), worker=None))
    assert [one["quality"] for one in run(views(registry.crm, SLEEP, found))] == ["Settled"]
    twin = registry.add("clients", client_name="Mia  Tran")
    with pytest.raises(ManyOfThatName):
        run(entries_of(registry.crm, SLEEP, client=client("", twin), worker=None))
    registry.remove("clients", twin)
    number = replace(field, type=FieldType.NUMBER, kind=Kind.NUMBER, link=None)
    fields = tuple(number if one.id == field.id else one for one in chart.fields)
    odd = replace(told, tables=tuple(replace(one, fields=fields) if one.id == chart.id else one for one in told.tables))
    with pytest.raises(NotInBase):
        run(entries_of(replace(registry.crm, catalogue=odd), SLEEP, client=client("Mia Tran"), worker=None))


@pytest.mark.parametrize(
    ("without", "entries", "missing"),
    [
        ("Tasks", TASKS, ("tasks", None)),
        ("Client Docs", DOCS, ("client_docs", None)),
        ("Progress Notes.KMs", KMS, ("Progress Notes", "kms")),
        ("Client Sleep Chart.Client Name", SLEEP, ("Client Sleep Chart", "client_name")),
    ],
)
def test_what_the_base_lacks_is_named(without: str, entries: Entries, missing: tuple[str, str | None]) -> None:
    office = Office(without)
    who = {"worker": email("ann@example.org")} if entries is KMS else {"client": client("Mia Tran")}
    with pytest.raises(NotInBase) as refused:
        office.told(entries, **who)
    assert (refused.value.data["table"], refused.value.data["field"]) == missing


def test_a_base_whose_clients_have_no_name_knows_none_by_name() -> None:
    office = Registry(catalogue("Clients.Client Name"))
    with pytest.raises(NotInBase):
        run(entries_of(office.crm, SLEEP, client=client("Mia"), worker=None))


def test_entries_without_a_date_are_told_by_id(office: Office) -> None:
    bare = Registry(catalogue("Client Sleep Chart.Sleep Date"))
    mia = bare.add("clients", client_name="Mia")
    made = [bare.add("client_sleep_chart", client_name=[mia]) for _ in range(3)]
    found = run(entries_of(bare.crm, SLEEP, client=client("Mia"), worker=None))
    assert [one.id for one in found] == sorted(made)


def test_a_note_is_stored_as_it_was_said(office: Office) -> None:
    told = {
        "startDate": "2026-11-30T09:00",
        "endDate": "2026-11-30T11:30:00+10:00",
        "progressNote": "Walked to the river",
        "transport": "Worker vehicle",
        "kms": 12,
        "clientId": office.mia,
        "employeeId": [office.ann],
        "risks": "",
        "attachments": [],
    }
    made = run(add_entry(office.crm, NOTES, NEW_NOTE, told, WRITING))
    assert (made["startDate"], made["endDate"]) == ("2026-11-29T23:00:00.000Z", "2026-11-30T01:30:00.000Z")
    assert (made["client"], made["workerName"], made["kms"]) == ("Mia Tran", "Ann Lee", 12.0)
    incident = {"dateTime": "2026-11-30T09:00", "categories": "Fall", "severity": "Minor", "clientId": office.mia}
    report = run(add_entry(office.crm, INCIDENTS, NEW_INCIDENT, incident, WRITING))
    assert (report["categories"], report["severity"]) == (["Fall"], "Minor")


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"progressNote": "x", "mood": "good"}, "mood"),
        ({"progressNote": "x", "risks": "stairs"}, "risks"),
        ({"progressNote": "x", "startDate": "yesterday"}, "startDate"),
        ({"progressNote": "x", "clientId": "Mia"}, "clientId"),
        ({"progressNote": "x", "transport": "Helicopter"}, "transport"),
        ({"progressNote": ""}, "startDate"),
        ({}, "startDate"),
    ],
)
def test_what_cannot_be_stored_refuses_the_whole_note(office: Office, told: dict[str, Any], named: str) -> None:
    with pytest.raises(Invalid) as refused:
        run(add_entry(office.crm, NOTES, NEW_NOTE, told, WRITING))
    assert refused.value.data["field"] == named
    assert run(office.crm.every(office.catalogue.named("progress_notes"))) == ()


def test_a_budget_is_a_known_clients(office: Office) -> None:
    made = run(
        add_budget(
            office.crm, {"clientName": "mia tran", "invoiceAmount": "$1,250.50", "fromWhichBudget": "SIL"}, WRITING
        )
    )
    assert (made["clientName"], made["invoiceAmount"], made["fromWhichBudget"]) == ("Mia Tran", 1250.5, "SIL")
    for told, named in (({"clientName": "Nobody"}, "clientName"), ({"lineItems": "x"}, "clientName")):
        with pytest.raises(Invalid) as refused:
            run(add_budget(office.crm, told, WRITING))
        assert refused.value.data["field"] == named
    with pytest.raises(UnknownField):
        run(add_budget(office.crm, {"clientName": "Mia Tran", "colour": "red"}, WRITING))


def test_a_document_is_kept_with_its_day_as_australians_write_it(office: Office) -> None:
    told = {"contactId": office.mia, "clientName": "whoever", "docType": "Plan", "expiryDate": "5/3/2026"}
    made = run(add_document(office.crm, told, Writing(OPERATOR, "once")))
    assert (made["clientName"], made["docType"], made["expiryDate"]) == ("Mia Tran", "Plan", "2026-03-05")
    assert run(add_document(office.crm, told, Writing(OPERATOR, "once")))["id"] == made["id"]
    with pytest.raises(Invalid, match="contactId"):
        run(add_document(office.crm, {"contactId": "recDoesNotExist00"}, WRITING))
    with pytest.raises(Invalid, match="expiryDate"):
        run(add_document(office.crm, told | {"expiryDate": "31/31/2026"}, WRITING))


def test_a_name_that_a_table_keeps_as_text_is_written_as_text() -> None:
    told = catalogue()
    docs = told.named("client_docs")
    field = docs.named("client_name")
    text = replace(field, type=FieldType.TEXT, kind=Kind.TEXT, link=None)
    fields = tuple(text if one.id == field.id else one for one in docs.fields)
    tables = tuple(replace(one, fields=fields) if one.id == docs.id else one for one in told.tables)
    registry = Registry(replace(told, tables=tables))
    registry.add("clients", client_name="Mia Tran")
    made = run(add_document(registry.crm, {"clientName": "mia tran", "docType": "Plan"}, WRITING))
    assert made["clientName"] == "Mia Tran"
