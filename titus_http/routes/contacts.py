"""Today's addresses for contacts (`legacy-contract.md` §1.3), on the records: workers, candidates, families, and active
clients beside them."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.calls.ports import CallReader
from titus_core.crm.contact import CONTACT
from titus_core.crm.keep_contact import Shown, change_contact, create_contact, delete_contact, show_contact
from titus_core.crm.list_contacts import list_contacts
from titus_core.kernel.errors import NotBuilt
from titus_core.messaging.ports import MessageReader
from titus_http.routes.crm import CRM, LONGEST, Added, Cells, IfMatch, Key, Registers, told, version
from titus_http.routes.inputs import Success
from titus_http.routes.messages import Talks, talks_with
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import needs

_USE = needs(Permission.USE_RECORDS)


@get("/", opt=_USE, responses=told(CONTACT, "Contact"))
async def list_all_contacts(
    crm: Registers, of_type: Annotated[str, QueryParameter(name="type", max_length=LONGEST)] = ""
) -> list[dict[str, Any]]:
    """Active contacts by name, and active or prospective clients as contacts of the type `NDIS Client (…)`; with `type`
    those whose type holds it. The list is whole: 422 rather than cut, 503 while records cannot be asked."""
    return await list_contacts(crm, of_type)


@post("/", status_code=200, opt=_USE)
async def create_one_contact(
    request: Request[Any, Any, Any], crm: Registers, data: JSONBody[Cells], idempotency_key: Key = None
) -> Added:
    """Make a contact. Keys: `firstName lastName name phone email contactType statusOfContact gender organisation
    linkedToClient homeAddress suburb state postcode abn notes signingEmail jobAppliedFor stageInRecruitment`, and
    `extraFields` by the names of fields. 422 names a key that is not known, or that the base has no field for; nothing
    is stored then. With an `Idempotency-Key` a repetition makes nobody."""
    made = await create_contact(crm, data, signed_in(request).actor, idempotency_key)
    return Added(made.view)


@get("/{contact_id:str}", opt=_USE)
async def get_one_contact(contact_id: FromPath[str], crm: Registers) -> Response[dict[str, Any]]:
    """`{record: contact}`, with the version that `If-Match` wants. 404: there is no such contact."""
    shown = await show_contact(crm, contact_id)
    return _tagged({"record": shown.view}, shown)


@put("/{contact_id:str}", opt=_USE)
async def change_one_contact(
    request: Request[Any, Any, Any],
    contact_id: FromPath[str],
    crm: Registers,
    data: JSONBody[Cells],
    if_match: IfMatch = None,
) -> Response[dict[str, Any]]:
    """`{success, record}`. Keys as for a new one, and `abnEntityName abnStatus gstRegistered abnLastVerified
    dateApplied cvAiSummary`. Null clears a field; blank text clears `notes` and `cvAiSummary` and leaves all others
    as they are. 412: somebody changed it since the version in `If-Match`."""
    shown = await change_contact(crm, contact_id, data, signed_in(request).actor, version(if_match))
    return _tagged({"success": True, "record": shown.view}, shown)


@delete("/{contact_id:str}", status_code=200, opt=_USE)
async def delete_one_contact(
    request: Request[Any, Any, Any], contact_id: FromPath[str], crm: Registers, if_match: IfMatch = None
) -> Success:
    """Delete it. What it held stays in the trail."""
    await delete_contact(crm, contact_id, signed_in(request).actor, version(if_match))
    return Success()


@get("/conversations", opt=needs(Permission.VIEW_CALLS))
async def list_conversations_with_number(
    number: Annotated[str, QueryParameter(name="phone", min_length=1)],
    message_reader: NamedDependency[SkipValidation[MessageReader]],
    call_reader: NamedDependency[SkipValidation[CallReader]],
) -> Talks:
    """Calls and texts with this number, however it is written."""
    return await talks_with(number, message_reader, call_reader)


@get("/distance", opt=_USE, include_in_schema=False)
async def measure_distance() -> None:
    """501: distances came from Google's maps, which Titus does not ask."""
    raise NotBuilt(
        "Distances come from Google's maps, which Titus does not ask yet", feature="GET /api/contacts/distance"
    )


@get("/debug-fields", opt=_USE, include_in_schema=False)
async def show_debug_fields() -> None:
    """501: retired, for it told whatever three records held, secrets too. `GET /api/records` tells the fields."""
    raise NotBuilt(
        "This address is retired: it told whatever records held. GET /api/records tells which fields there are",
        feature="GET /api/contacts/debug-fields",
    )


@get("/search", opt=_USE, include_in_schema=False)
async def search_contacts() -> None:
    """501: today's pages ask for it, and no server ever had it."""
    raise NotBuilt("Searching contacts is not built yet", feature="GET /api/contacts/search")


@get("/staff-availability", opt=_USE, include_in_schema=False)
async def list_staff_availability() -> None:
    """501: leave is not built yet."""
    raise NotBuilt("Staff availability is not built yet", feature="GET /api/contacts/staff-availability")


def _tagged(body: dict[str, Any], shown: Shown) -> Response[dict[str, Any]]:
    return Response(body, headers={"ETag": f'"{shown.version}"'})


router = StaffSection(
    "/api/contacts",
    route_handlers=[
        list_all_contacts,
        create_one_contact,
        get_one_contact,
        change_one_contact,
        delete_one_contact,
        list_conversations_with_number,
        measure_distance,
        show_debug_fields,
        search_contacts,
        list_staff_availability,
    ],
    dependencies=CRM,
    tags=["Contacts"],
)
