"""How cells are read into today's keys, and what clients say into cells."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.crm.registry import Registry, run
from titus_core.crm.filling import cell
from titus_core.crm.reading import Crm
from titus_core.crm.shapes import Key, Shaping, Way, raw
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.errors import Invalid
from titus_core.records.model import Attachment, Misfit, Record, RecordId
from titus_core.records.ports import Upload

REGISTRY = Registry()
CONTACTS = REGISTRY.catalogue.named("all_contacts")


def read(way: Way, alias: str, value: Any) -> Any:
    """What a cell of this field is told as."""
    field = CONTACTS.named(alias)
    record = Record(id=RecordId("rec0"), created_time="2026", fields={} if value is None else {field.id: value})
    shaping = Shaping((Key("it", (alias,), way), Key("none", ("no_such_field",), way)), CONTACTS.shown)
    (view,) = run(shaping.views(REGISTRY.crm, [record]))
    assert view["none"] == read_nothing(way)
    return view["it"]


def read_nothing(way: Way) -> Any:
    empty: dict[Way, Any] = {Way.LIST: (), Way.FILES: (), Way.NUMBER: None, Way.FLAG: False}
    return empty.get(way, "")


@pytest.mark.parametrize(
    ("way", "value", "told"),
    [
        (Way.TEXT, "a", "a"),
        (Way.TEXT, ("a", "b", None), "a, b"),
        (Way.TEXT, 2.5, "2.5"),
        (Way.TEXT, True, "Yes"),
        (Way.TEXT, False, "No"),
        (Way.TEXT, Misfit(("x",)), "x"),
        (Way.TEXT, {"email": "x"}, ""),
        (Way.TEXT, None, ""),
        (Way.LIST, ("a", "b"), ["a", "b"]),
        (Way.NUMBER, 3, 3),
        (Way.NUMBER, (4, 5), 4),
        (Way.NUMBER, (), None),
        (Way.NUMBER, "-1,250.5 km", -1250.5),
        (Way.NUMBER, "no", None),
        (Way.NUMBER, True, None),
        (Way.FLAG, True, True),
        (Way.FLAG, "Yes", True),
        (Way.FLAG, "No", False),
        (Way.FLAG, None, False),
        (Way.ID, ("rec1", "rec2"), "rec1"),
        (Way.ID, None, ""),
        (Way.FILES, None, ()),
    ],
)
def test_a_cell_is_told_in_the_way_that_its_key_asks_for(way: Way, value: Any, told: Any) -> None:
    assert read(way, "organisation", value) == told


def test_files_are_told_by_address_name_size_and_type() -> None:
    file = Attachment(id="att00000000000001", filename="a.png", size=7, type="image/png")
    (told,) = read(Way.FILES, "photo", (file,))
    assert told["url"] == told["thumbnailUrl"] == "/files/att00000000000001"
    assert (told["name"], told["size"], told["type"]) == ("a.png", 7, "image/png")


def test_all_fields_hold_files_with_addresses_and_cells_by_their_first_names() -> None:
    registry = Registry()
    ann = registry.add("all_contacts", first_name="Ann", has_abn=True)
    table = registry.catalogue.named("all_contacts")

    async def put() -> None:
        async def content() -> Any:
            yield b"a face"

        upload = Upload(
            table=table.id,
            record=ann,
            field=table.named("photo").id,
            filename="ann.png",
            type="image/png",
            by=OPERATOR,
        )
        await registry.records.attach(upload, content())

    run(put())
    record = run(registry.crm.one(table.shown, ann))
    told = raw(table.shown, record, registry.crm.link)
    assert (told["First Name"], told["Has ABN"]) == ("Ann", True)
    assert told["Photo"][0]["url"].startswith("/files/att")


def test_whom_nobody_can_name_is_told_by_id() -> None:
    registry = Registry()
    blank = registry.add("clients", suburb="Ipswich")
    ann = registry.add("all_contacts", first_name="Ann", linked_to_client=[blank])
    table = registry.catalogue.named("all_contacts").shown
    crm: Crm = registry.crm
    (view,) = run(Shaping((Key("of", ("linked_to_client",), Way.LIST),), table).views(crm, [run(crm.one(table, ann))]))
    assert view["of"] == [blank]


def written(alias: str, value: Any, table: str = "all_contacts", zone: str = "Australia/Brisbane") -> Any:
    return cell(REGISTRY.catalogue.named(table).named(alias), "key", value, zone)


@pytest.mark.parametrize(
    ("table", "alias", "value", "stored"),
    [
        ("all_contacts", "first_aid_expiry", "5/3/2026", "2026-03-05"),
        ("all_contacts", "first_aid_expiry", "2026-03-05", "2026-03-05"),
        ("all_contacts", "pay_rate_weekday", "$1,067.50", 1067.5),
        ("all_contacts", "pay_rate_weekday", 67, 67),
        ("all_contacts", "has_abn", "YES", True),
        ("all_contacts", "has_abn", "false", False),
        ("all_contacts", "organisation", 12, "12"),
        ("all_contacts", "organisation", "Home", "Home"),
        ("all_contacts", "linked_to_client", "rec00000000000001", ("rec00000000000001",)),
        ("clients", "required_skills", "PEG", ("PEG",)),
        ("progress_notes", "start_date_and_time", "2026-11-30T09:00", "2026-11-29T23:00:00.000Z"),
        ("progress_notes", "start_date_and_time", "2026-11-30T09:00:00Z", "2026-11-30T09:00:00.000Z"),
    ],
)
def test_what_forms_and_scripts_write_is_understood(table: str, alias: str, value: Any, stored: Any) -> None:
    assert written(alias, value, table) == stored


@pytest.mark.parametrize(
    ("table", "alias", "value"),
    [
        ("all_contacts", "first_aid_expiry", "03-2026"),
        ("all_contacts", "pay_rate_weekday", "a lot"),
        ("all_contacts", "has_abn", "perhaps"),
        ("all_contacts", "organisation", True),
        ("progress_notes", "start_date_and_time", "nine"),
        ("progress_notes", "start_date_and_time", "0001-01-01T00:00"),
        ("all_contacts", "pay_rate_weekday", "1e999"),
        ("all_contacts", "pay_rate_weekday", "nan"),
        ("all_contacts", "organisation", {"a": 1}),
        ("all_contacts", "linked_to_client", [1]),
        ("all_contacts", "photo", [{"url": 1}]),
        ("all_contacts", "full_name", "Ann Lee"),
    ],
)
def test_what_is_not_understood_is_refused_by_the_clients_own_key(table: str, alias: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        written(alias, value, table)
    assert refused.value.data["field"] == "key"


@pytest.mark.parametrize(
    ("zone", "told"), [("utc", "2026-11-30T09:00:00.000Z"), ("client", "2026-11-30T09:00:00.000Z")]
)
def test_zones_are_read_as_the_store_of_origin_names_them(zone: str, told: str) -> None:
    field = replace(REGISTRY.catalogue.named("progress_notes").named("start_date_and_time"), zone=zone)
    assert cell(field, "key", "2026-11-30T09:00", "Australia/Brisbane") == told
