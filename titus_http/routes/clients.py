"""Today's addresses for clients (`legacy-contract.md` §1.6), on the records."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.crm import client as told_of
from titus_core.crm.add_entry import Writing, add_budget, add_document
from titus_core.crm.client_file import client_details, support_plan
from titus_core.crm.entries import BUDGETS, CALENDAR, DOCS, SHIFTS, TASKS
from titus_core.crm.fields import CLIENTS
from titus_core.crm.list_contacts import active_clients
from titus_core.crm.list_entries import entries_of_client, views
from titus_core.crm.shapes import Shaping, raw
from titus_core.crm.shift_costs import weekly_burn, with_costs
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotBuilt
from titus_http.routes.crm import (
    CRM,
    Added,
    Cells,
    ClientId,
    ClientName,
    Key,
    Name,
    Registers,
    one_client,
    told,
    whom,
)
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import needs

_USE = needs(Permission.USE_RECORDS)


class Records(msgspec.Struct, frozen=True):
    records: list[dict[str, Any]]


class Tasks(msgspec.Struct, frozen=True):
    records: list[dict[str, Any]]
    total: int


class Week(msgspec.Struct, frozen=True, rename="camel"):
    """`week_start` is a Monday; `cost` counts the shifts whose hours and charge are known."""

    week_start: str
    hours: float
    cost: float
    shift_count: int


class Shifts(msgspec.Struct, frozen=True, rename="camel"):
    """`total` counts the shifts."""

    shifts: list[dict[str, Any]]
    weekly_burn: list[Week]
    total: int


class Stored(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    unique_ref: str
    success: bool = True


@get("/", opt=_USE, responses=told(told_of.LISTED, "Client"))
async def list_clients(crm: Registers) -> list[dict[str, Any]]:
    """Active and prospective clients. The list is whole: 422 rather than cut, 503 while records cannot be asked."""
    table = crm.table(CLIENTS)
    return await Shaping(told_of.LISTED, table).views(crm, await active_clients(crm, table))


@get("/ndis", opt=_USE, responses=told(told_of.PARTICIPANT, "Participant"))
async def list_participants(crm: Registers) -> list[dict[str, Any]]:
    """All clients, from their own table; `type` is `NDIS Client (…)`."""
    table = crm.table(CLIENTS)
    views_of = await Shaping(told_of.PARTICIPANT, table).views(crm, await crm.every(table))
    return [one | {"type": f"NDIS Client ({one['type']})"} for one in views_of]


@get("/details", opt=_USE, responses=told(told_of.DETAILS, "ClientDetails", many=False))
async def show_client_details(
    crm: Registers, clock: NamedDependency[SkipValidation[Clock]], name: Name = None, client_id: ClientId = None
) -> dict[str, Any]:
    """Of the client with this name; `{error, name}` where there is none."""
    who = one_client("name", name, client_id)
    found = await client_details(crm, who, clock.now().date())
    return found if found is not None else {"error": "Client not found", "name": who.said}


@get("/support-plan", opt=_USE)
async def show_support_plan(crm: Registers, name: Name = None, client_id: ClientId = None) -> dict[str, Any]:
    """`{records, stakeholders, clientFound}`: the plan's records by the names of their fields, and who stands beside
    the client."""
    return await support_plan(crm, one_client("name", name, client_id))


@get("/calendar", opt=_USE)
async def show_client_calendar(crm: Registers, name: Name = None, client_id: ClientId = None) -> Records:
    """A client's appointments, the latest first."""
    who = one_client("name", name, client_id)
    return Records(await views(crm, CALENDAR, await entries_of_client(crm, CALENDAR, who)))


@get("/budgets", opt=_USE)
async def list_client_budgets(
    crm: Registers, name: Name = None, client_id: ClientId = None
) -> Records | list[dict[str, Any]]:
    """With `name` `{records}` of one client, by the names of their fields; without, a bare list of all budgets."""
    table, who = crm.table(BUDGETS.tables), whom("name", name, client_id)
    if who is None:
        return await views(crm, BUDGETS, await crm.every(table))
    return Records([raw(table, one, crm.link) for one in await entries_of_client(crm, BUDGETS, who)])


@post("/budgets", status_code=200, opt=_USE)
async def add_client_budget(
    request: Request[Any, Any, Any], crm: Registers, data: JSONBody[Cells], idempotency_key: Key = None
) -> Added:
    """Keys: `clientName` (or `contactId`), `lineItems invoiceAmount fromWhichBudget`. 422: there is no such client,
    or a key that is not known."""
    return Added(await add_budget(crm, data, Writing(signed_in(request).actor, idempotency_key)))


@post("/budgets/scan-sos", opt=_USE, include_in_schema=False)
async def scan_schedule_of_supports() -> None:
    """501: reading schedules of supports by a language model is not built yet."""
    raise NotBuilt("Reading schedules of supports is not built yet", feature="POST /api/clients/budgets/scan-sos")


@get("/budgets/shifts", opt=_USE)
async def list_client_shifts(crm: Registers, name: Name = None, client_id: ClientId = None) -> Shifts:
    """A client's shifts with what they cost, the latest first, and what each week takes of the budget."""
    who = one_client("name", name, client_id)
    shifts = with_costs(await views(crm, SHIFTS, await entries_of_client(crm, SHIFTS, who)))
    weeks = [msgspec.convert(one, Week) for one in weekly_burn(shifts, crm.zone)]
    return Shifts(shifts, weeks, len(shifts))


@get("/tasks", opt=_USE)
async def list_client_tasks(crm: Registers, name: Name = None, client_id: ClientId = None) -> Tasks:
    """Tasks about a client, the latest due first."""
    who = one_client("name", name, client_id)
    found = await views(crm, TASKS, await entries_of_client(crm, TASKS, who))
    return Tasks(found, len(found))


@get("/docs", opt=_USE, responses=told(told_of.DOC, "ClientDocument"))
async def list_client_documents(
    crm: Registers, client_name: ClientName = None, client_id: ClientId = None
) -> list[dict[str, Any]]:
    """A client's documents, the last to expire first."""
    who = one_client("clientName", client_name, client_id)
    return await views(crm, DOCS, await entries_of_client(crm, DOCS, who))


@post("/docs/upload", status_code=200, opt=_USE)
async def add_client_document(
    request: Request[Any, Any, Any], crm: Registers, data: JSONBody[Cells], idempotency_key: Key = None
) -> Stored:
    """The document's row: `clientName` or `contactId`, `docType`, `expiryDate` (`31/12/2026` or `2026-12-31`). As
    today it takes no file; put that into the row's cell by `/api/records/{table}/{id}/attachments/{field}`."""
    row = await add_document(crm, data, Writing(signed_in(request).actor, idempotency_key))
    return Stored(row["id"], row["uniqueRef"] or row["id"])


router = StaffSection(
    "/api/clients",
    route_handlers=[
        list_clients,
        list_participants,
        show_client_details,
        show_support_plan,
        show_client_calendar,
        list_client_budgets,
        add_client_budget,
        scan_schedule_of_supports,
        list_client_shifts,
        list_client_tasks,
        list_client_documents,
        add_client_document,
    ],
    dependencies=CRM,
    tags=["Clients"],
)
