"""Who may see a field: by name and type, and never less carefully than what it is computed of."""

from __future__ import annotations

import pytest

from titus_core.records.catalogue import FieldType, LinkTo, Privacy
from titus_core.records.describing import Computation, FieldDescription, TableDescription
from titus_core.records.model import FieldId, TableId
from titus_core.records.privacy import class_of, classes_of, strictest

TEXT, SELECT, NUMBER = FieldType.TEXT, FieldType.SELECT, FieldType.NUMBER
PUBLIC, PERSONAL, HEALTH, SECRET = Privacy.PUBLIC, Privacy.PERSONAL, Privacy.HEALTH, Privacy.SECRET


def field(name: str, of: FieldType = TEXT, table: str = "Things", description: str = "") -> Privacy:
    told = FieldDescription(id=FieldId("fld1"), name=name, type=of, description=description)
    return class_of(TableDescription(id=TableId("tbl1"), name=table, primary=told.id, fields=(told,)), told)


@pytest.mark.parametrize(
    "name",
    [
        "WIFI Password",
        "Lockbox or Keypad Details",
        "p256dh",
        "auth",
        "VAPID Key ID",
        "Endpoint",
        "Door Code",
        "Alarm codes",
        "PIN",
        "API Key",
        "House keys",
        "Access Token",
        "Lock-box",
    ],
)
def test_what_opens_doors_is_secret(name: str) -> None:
    assert field(name) is SECRET


@pytest.mark.parametrize(
    "name", ["Line Item Code", "Postal code", "QR Code", "Key Worker", "Key contact", "Keywords", "Monkey"]
)
def test_what_only_sounds_so_is_not(name: str) -> None:
    assert field(name) is not SECRET


def test_a_description_may_say_that_it_is_secret() -> None:
    assert field("User key", description="SECRET: of the client") is SECRET
    assert field("Thing", NUMBER, description="the secret number") is SECRET


@pytest.mark.parametrize(
    "name", ["Diagnosis", "Medications", "Type of Disability", "PRN Given?", "Behaviours (Verbal)", "Bowel", "Goal"]
)
def test_what_is_about_health_is_health(name: str) -> None:
    assert field(name, SELECT) is HEALTH


@pytest.mark.parametrize(
    "name", ["First Name", "Home Address", "Mobile", "Date of Birth", "Notes", "ABN", "Comments", "NDIS Number"]
)
def test_what_is_about_somebody_is_personal(name: str) -> None:
    assert field(name, NUMBER) is PERSONAL


def test_in_doubt_a_text_is_personal_and_a_choice_is_not() -> None:
    for of in (TEXT, FieldType.LONG_TEXT, FieldType.ATTACHMENTS, FieldType.UNKNOWN, FieldType.URL):
        assert field("Whatever", of) is PERSONAL
    for of in (SELECT, NUMBER, FieldType.CHECKBOX, FieldType.DATE, FieldType.LINKS):
        assert field("Whatever", of) is PUBLIC
    assert field("Whatever", FieldType.PHONE) is PERSONAL


def test_names_of_things_are_public() -> None:
    for name in ("Support Item Name", "Registration Group Name", "Course Description", "Job Title", "Unit", "Version"):
        assert field(name) is PUBLIC


def test_numbers_and_times_of_the_bookkeeping_are_public() -> None:
    assert field("Incident #", FieldType.AUTO_NUMBER) is PUBLIC
    assert field("Created", FieldType.CREATED_TIME, "Bowel Chart") is PUBLIC


def test_in_a_chart_of_health_everything_is_health_but_links() -> None:
    assert field("Amount", NUMBER, "Fluid Intake Diary") is HEALTH
    assert field("Start", FieldType.DATE_TIME, "Progress Notes") is HEALTH
    assert field("Staff", FieldType.LINKS, "Bowel Chart") is PUBLIC
    assert field("Category", SELECT, "Support Plans") is PUBLIC


def test_the_strictest_of_several() -> None:
    assert strictest([PERSONAL, SECRET, PUBLIC]) is SECRET
    assert strictest([PERSONAL, HEALTH]) is HEALTH
    assert strictest([]) is PUBLIC


def _id(word: str) -> FieldId:
    return FieldId(f"fld{word}")


def _computed(word: str, *reads: str, **more: str) -> FieldDescription:
    computation = Computation(
        reads=tuple(_id(read) for read in reads),
        via=_id(more["via"]) if "via" in more else None,
        target=_id(more["target"]) if "target" in more else None,
    )
    return FieldDescription(id=_id(word), name=word, type=FieldType.FORMULA, computation=computation)


HOMES = TableDescription(
    id=TableId("tblHomes"),
    name="Homes",
    primary=_id("Door Code"),
    fields=(
        FieldDescription(id=_id("Door Code"), name="Door Code", type=TEXT),
        FieldDescription(id=_id("Rooms"), name="Rooms", type=NUMBER),
    ),
)
PEOPLE = TableDescription(
    id=TableId("tblPeople"),
    name="People",
    primary=_id("Size"),
    fields=(
        _computed("Far", "Near"),
        _computed("Near", "Looked"),
        _computed("Looked", via="Home", target="Door Code"),
        _computed("Label", "Home", "Gone"),
        _computed("Big", via="Home", target="Rooms"),
        FieldDescription(id=_id("Home"), name="Home", type=FieldType.LINKS, link=LinkTo(table=HOMES.id)),
        FieldDescription(id=_id("Size"), name="Size", type=NUMBER),
    ),
)


def test_what_is_computed_of_a_secret_is_secret_however_far() -> None:
    classes = classes_of([PEOPLE, HOMES], {})
    assert {word: classes[_id(word)] for word in ("Far", "Near", "Looked", "Label", "Big")} == {
        "Far": SECRET,
        "Near": SECRET,
        "Looked": SECRET,
        "Label": SECRET,  # a formula sees what names the home: its code
        "Big": PUBLIC,
    }


def test_what_a_person_settled_stays_and_is_passed_on() -> None:
    classes = classes_of([PEOPLE, HOMES], {_id("Looked"): PERSONAL, _id("Rooms"): HEALTH})
    assert classes[_id("Looked")] is PERSONAL
    assert classes[_id("Far")] is PERSONAL
    assert classes[_id("Big")] is HEALTH
