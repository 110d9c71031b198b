"""A small base with the registers of the provider, named as the provider names them: made up, and whole enough for all
routes of contacts and clients."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, TypeAlias

import msgspec

from titus_adapters.airtable.metadata import metadata_of
from titus_core.records.catalogue import Catalogue
from titus_core.records.naming import named
from titus_core.records.setting import NoFormulas

Said: TypeAlias = str | tuple[str, ...]
"""A field's name (of text), with its type, with its options or the table that it links to."""

CONTACTS: tuple[Said, ...] = (
    ("Full Name", "formula"),
    "First Name",
    "Last Name",
    ("Email", "email"),
    ("Mobile", "phoneNumber"),
    ("Phone", "phoneNumber"),
    ("Emergency Phone", "phoneNumber"),
    (
        "Type of Contact (Single Select)",
        "singleSelect",
        "Employee",
        "Family",
        "NDIS Client",
        "Support Coordinator",
        "Plan Manager",
        "Other",
    ),
    ("Status of Contact", "singleSelect", "Active Contact", "Inactive Contact"),
    ("Stage-in-Recruitment", "singleSelect", "CV Received", "Onboarding"),
    "Organisation",
    "Home Address",
    ("State", "singleSelect", "QLD", "NSW"),
    ("Notes", "multilineText"),
    ("First Aid Expiry", "date"),
    ("Photo", "multipleAttachments"),
    ("Pay Rate Weekday", "currency"),
    ("Has ABN", "checkbox"),
    "Portal PIN",
    ("Linked to Client", "multipleRecordLinks", "Clients", "Contacts"),
    ("Clients (as Support Coordinator)", "multipleRecordLinks", "Clients", "Support Coordinator Link"),
)
CLIENTS: tuple[Said, ...] = (
    "Client Name",
    "NDIS Number",
    ("Date of Birth", "date"),
    ("Age", "number"),
    ("Account Type:  Active or Inactive or Propsect", "singleSelect", "Active", "Inactive", "Prospect"),
    ("SIL or CAS?", "singleSelect", "SIL", "CAS"),
    ("Mobile", "phoneNumber"),
    ("Email", "email"),
    "Suburb",
    ("NDIS Plan Start Date", "date"),
    ("NDIS Plan Expiry Date", "date"),
    ("Allergies & Alerts", "multilineText"),
    ("Required Skills", "multipleSelects", "Hoist", "PEG"),
    ("Contacts", "multipleRecordLinks", "All Contacts", "Linked to Client"),
    ("Support Coordinator Link", "multipleRecordLinks", "All Contacts", "Clients (as Support Coordinator)"),
    ("Nominee or Guardian", "multipleRecordLinks", "All Contacts"),
    ("NDIS Supports\nPlan & Accommodation decisions", "singleSelect", "Self", "Public Guardian"),
)
CLIENT: Said = ("Client Name", "multipleRecordLinks", "Clients")
STAFF: Said = ("Staff", "multipleRecordLinks", "All Contacts")
FILES: Said = ("Attachments", "multipleAttachments")

