"""Today's addresses for what is written down of clients and by workers (`legacy-contract.md` §1.3): talks, progress
notes, incidents, kilometres and the five charts. Each wants to be told whose; a name that several have is refused,
for what is one's is never shown as another's."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from titus_core.accounts.policy import Permission
from titus_core.crm import entries as told_of
from titus_core.crm.add_entry import Writing, add_entry
from titus_core.crm.entries import Entries
from titus_core.crm.list_entries import Who, entries_of, entries_of_client, views
from titus_core.crm.reading import Crm
from titus_core.kernel.errors import Invalid
from titus_http.routes.crm import (
    CRM,
    Added,
    Cells,
    ClientId,
    ClientName,
    ContactId,
    Email,
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
Rows = list[dict[str, Any]]


@get("/history", opt=_USE, responses=told(told_of.EMPLOYEE_HISTORY.shape, "Talk"))
async def list_history(
    crm: Registers,
    email: Email = None,
    name: Name = None,
    client_name: ClientName = None,
    contact_id: ContactId = None,
    client_id: ClientId = None,
) -> Rows:
    """Talks with a worker (`email` or `name`), or about a client (`clientName`), the latest first."""
    worker, client = _worker(email, name, contact_id), whom("clientName", client_name, client_id)
    if worker is not None and client is not None:
        raise Invalid("clientName", "or a worker, not both: their talks stand in two tables")
    entries = told_of.EMPLOYEE_HISTORY if client is None else told_of.CLIENT_HISTORY
    return await _told(crm, entries, client, worker, "email")


@get("/progress-notes", opt=_USE, responses=told(told_of.NOTES.shape, "ProgressNote"))
async def list_progress_notes(
    crm: Registers,
    email: Email = None,
    client_name: ClientName = None,
    contact_id: ContactId = None,
    client_id: ClientId = None,
) -> Rows:
    """By a worker (`email`), of a client (`clientName`), or of that client by that worker; the latest first."""
    client = whom("clientName", client_name, client_id)
    return await _told(crm, told_of.NOTES, client, _worker(email, None, contact_id), "email")


@post("/progress-notes", status_code=200, opt=_USE)
async def add_progress_note(
    request: Request[Any, Any, Any], crm: Registers, data: JSONBody[Cells], idempotency_key: Key = None
) -> Added:
    """Keys: `startDate endDate shiftType progressNote transport kms travelFrom travelTo risks status attachments
    clientId employeeId`. 422 names a key that is not known, or that the base has no field for: no word of a note is
    dropped."""
    writing = Writing(signed_in(request).actor, idempotency_key)
    return Added(await add_entry(crm, told_of.NOTES, told_of.NEW_NOTE, data, writing))


@get("/incidents", opt=_USE, responses=told(told_of.INCIDENTS.shape, "IncidentReport"))
async def list_incident_reports(
    crm: Registers,
    email: Email = None,
    client_name: ClientName = None,
    contact_id: ContactId = None,
    client_id: ClientId = None,
) -> Rows:
    """By whoever reported them (`email`), or of a client (`clientName`); the latest first."""
    client = whom("clientName", client_name, client_id)
    return await _told(crm, told_of.INCIDENTS, client, _worker(email, None, contact_id), "email")


@post("/incidents", status_code=200, opt=_USE)
async def add_incident_report(
    request: Request[Any, Any, Any], crm: Registers, data: JSONBody[Cells], idempotency_key: Key = None
) -> Added:
    """Keys: `dateTime incidentType categories severity reportable location description actionTaken followUp witnesses
    injuries status attachments clientId reporterId`; 422 as for progress notes."""
    writing = Writing(signed_in(request).actor, idempotency_key)
    return Added(await add_entry(crm, told_of.INCIDENTS, told_of.NEW_INCIDENT, data, writing))


@get("/kms", opt=_USE, responses=told(told_of.KMS.shape, "Kilometres"))
async def list_kilometres(crm: Registers, email: Email = None, contact_id: ContactId = None) -> Rows:
    """Progress notes of a worker that tell kilometres, the latest first."""
    return await _told(crm, told_of.KMS, None, _worker(email, None, contact_id), "email")


@get("/sleep-chart", opt=_USE, responses=told(told_of.SLEEP.shape, "Sleep"))
async def show_sleep_chart(crm: Registers, client_name: ClientName = None, client_id: ClientId = None) -> Rows:
    """How a client slept, the latest first."""
    return await _chart(crm, told_of.SLEEP, client_name, client_id)


@get("/bowel-chart", opt=_USE, responses=told(told_of.BOWEL.shape, "BowelMovement"))
async def show_bowel_chart(crm: Registers, client_name: ClientName = None, client_id: ClientId = None) -> Rows:
    """A client's bowel chart, the latest first."""
    return await _chart(crm, told_of.BOWEL, client_name, client_id)


@get("/fluid-intake", opt=_USE, responses=told(told_of.FLUIDS.shape, "FluidIntake"))
async def show_fluid_intake(crm: Registers, client_name: ClientName = None, client_id: ClientId = None) -> Rows:
    """What a client drank, the latest first."""
    return await _chart(crm, told_of.FLUIDS, client_name, client_id)


@get("/consumables", opt=_USE, responses=told(told_of.CONSUMABLES.shape, "Consumable"))
async def list_consumables(crm: Registers, client_name: ClientName = None, client_id: ClientId = None) -> Rows:
    """What was ordered for a client, the latest first."""
    return await _chart(crm, told_of.CONSUMABLES, client_name, client_id)


@get("/behaviours", opt=_USE, responses=told(told_of.BEHAVIOURS.shape, "Behaviour"))
async def list_behaviours(crm: Registers, client_name: ClientName = None, client_id: ClientId = None) -> Rows:
    """What was recorded of a client's behaviour, the latest first."""
    return await _chart(crm, told_of.BEHAVIOURS, client_name, client_id)


async def _chart(crm: Crm, entries: Entries, client_name: str | None, client_id: str | None) -> Rows:
    who = one_client("clientName", client_name, client_id)
    return await views(crm, entries, await entries_of_client(crm, entries, who))


async def _told(crm: Crm, entries: Entries, client: Who | None, worker: Who | None, asked: str) -> Rows:
    """Raises `Invalid` if nobody is named: everybody's records would be told as one person's."""
    if client is None and worker is None:
        raise Invalid(asked, "or whom else to tell of is needed")
    return await views(crm, entries, await entries_of(crm, entries, client=client, worker=worker))


def _worker(email: str | None, name: str | None, contact_id: str | None) -> Who | None:
    return whom("email", email, contact_id, by_email=True) or whom("name", name, None)


router = StaffSection(
    "/api/contacts",
    route_handlers=[
        list_history,
        list_progress_notes,
        add_progress_note,
        list_incident_reports,
        add_incident_report,
        list_kilometres,
        show_sleep_chart,
        show_bowel_chart,
        show_fluid_intake,
        list_consumables,
        list_behaviours,
    ],
    dependencies=CRM,
    tags=["Contacts"],
)
