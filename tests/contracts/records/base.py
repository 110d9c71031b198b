"""A small base with every type of field and every trap in names, as Airtable's metadata tells it; and its catalogue.

Traps: blanks around names and doubled within, a line break, a full stop, names that become one in an API or are words
of SQL's; options that hold commas, are part of one another or differ in case only; links to the own table, links that
are not seen from the other side; lookups of lookups.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from tests.contracts.records.formulas import Joining
from titus_adapters.airtable.metadata import metadata_of
from titus_core.records.catalogue import Catalogue
from titus_core.records.naming import named

BASE = "appContractBase00"
BRISBANE = "Australia/Brisbane"


def _id(kind: str, word: str) -> str:
    return f"{kind}{word}".ljust(17, "0")


def _field(word: str, name: str, of: str, **options: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"id": _id("fld", word), "name": name, "type": of}
    return {**told, "options": options} if options else told


def _choices(*names: str) -> list[dict[str, str]]:
    return [{"id": _id("sel", f"Option{place}"), "name": name} for place, name in enumerate(names)]


def _link(word: str, name: str, to: str, inverse: str | None = None, *, single: bool = False) -> dict[str, Any]:
    seen = {} if inverse is None else {"inverseLinkFieldId": _id("fld", inverse)}
    return _field(
        word,
        name,
        "multipleRecordLinks",
        linkedTableId=_id("tbl", to),
        isReversed=False,
        prefersSingleRecordLink=single,
        **seen,
    )


def _formula(word: str, name: str, formula: str, *reads: str, of: str = "singleLineText") -> dict[str, Any]:
    """`<Word>` in the formula stands for the field of that word."""
    for read in reads:
        formula = formula.replace(f"<{read}>", f"{{{_id('fld', read)}}}")
    fields = [_id("fld", read) for read in reads]
    return _field(word, name, "formula", isValid=True, formula=formula, referencedFieldIds=fields, result={"type": of})


def _lookup(
    word: str, name: str, via: str, target: str, of: str, *, by: str = "multipleLookupValues"
) -> dict[str, Any]:
    return _field(
        word,
        name,
        by,
        isValid=True,
        recordLinkFieldId=_id("fld", via),
        fieldIdInLinkedTable=_id("fld", target),
        result={"type": of},
    )


def _table(word: str, name: str, *fields: dict[str, Any]) -> dict[str, Any]:
    """The first field names its records."""
    return {
        "id": _id("tbl", word),
        "name": name,
        "primaryFieldId": fields[0]["id"],
        "fields": list(fields),
        "views": [],
    }


_TIME = {"type": "dateTime", "options": {"timeZone": "utc"}}

PEOPLE = _table(
    "People",
    "All  People",
    _formula("PFull", "Full Name", "<PFirst>&' '&<PLast>", "PFirst", "PLast"),
    _field("PFirst", "First  Name", "singleLineText"),
    _field("PLast", " Last Name ", "singleLineText"),
    _field("PNotes", "Notes\nand more", "multilineText"),
    _field("PStory", "Story", "richText"),
    _field("PEmail", "E-Mail", "email"),
    _field("PMobile", "Mobile", "phoneNumber"),
    _field("PWeb", "Web", "url"),
    _field(
        "PStatus", "Status", "singleSelect", choices=_choices("Zebra", "active", "Active", "On hold, for now", "On")
    ),
    _field("PTags", "Tags", "multipleSelects", choices=_choices("Admin Assistant", "Admin", "A, B", "a, b", "A")),
    _field("PBorn", "Date of Birth", "date"),
    _field("PSeen", "Seen", "dateTime", timeZone=BRISBANE),
    _field("PSeenU", "Seen (UTC)", "dateTime", timeZone="utc"),
    _field("PScore", "Score", "number", precision=0),
    _field("PRate", "Rate.", "currency", precision=2, symbol="$"),
    _field("PShare", "Share", "percent", precision=1),
    _field("PTook", "Took", "duration", durationFormat="h:mm:ss.SSS"),
    _field("PStars", "Stars", "rating", max=5, icon="star", color="yellowBright"),
    _field("PAgreed", "Agreed?", "checkbox", icon="check", color="greenBright"),
    _field("PKeeper", "Keeper", "singleCollaborator"),
    _field("PKeepers", "Keepers", "multipleCollaborators"),
    _field("PBadge", "Badge", "barcode"),
    _field("PFiles", "Files", "multipleAttachments", isReversed=False),
    _field("PDoor", "Door Code", "singleLineText"),
    _link("PHome", "Home", "Homes", "HResidents", single=True),
    _link("PFriends", "Friends", "People", "PFriendOf"),
    _link("PFriendOf", "From: Friends", "People", "PFriends"),
    _link("PTwin", "Twin", "People"),
    _link("PVisits", "Visits", "Visits", "VPerson"),
    _lookup("PAddress", "Home Address", "PHome", "HAddress", "singleLineText"),
    _field("PCount", "Visit Count", "count", isValid=True, recordLinkFieldId=_id("fld", "PVisits")),
    _lookup("PHours", "Hours", "PVisits", "VHours", "number", by="rollup"),
    _field("PNumber", "Number", "autoNumber"),
    _field("PCreated", "Created", "createdTime", result=_TIME),
    _field("PChanged", "Changed", "lastModifiedTime", isValid=True, referencedFieldIds=[], result=_TIME),
    _field(
        "PRenamed", "Renamed", "lastModifiedTime", isValid=True, referencedFieldIds=[_id("fld", "PFirst")], result=_TIME
    ),
    _field("PMadeBy", "Made by", "createdBy"),
    _field("PChangedBy", "Changed by", "lastModifiedBy"),
    _field("PSummary", "Summary", "aiText", referencedFieldIds=[_id("fld", "PNotes")]),
    _field("POpen", "Open", "button"),
    _field("PSource", "Source", "externalSyncSource", choices=_choices("Roster export")),
    _field("PFuture", "a type of next year", "holographicText", depth=3),
    _field(
        "PBroken",
        "Broken",
        "formula",
        isValid=False,
        formula="{fldDeleted0000000}+1",
        referencedFieldIds=None,
        result=None,
    ),
)

HOMES = _table(
    "Homes",
    "Homes",
    _field("HHome", "Home", "singleLineText"),
    _field("HAddress", "Address", "singleLineText"),
    _field("HBeds", "Beds", "number", precision=0),
    _link("HResidents", "Residents", "People", "PHome"),
    _lookup("HNames", "Names of residents", "HResidents", "PFull", "singleLineText"),
    _field("HCount", "How many", "count", isValid=True, recordLinkFieldId=_id("fld", "HResidents")),
)

VISITS = _table(
    "Visits",
    "Visits 2025",
    _formula("VRef", "Ref #", "'V-'&<VNumber>", "VNumber"),
    _field("VNumber", "Visit #", "autoNumber"),
    _link("VPerson", "Person", "People", "PVisits", single=True),
    _link("VWitness", "Witness", "People"),
    _field("VHours", "Hours", "number", precision=2),
    _lookup("VName", "Name", "VPerson", "PFull", "singleLineText"),
    _lookup("VAddress", "Where", "VPerson", "PAddress", "singleLineText"),
    _lookup("VWitNames", "Names of witnesses", "VWitness", "PFull", "singleLineText"),
    _formula("VTold", "Told", "<VRef>&': '&<VHours>", "VRef", "VHours"),
)

ODD = _table(
    "Odd",
    "Odd Names",
    _field("ODName", "Name", "singleLineText"),
    _field("ODName2", " name", "singleLineText"),
    _field("ODName3", "NAME.", "singleLineText"),
    _field("ODOrder", "Order", "singleLineText"),
    _field("ODSelect", "select", "number"),
    _field("ODId", "id", "singleLineText"),
    _field("ODVersion", "Version", "number"),
    _field("ODQuote", 'it\'s "quoted" {here} \\ and; DROP TABLE crm_homes --', "singleLineText"),
    _field("ODNothing", "???", "checkbox"),
    _field(
        "ODLong",
        "Summarise what was done (without reference to peoples names), and whom it was told to.",
        "multilineText",
    ),
)

STOCK = _table(
    "Stock",
    "Stock",
    _field("SCode", "Item", "singleLineText"),
    _field("SBatch", "Batch", "number", precision=0),
    _field("SDay", "Day", "date"),
    _field("SKind", "Kind", "singleSelect", choices=_choices("Gloves", "gloves", "Masks, blue")),
    _field("SLeft", "Left", "number", precision=0),
    _field("SOpen", "Open?", "checkbox", icon="check", color="greenBright"),
)

METADATA = {"tables": [PEOPLE, HOMES, VISITS, ODD, STOCK]}
"""What `GET /v0/meta/bases/{BASE}/tables` would answer."""


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    return named(BASE, metadata_of(msgspec.json.encode(METADATA)).tables, Joining())
