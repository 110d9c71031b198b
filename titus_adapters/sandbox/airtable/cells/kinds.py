"""The kind of every type."""

from __future__ import annotations

from titus_adapters.sandbox.airtable.cells.attachments import FILES
from titus_adapters.sandbox.airtable.cells.dates import DATE, DATE_TIME
from titus_adapters.sandbox.airtable.cells.kind import Kind
from titus_adapters.sandbox.airtable.cells.links import LINKS
from titus_adapters.sandbox.airtable.cells.numbers import AUTO_NUMBER, CHECKBOX, DURATION, NUMBER, RATING
from titus_adapters.sandbox.airtable.cells.people import PEOPLE, PERSON
from titus_adapters.sandbox.airtable.cells.selects import MULTIPLE, SELECT, SYNC_SOURCE
from titus_adapters.sandbox.airtable.cells.texts import TEXT
from titus_adapters.sandbox.airtable.cells.things import AI_TEXT, BARCODE, BUTTON, UNKNOWN

KINDS = {
    **dict.fromkeys(("singleLineText", "multilineText", "richText", "email", "url", "phoneNumber"), TEXT),
    **dict.fromkeys(("number", "currency", "percent"), NUMBER),
    "duration": DURATION,
    "rating": RATING,
    "checkbox": CHECKBOX,
    "singleSelect": SELECT,
    "multipleSelects": MULTIPLE,
    "externalSyncSource": SYNC_SOURCE,
    "date": DATE,
    "dateTime": DATE_TIME,
    "singleCollaborator": PERSON,
    "multipleCollaborators": PEOPLE,
    "multipleRecordLinks": LINKS,
    "multipleAttachments": FILES,
    "barcode": BARCODE,
    "button": BUTTON,
    "aiText": AI_TEXT,
    "autoNumber": AUTO_NUMBER,
}
"""Types that are kept. Those that are calculated are in `base.computed`."""


def kind_of(type_name: str) -> Kind:
    return KINDS.get(type_name, UNKNOWN)
