"""A client's file: who they are, and who stands beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from titus_core.crm.client import DECISIONS, DETAILS, PLAN, STAKEHOLDERS
from titus_core.crm.contact import CONTACT
from titus_core.crm.entries import SUPPORT_PLANS
from titus_core.crm.fields import CLIENTS, Aliases, field_of
from titus_core.crm.list_entries import Who, entries_of_client, find
from titus_core.crm.reading import Crm, links_of
from titus_core.crm.shapes import Shape, Shaping, raw
from titus_core.records.catalogue import Table
from titus_core.records.model import Record

_AS_CONTACT = {"name": "name", "email": "email", "phone": "phone", "company": "organisation"}


async def client_details(crm: Crm, who: Who, today: date) -> dict[str, Any] | None:
    """None: nobody knows such a client."""
    person = await find(crm, CLIENTS, who, "clientId")
    if person is None:
        return None
    (view,) = await Shaping(DETAILS, crm.table(CLIENTS)).views(crm, [person.record])
    age = view["age"] if view["age"] is not None else _age(view["dateOfBirth"], today)
    return view | {"age": age, "hasAllergies": view["hasAllergies"] or bool(view["allergiesAlerts"])}


async def support_plan(crm: Crm, who: Who) -> dict[str, Any]:
    """The plan's records as they are, and the people around the client."""
    table, plans = crm.table(CLIENTS), crm.table(SUPPORT_PLANS.tables)
    person = await find(crm, CLIENTS, who, "clientId")
    if person is None:
        return {"records": [], "stakeholders": {}, "clientFound": False}
    records = await entries_of_client(crm, SUPPORT_PLANS, Who(who.said, who.asked, by_id=person.record.id))
    return {
        "records": [raw(plans, record, crm.link) for record in records],
        "stakeholders": await _stakeholders(crm, table, person.record),
        "clientFound": True,
    }


async def _stakeholders(crm: Crm, table: Table, client: Record) -> dict[str, Any]:
    people = {role: await _stakeholder(crm, table, client, link, shape) for role, (link, shape) in STAKEHOLDERS.items()}
    (decisions,) = await Shaping(DECISIONS, table).views(crm, [client])
    (plan,) = await Shaping(PLAN, table).views(crm, [client])
    return people | {"decisions": decisions, "ndisPlan": plan}


async def _stakeholder(crm: Crm, table: Table, client: Record, link: Aliases, shape: Shape) -> dict[str, Any]:
    """What the client's record says itself, and of whom it links to."""
    (told,) = await Shaping(shape, table).views(crm, [client])
    field = field_of(table, link)
    linked = links_of(client, field)[:1] if field is not None and field.link is not None else ()
    if field is None or field.link is None or not linked:
        return told
    contacts = crm.catalogue.table(field.link.table).shown
    for view in await Shaping(CONTACT, contacts).views(crm, await crm.some(contacts.id, linked)):
        told |= {key: told[key] or view[source] for key, source in _AS_CONTACT.items() if key in told}
    return told


def _age(born: str, today: date) -> int | None:
    """In whole years; None if the date cannot be read."""
    try:
        birth = date.fromisoformat(born)
    except ValueError:
        return None
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
