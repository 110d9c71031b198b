"""All who are in touch with the provider: active contacts, and active clients as contacts."""

from __future__ import annotations

from typing import Any

from titus_core.crm import client, contact
from titus_core.crm.errors import NotInBase
from titus_core.crm.fields import CLIENTS, CONTACTS
from titus_core.crm.reading import Crm
from titus_core.crm.shapes import Shaping
from titus_core.records.catalogue import Field, Kind, Table
from titus_core.records.folding import fold
from titus_core.records.model import Record
from titus_core.records.predicates import In, Predicate

CLIENT_TYPE = "ndis client"
"""Contacts of this type are clients, who stand in a table of their own."""


async def list_contacts(crm: Crm, of_type: str = "") -> list[dict[str, Any]]:
    """By name; those whose type has `of_type` within it. Raises `NotInBase`, `ListTooLong` and `Unavailable`."""
    contacts = await _contacts(crm) + await _clients(crm)
    wanted = fold(of_type.strip())
    return sorted((one for one in contacts if wanted in fold(one["contactType"])), key=_by_name)


async def active_clients(crm: Crm, table: Table) -> list[Record]:
    """What the view of active clients lets through: prospects too."""
    field = crm.field(table, client.ACCOUNT_TYPE)
    return list(await crm.every(table, one_of(table, field, client.ACTIVE)))


def one_of(table: Table, field: Field, words: frozenset[str]) -> Predicate:
    """Raises `NotInBase` for a choice that has none of these words: nobody would be active."""
    known = {option.name for option in field.options} & words if field.kind is Kind.SELECT else words
    if not known:
        raise NotInBase(table.name, f"{field.name}: {', '.join(sorted(words))}")
    return In(field=field.id, values=tuple(sorted(known)))


async def _contacts(crm: Crm) -> list[dict[str, Any]]:
    table = crm.table(CONTACTS)
    records = await crm.every(table, one_of(table, crm.field(table, contact.STATUS), contact.ACTIVE))
    told = await Shaping(contact.CONTACT, table).views(crm, records)
    return [one for one in told if CLIENT_TYPE not in fold(one["contactType"])]


async def _clients(crm: Crm) -> list[dict[str, Any]]:
    table = crm.table(CLIENTS)
    told = await Shaping(contact.CONTACT, table).views(crm, await active_clients(crm, table))
    return [one | {"contactType": f"NDIS Client ({one['contactType']})"} for one in told]


def _by_name(one: dict[str, Any]) -> tuple[str, str]:
    return fold(one["name"]), one["id"]