TABLES: dict[str, tuple[Said, ...]] = {
    "All Contacts": CONTACTS,
    "Clients": CLIENTS,
    "Progress Notes": (
        ("PN Auto", "autoNumber"),
        CLIENT,
        ("Support Workers Name", "multipleRecordLinks", "All Contacts"),
        ("Start Date and Time", "dateTime"),
        ("End Date and Time", "dateTime"),
        ("Notes/Summary", "richText"),
        ("Transport", "singleSelect", "None", "Worker vehicle"),
        "KMs",
        FILES,
        ("Created", "createdTime"),
    ),
    "IR Reports 2025": (
        "Unique IR #",
        CLIENT,
        ("Person completing IR", "multipleRecordLinks", "All Contacts"),
        ("Date & Time of Incident", "dateTime"),
        ("Incident Categories", "multipleSelects", "Fall", "Neglect"),
        ("Severity", "singleSelect", "Minor", "Major"),
        ("IR Status", "singleSelect", "Draft", "Submitted"),
        ("Description", "multilineText"),
        ("Upload File here", "multipleAttachments"),
    ),
    "Employee Contact History": (
        ("CH Auto", "autoNumber"),
        ("Employee", "multipleRecordLinks", "All Contacts"),
        ("Date & Time of Contact", "dateTime"),
        ("Method of Contact", "singleSelect", "SMS", "Email"),
        ("Summary", "multilineText"),
        ("Duration", "duration"),
        ("Contact Made By", "multipleRecordLinks", "All Contacts"),
        FILES,
    ),
    "Client Contact History": (
        ("CH Auto", "autoNumber"),
        CLIENT,
        ("Date & Time of Contact", "dateTime"),
        ("Summary", "multilineText"),
        ("Contact Made By", "multipleRecordLinks", "All Contacts"),
    ),
    "Client Sleep Chart": (
        ("Sleep #", "autoNumber"),
        CLIENT,
        ("Sleep Date", "date"),
        ("Sleep Quality", "singleSelect", "Settled", "Broken"),
        ("Comments", "multilineText"),
        STAFF,
    ),
    "Bowel Chart": (("Bowel #", "autoNumber"), CLIENT, ("Bowel Movement Date & Time", "dateTime"), STAFF),
    "Fluid Intake Diary": (("Fluid #", "autoNumber"), CLIENT, ("Date & Time", "dateTime"), ("Amount in mL", "number")),
    "Client Consumables": (("Order #", "autoNumber"), CLIENT, "Supply Item", ("Date Ordered", "date")),
    "QR Code Data - Behaviours": (
        ("Behaviour #", "autoNumber"),
        CLIENT,
        ("Date & Time", "dateTime"),
        ("Behaviours (Verbal)", "multipleSelects", "Yelling", "Crying"),
    ),
    "Support Plan - 2025": ("Plan Item", CLIENT, ("Goal", "multilineText")),
    "Client Calendar": (
        "Unique Ref",
        CLIENT,
        "Event Name",
        ("Start Date & Time", "dateTime"),
        ("Status", "singleSelect", "Booked"),
    ),
    "Client Core Budgets": (
        "Unique Ref",
        CLIENT,
        ("from which Budget?", "singleSelect", "SIL", "Transport"),
        ("Total Budget", "currency"),
        ("Invoice Amount", "currency"),
        ("Line Items", "multilineText"),
    ),
    "Rosters 2025": (
        "Unique Ref #",
        CLIENT,
        ("Staff Name", "multipleRecordLinks", "All Contacts"),
        ("Start Shift", "dateTime"),
        ("End Shift", "dateTime"),
        ("Total Hours (Decimal)", "number"),
        ("Charge per hour", "currency"),
    ),
    "Tasks": (
        "Task Name",
        CLIENT,
        ("Follow Up Status", "singleSelect", "Not Started", "Completed"),
        ("Due Date", "date"),
        ("Assigned To", "multipleRecordLinks", "All Contacts"),
    ),
    "Client Docs": ("Unique Ref", CLIENT, "Doc Type", ("Expiry Date", "date"), FILES),
}


def ident(kind: str, *words: str) -> str:
    return kind + sha256("|".join(words).encode()).hexdigest()[:14]


def catalogue(*without: str) -> Catalogue:
    """The base, `without` some tables, or some fields (`Clients.Mobile`)."""
    told = {"tables": [_table(name, said, without) for name, said in TABLES.items() if name not in without]}
    return named("appRegisters00000", metadata_of(msgspec.json.encode(told)).tables, NoFormulas())


def _table(name: str, said: tuple[Said, ...], without: tuple[str, ...]) -> dict[str, Any]:
    names = [one if isinstance(one, str) else one[0] for one in said]
    told = [_field(name, one) for one, of in zip(said, names, strict=True) if f"{name}.{of}" not in without]
    return {
        "id": ident("tbl", name),
        "name": name,
        "primaryFieldId": ident("fld", name, names[0]),
        "fields": told,
        "views": [],
    }


def _field(table: str, said: Said) -> dict[str, Any]:
    name, of, *rest = (said, "singleLineText") if isinstance(said, str) else said
    told: dict[str, Any] = {"id": ident("fld", table, name), "name": name, "type": of}
    match of:
        case "singleSelect" | "multipleSelects":
            options: dict[str, Any] = {"choices": [{"id": ident("sel", table, name, one), "name": one} for one in rest]}
        case "multipleRecordLinks":
            seen = {"inverseLinkFieldId": ident("fld", rest[0], rest[1])} if len(rest) > 1 else {}
            options = {
                "linkedTableId": ident("tbl", rest[0]),
                "isReversed": False,
                "prefersSingleRecordLink": False,
                **seen,
            }
        case "formula":
            result = {"type": "singleLineText"}
            options = {"isValid": True, "formula": "'?'", "referencedFieldIds": [], "result": result}
        case "createdTime":
            options = {"result": {"type": "dateTime", "options": {"timeZone": "utc"}}}
        case "currency":
            options = {"precision": 2, "symbol": "$"}
        case "number":
            options = {"precision": 1}
        case "dateTime":
            options = {"timeZone": "Australia/Brisbane"}
        case "duration":
            options = {"durationFormat": "h:mm"}
        case _:
            return told
    return told | {"options": options}
