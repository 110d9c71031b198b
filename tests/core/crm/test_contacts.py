"""Contacts in today's shape: listed whole, made and changed without a word being dropped."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.crm.base import catalogue
from tests.core.crm.registry import Registry, run
from titus_core.crm.contact import CONTACT
from titus_core.crm.errors import ListTooLong, NotInBase
from titus_core.crm.keep_contact import change_contact, create_contact, delete_contact, show_contact
from titus_core.crm.list_contacts import list_contacts
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.errors import Invalid, NotFound, Stale
from titus_core.records.errors import UnknownField

TYPE = "type_of_contact_single_select"


@pytest.fixture
def registry() -> Registry:
    return Registry()


def create(registry: Registry, key: str | None = None, **told: Any) -> dict[str, Any]:
    return run(create_contact(registry.crm, told, OPERATOR, key)).view


def change(registry: Registry, contact: str, version: str | None = None, **told: Any) -> dict[str, Any]:
    return run(change_contact(registry.crm, contact, told, OPERATOR, version)).view


def test_active_contacts_and_clients_are_listed_by_name(registry: Registry) -> None:
    active = {"status_of_contact": "Active Contact"}
    registry.add("all_contacts", first_name="bob", **{TYPE: "Employee"}, **active)
    registry.add("all_contacts", first_name="Gone", status_of_contact="Inactive Contact")
    registry.add("all_contacts", first_name="Nobody's state")
    registry.add("all_contacts", first_name="Twice", **{TYPE: "NDIS Client"}, **active)
    registry.add(
        "clients",
        client_name="Ann",
        mobile="0491 570 006",
        suburb="Ipswich",
        account_type_active_or_inactive_or_propsect="Prospect",
    )
    registry.add("clients", client_name="Left", account_type_active_or_inactive_or_propsect="Inactive")
    listed = run(list_contacts(registry.crm))
    assert [(one["name"], one["contactType"]) for one in listed] == [
        ("Ann", "NDIS Client (Prospect)"),
        ("bob", "Employee"),
    ]
    assert (listed[0]["phone"], listed[0]["suburb"], listed[0]["firstName"]) == ("0491 570 006", "Ipswich", "")
    assert [one["name"] for one in run(list_contacts(registry.crm, " client (p"))] == ["Ann"]
    assert run(list_contacts(registry.crm, "auditor")) == []


def test_a_list_is_read_to_its_end_and_refused_rather_than_cut(registry: Registry) -> None:
    for place in range(103):
        registry.add("all_contacts", first_name=f"P{place:03}", status_of_contact="Active Contact")
    assert len(run(list_contacts(registry.crm))) == 103
    with pytest.raises(ListTooLong, match="more than 102"):
        run(list_contacts(replace(registry.crm, most=102)))
    assert len(run(list_contacts(replace(registry.crm, most=103)))) == 103


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        ("Clients", ("clients", None)),
        ("All Contacts", ("all_contacts", None)),
        ("All Contacts.Status of Contact", ("All Contacts", "status_of_contact")),
        (
            "Clients.Account Type:  Active or Inactive or Propsect",
            ("Clients", "account_type_active_or_inactive_or_propsect"),
        ),
    ],
)
def test_what_the_base_lacks_is_named_and_no_list_is_empty_for_it(
    without: str, missing: tuple[str, str | None]
) -> None:
    with pytest.raises(NotInBase) as refused:
        run(list_contacts(Registry(catalogue(without)).crm))
    assert (refused.value.data["table"], refused.value.data["field"]) == missing


def test_a_status_without_any_word_for_active_is_no_status(registry: Registry) -> None:
    told = registry.catalogue
    table = told.named("all_contacts")
    fields = tuple(replace(one, options=()) if one.alias == "status_of_contact" else one for one in table.fields)
    tables = tuple(replace(one, fields=fields) if one.id == table.id else one for one in told.tables)
    with pytest.raises(NotInBase, match="Active Contact"):
        run(list_contacts(replace(registry.crm, catalogue=replace(told, tables=tables))))


def test_a_contact_has_every_key_whatever_the_base_has(registry: Registry) -> None:
    made = create(registry, firstName="Ann", lastName="Lee", phone="0491 570 006")
    assert list(made) == [one.key for one in CONTACT]
    assert (made["name"], made["phone"], made["gender"], made["photo"], made["hasABN"]) == (
        "Ann Lee",
        "0491 570 006",
        "",
        (),
        False,
    )
    assert made["tfnDayRate"] is None
    assert made["id"] == made["airtable_id"]
    assert made["allFields"]["First Name"] == "Ann"
    assert "Portal PIN" not in made["allFields"]


def test_links_are_told_by_name_and_secrets_never(registry: Registry) -> None:
    client = registry.add("clients", client_name="Mia")
    made = create(registry, firstName="Ann", linkedToClient=[client], contactType="Family")
    assert made["linkedToClient"] == ["Mia"]
    with pytest.raises(UnknownField):
        create(registry, firstName="Bo", extraFields={"Portal PIN": "1234"})


@pytest.mark.parametrize(
    ("told", "first", "last"),
    [
        ({"name": "Ann Maria Lee"}, "Ann Maria", "Lee"),
        ({"name": "Ann"}, "Ann", None),
        ({"name": "Ann  Lee", "firstName": "Ann", "lastName": "Lee"}, "Ann", "Lee"),
        ({"name": "", "firstName": "Ann"}, "Ann", None),
        ({"firstName": "Ann", "lastName": None}, "Ann", None),
    ],
)
def test_a_whole_name_becomes_first_and_last_name(registry: Registry, told: Any, first: str, last: str | None) -> None:
    stored = registry.get("all_contacts", create(registry, **told)["id"])
    assert (stored.get("first_name"), stored.get("last_name")) == (first, last)


def test_a_name_field_that_is_written_is_written() -> None:
    registry = Registry(catalogue("All Contacts.Full Name"))
    with pytest.raises(UnknownField, match="name"):
        create(registry, name="Ann Lee")
    registry = Registry(catalogue("All Contacts.Last Name"))
    assert create(registry, name="Ann Lee")["firstName"] == "Lee"


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"firstName": "Ann", "favouriteColour": "blue"}, "favouriteColour"),
        ({"firstName": "Ann", "gender": "female"}, "gender"),
        ({"firstName": "Ann", "cvAiSummary": "x"}, "cvAiSummary"),
        ({"firstName": "Ann", "statusOfContact": "Activ"}, "statusOfContact"),
        ({"firstName": "Ann", "contactType": "Employe"}, "contactType"),
        ({"firstName": "Ann", "extraFields": {"No Such Field": 1}}, "No Such Field"),
        ({"firstName": "Ann", "extraFields": {"First Aid Expiry": "soon"}}, "First Aid Expiry"),
        ({"firstName": "Ann", "extraFields": "x"}, "extraFields"),
        ({"name": "Bo", "firstName": "Ann"}, "name"),
        ({"phone": "0491 570 006"}, "name"),
        ({"firstName": None}, "name"),
        ({}, "name"),
    ],
)
def test_what_cannot_be_stored_refuses_the_whole_contact_and_is_named(
    registry: Registry, told: Any, named: str
) -> None:
    with pytest.raises(Invalid) as refused:
        create(registry, **told)
    assert refused.value.data["field"] == named
    assert run(registry.crm.every(registry.catalogue.named("all_contacts"))) == ()


def test_a_repetition_makes_nobody_and_says_so_when_the_first_is_gone(registry: Registry) -> None:
    first = create(registry, "key 1", firstName="Ann")
    assert create(registry, "key 1", firstName="Ann")["id"] == first["id"]
    run(delete_contact(registry.crm, first["id"], OPERATOR, None))
    with pytest.raises(NotFound):
        create(registry, "key 1", firstName="Ann")


def test_blank_text_leaves_a_field_and_null_clears_it(registry: Registry) -> None:
    made = create(registry, firstName="Ann", phone="0491 570 006", notes="calls at night", gender="")
    changed = change(registry, made["id"], phone="", notes="", organisation="Home", gender=None, linkedToClient=[])
    assert (changed["phone"], changed["notes"], changed["organisation"]) == ("0491 570 006", "", "Home")
    assert change(registry, made["id"], phone=None)["phone"] == ""
    assert change(registry, made["id"])["organisation"] == "Home"


def test_only_the_version_that_was_read_is_changed_or_deleted(registry: Registry) -> None:
    made = create(registry, firstName="Ann")
    version = run(show_contact(registry.crm, made["id"])).version
    change(registry, made["id"], version, lastName="Lee")
    with pytest.raises(Stale):
        change(registry, made["id"], version, lastName="Park")
    with pytest.raises(Stale):
        run(delete_contact(registry.crm, made["id"], OPERATOR, version))
    assert run(show_contact(registry.crm, made["id"])).view["name"] == "Ann Lee"


@pytest.mark.parametrize("record", ["recDoesNotExist00", "debug", "7", ""])
def test_a_contact_that_is_not_there_is_not_found(registry: Registry, record: str) -> None:
    for asking in (
        show_contact(registry.crm, record),
        change_contact(registry.crm, record, {}, OPERATOR, None),
        delete_contact(registry.crm, record, OPERATOR, None),
    ):
        with pytest.raises(NotFound):
            run(asking)
