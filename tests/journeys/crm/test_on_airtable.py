"""The same registers in Airtable (the sandbox plays it): whole lists, text that is no formula, and callers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from tests.contracts.records import backends
from tests.core.crm import base
from titus_adapters.airtable.metadata import metadata_of
from titus_adapters.number_rules import PhoneNumberRules
from titus_core.calls.ports import KnownCaller
from titus_core.crm.entries import KMS, SLEEP
from titus_core.crm.keep_contact import change_contact, create_contact
from titus_core.crm.list_contacts import list_contacts
from titus_core.crm.list_entries import Who, entries_of, views
from titus_core.crm.reading import Crm
from titus_core.crm.refresh_callers import RefreshCallers
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.phone import PhoneNumber
from titus_core.records.naming import named
from titus_core.records.ports import Create
from titus_core.records.setting import NoFormulas

INJECTION = "') OR TRUE() OR ('"


class Office:
    """A base of registers in the sandbox, whose names are written and not computed."""

    def __init__(self, airtable: Any) -> None:
        self.airtable = airtable
        self.storage: Any = airtable.storage
        self.crm = Crm(airtable.store, airtable.catalogue, "Australia/Brisbane", lambda *_: "/a-file")

    async def add(self, table: str, **cells: Any) -> str:
        told = self.crm.catalogue.named(table)
        items = ({told.named(word).id: value for word, value in cells.items()},)
        return (await self.crm.records.write(Create(table=told.id, by=OPERATOR, items=items))).records[0].id

    async def sleep(self, name: str) -> list[str]:
        who = Who(name, "clientName")
        found = await views(self.crm, SLEEP, await entries_of(self.crm, SLEEP, client=who, worker=None))
        return [one["client"] for one in found]

    async def calls(self, number: str) -> list[str]:
        async def ask(tx: Any, _: None) -> tuple[KnownCaller, ...]:
            known: tuple[KnownCaller, ...] = await tx.known_callers.with_number(PhoneNumber(number))
            return known

        return [one.name for one in await self.storage.transact(ask, None)]


@pytest.fixture
def closed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The contract suite's kind of store, with another base in it."""
    tables = [base._table(name, said, ("All Contacts.Full Name",)) for name, said in base.TABLES.items()]
    told = {"tables": [one | {"primaryFieldId": one["fields"][0]["id"]} for one in tables]}
    catalogue = named("appRegisters00000", metadata_of(msgspec.json.encode(told)).tables, NoFormulas())
    monkeypatch.setattr(backends, "METADATA", told)
    monkeypatch.setattr(backends, "BASE", "appRegisters00000")
    monkeypatch.setattr(backends, "catalogue", lambda: catalogue)
    return backends.OFFICES["airtable"](request)


@pytest.fixture
async def office(closed: Any) -> AsyncIterator[Office]:
    await closed.open()
    yield Office(closed)
    await closed.close()


async def test_contacts_are_kept_and_listed(office: Office) -> None:
    account = {"account_type_active_or_inactive_or_propsect": "Active"}
    for place in range(103):
        await office.add("clients", client_name=f"Client {place:03}", **account)
    told = {"firstName": "Ann", "lastName": "Lee", "statusOfContact": "Active Contact", "email": "ann@example.org"}
    first = await create_contact(office.crm, told, OPERATOR, "once")
    again = await create_contact(office.crm, told, OPERATOR, "once")
    assert again.view["id"] == first.view["id"]
    listed = await list_contacts(office.crm)
    assert len(listed) == 104
    assert (listed[0]["name"], listed[-1]["contactType"]) == ("Ann Lee", "NDIS Client (Active)")


async def test_what_a_client_writes_is_no_formula(office: Office) -> None:
    for name in ("Mia Tran", "Joy Mia Tran", INJECTION):
        client = await office.add("clients", client_name=name)
        await office.add("client_sleep_chart", client_name=[client])
    assert await office.sleep("mia tran") == ["Mia Tran"]
    assert await office.sleep(INJECTION) == [INJECTION]
    for nobody in (INJECTION[:-1], "{Client Name}", "\\", "\\'", '"', "Tran"):
        assert await office.sleep(nobody) == []


async def test_kilometres_of_a_worker(office: Office) -> None:
    ann = await office.add("all_contacts", first_name="Ann", email="Ann@example.org")
    await office.add("progress_notes", support_workers_name=[ann], kms="12 km")
    await office.add("progress_notes", support_workers_name=[ann])
    who = Who("ann@example.org", "email", by_email=True)
    found = await views(office.crm, KMS, await entries_of(office.crm, KMS, client=None, worker=who))
    assert [(one["workerName"], one["kms"]) for one in found] == [("Ann", 12.0)]


async def test_callers_follow_airtables_own_word_of_what_changed(office: Office) -> None:
    reader, clock = office.storage.reader, office.airtable.clock
    refresh = RefreshCallers(office.storage, office.crm.records, reader, reader, PhoneNumberRules(), clock)
    await refresh()
    made = await create_contact(office.crm, {"firstName": "Ann", "phone": "0491 570 006"}, OPERATOR, None)
    await refresh()
    assert await office.calls("+61491570006") == ["Ann"]
    await change_contact(office.crm, made.view["id"], {"firstName": "Anna"}, OPERATOR, None)
    await office.airtable.cut()
    with pytest.raises(Unavailable):
        await refresh()
    assert await office.calls("+61491570006") == ["Ann"]
    await office.airtable.mend()
    await office.airtable.pass_time(120)
    await refresh()
    assert await office.calls("+61491570006") == ["Anna"]
