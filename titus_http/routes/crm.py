"""What the routes of contacts and clients share: the registers, whom a request asks about, and what answers hold."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, QueryParameter, SkipValidation

from titus_core.crm.list_entries import Who
from titus_core.crm.reading import Crm
from titus_core.crm.shapes import Own, Shape, Way
from titus_core.kernel.errors import Invalid
from titus_core.records.model import Attachment, RecordId, TableId
from titus_http.record_desk import RecordDesk

LONGEST = 200
"""Characters of a name or an address in a question."""

Cells = dict[str, Any]
Registers = NamedDependency[SkipValidation[Crm]]
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=200)]
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]
Email = Annotated[str | None, QueryParameter(name="email", max_length=LONGEST)]
Name = Annotated[str | None, QueryParameter(name="name", max_length=LONGEST)]
ClientName = Annotated[str | None, QueryParameter(name="clientName", max_length=LONGEST)]
ClientId = Annotated[str | None, QueryParameter(name="clientId", max_length=LONGEST)]
ContactId = Annotated[str | None, QueryParameter(name="contactId", max_length=LONGEST)]

_TYPES: dict[Way | Own, Any] = {
    Way.NUMBER: float | None,
    Way.FLAG: bool,
    Way.LIST: list[str],
    Way.FILES: list[dict[str, Any]],
    Own.ALL: dict[str, Any],
}


class Added(msgspec.Struct, frozen=True):
    """`record` is what was written, as it is stored."""

    record: dict[str, Any]
    success: bool = True


async def registers(records: NamedDependency[SkipValidation[RecordDesk]]) -> Crm:
    """Raises `NotConfigured` without a store of records, or before anybody told which tables there are."""

    def link(table: TableId, record: RecordId, attachment: Attachment) -> str:
        return records.link(table)(record, attachment)

    return Crm(records.open(), await records.catalogue(), records.zone, link)


CRM = {"crm": Provide(registers)}


def whom(asked: str, name: str | None, by_id: str | None, *, by_email: bool = False) -> Who | None:
    """None: nothing says whom. Blank parameters say nothing."""
    given, chosen = (name or "").strip(), (by_id or "").strip()
    return Who(given, asked, by_email=by_email, by_id=chosen or None) if given or chosen else None


def one_client(asked: str, name: str | None, client_id: str | None) -> Who:
    """Raises `Invalid` if none is named: everybody's records would be told as one person's."""
    who = whom(asked, name, client_id)
    if who is None:
        raise Invalid(asked, "or clientId is needed")
    return who


def told(shape: Shape, of: str, *, many: bool = True) -> dict[int, ResponseSpec]:
    """For `responses=`: the keys of an answer, for the API's reference. One that is not a list may tell of an error
    instead."""
    named = [(f"{one.key}_" if one.key == "from" else one.key, _TYPES.get(one.way, str)) for one in shape]
    fields = named if many else [(name, kind | None, None) for name, kind in named]
    view = msgspec.defstruct(of, fields, frozen=True, rename={"from_": "from"})
    held: Any = list[view] if many else view  # type: ignore[valid-type]  # made of the shape above
    return {200: ResponseSpec(held, description="", generate_examples=False)}


def version(if_match: str | None) -> str | None:
    """None: any will do."""
    said = (if_match or "*").strip()
    return None if said == "*" else said.removeprefix("W/").strip('"')
