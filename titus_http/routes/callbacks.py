"""Callbacks: callers whom nobody served, until a person closes what is owed to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.callbacks.change_callback import CallbackChange, ChangeCallback, Close, Doing, GiveBack, Rang, TakeOn
from titus_core.callbacks.model import Callback, CallbackState, Person, Reached, Resolution
from titus_core.callbacks.ports import CallbackReader, Which
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import CallId
from titus_http.routes.cursors import cursor_of, place_in
from titus_http.routes.inputs import IdempotencyKey, etag, expected_version
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import needs

PAGE = 50
MOST = 500
_LIST = "callbacks"

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]
Note = Annotated[str, msgspec.Meta(max_length=2000)]


class PersonView(msgspec.Struct, frozen=True, rename="camel"):
    user_id: int
    name: str


class ClaimView(msgspec.Struct, frozen=True):
    by: PersonView
    at: datetime


class CallbackAttemptView(msgspec.Struct, frozen=True):
    by: PersonView
    at: datetime
    result: Reached
    note: str


class ClosingView(msgspec.Struct, frozen=True):
    by: PersonView
    at: datetime
    resolution: Resolution
    note: str


class CallbackView(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What one call left behind. `caller` is null for withheld numbers; `outcome` is how the call had ended when it
    settled; `calledAt` is when the caller rang, `owedAt` since when the callback is owed."""

    call_sid: str
    state: CallbackState
    caller: str | None
    from_number: str
    to_number: str
    participant: str | None
    contact_id: str | None
    outcome: str
    group_id: int | None
    group_name: str
    called_at: datetime
    owed_at: datetime
    claim: ClaimView | None
    attempts: list[CallbackAttemptView]
    closing: ClosingView | None
    version: int


class CallbackPage(msgspec.Struct, frozen=True):
    """`next` is the `cursor` of the following page; null on the last one."""

    items: list[CallbackView]
    next: str | None


class AttemptBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    result: Reached
    note: Note = ""


class CloseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    resolution: Resolution
    note: Note = ""


@get("/", opt=needs(Permission.RETURN_CALLS))
async def list_callbacks(
    callback_reader: NamedDependency[SkipValidation[CallbackReader]],
    which: Annotated[Which, QueryParameter(name="state")] = Which.DUE,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = PAGE,
    cursor: FromQuery[str | None] = None,
) -> CallbackPage:
    """Callers whom nobody served; who has waited longest comes first. `state` is `due` (all that nobody has closed),
    `open`, `claimed` or `closed` (the latest first)."""
    after = place_in(_LIST, cursor) if cursor is not None else None
    page = await callback_reader.callbacks(which, limit, after)
    return CallbackPage([_view(one) for one in page.items], cursor_of(_LIST, page.next) if page.next else None)


@get("/{call_sid:str}", opt=needs(Permission.RETURN_CALLS))
async def get_callback(
    call_sid: FromPath[str], callback_reader: NamedDependency[SkipValidation[CallbackReader]]
) -> Response[CallbackView]:
    """One callback, by the call that left it, with the version that `If-Match` wants."""
    callback = await callback_reader.callback(CallId(call_sid))
    if callback is None:
        raise NotFound("Nothing is owed for such a call", call_id=call_sid)
    return Response(_view(callback), headers=etag(callback.version))


@post("/{call_sid:str}/claim", status_code=200, opt=needs(Permission.RETURN_CALLS))
async def claim_callback(
    request: Request[Any, Any, Any],
    call_sid: FromPath[str],
    change_callback: NamedDependency[ChangeCallback],
    if_match: IfMatch = None,
) -> Response[CallbackView]:
    """Take it on, so that nobody else rings the caller. 409: another one has it, or it is closed."""
    return await _changed(request, change_callback, call_sid, TakeOn(), if_match)


@post("/{call_sid:str}/release", status_code=200, opt=needs(Permission.RETURN_CALLS))
async def release_callback(
    request: Request[Any, Any, Any],
    call_sid: FromPath[str],
    change_callback: NamedDependency[ChangeCallback],
    if_match: IfMatch = None,
) -> Response[CallbackView]:
    """Give it back for others to take."""
    return await _changed(request, change_callback, call_sid, GiveBack(), if_match)


@post("/{call_sid:str}/attempts", opt=needs(Permission.RETURN_CALLS))
async def attempt_callback(
    request: Request[Any, Any, Any],
    call_sid: FromPath[str],
    data: JSONBody[AttemptBody],
    change_callback: NamedDependency[ChangeCallback],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CallbackView]:
    """Note that you rang the caller; by that it is yours. It stays due until someone closes it. With the same
    `Idempotency-Key` it is the same attempt; 409: the key was used for another one."""
    rang = Rang(data.result, data.note, idempotency_key or None)
    return await _changed(request, change_callback, call_sid, rang, if_match, 201)


@post("/{call_sid:str}/close", status_code=200, opt=needs(Permission.RETURN_CALLS))
async def close_callback(
    request: Request[Any, Any, Any],
    call_sid: FromPath[str],
    data: JSONBody[CloseBody],
    change_callback: NamedDependency[ChangeCallback],
    if_match: IfMatch = None,
) -> Response[CallbackView]:
    """Nothing is owed any more. Anybody may close it, whoever had taken it on; the trail tells who did."""
    return await _changed(request, change_callback, call_sid, Close(data.resolution, data.note), if_match)


async def _changed(
    request: Request[Any, Any, Any],
    change_callback: ChangeCallback,
    call_sid: str,
    doing: Doing,
    if_match: str | None,
    status: int = 200,
) -> Response[CallbackView]:
    change = CallbackChange(signed_in(request), CallId(call_sid), doing, expected_version(if_match))
    callback = await change_callback(change)
    return Response(_view(callback), headers=etag(callback.version), status_code=status)


def _view(callback: Callback) -> CallbackView:
    claim, closing = callback.claim, callback.closing
    return CallbackView(
        call_sid=callback.call_id,
        state=callback.state,
        caller=callback.caller,
        from_number=callback.from_number,
        to_number=callback.to_number,
        participant=callback.participant,
        contact_id=callback.contact_id,
        outcome=callback.outcome,
        group_id=callback.group_id,
        group_name=callback.group_name,
        called_at=callback.called_at,
        owed_at=callback.owed_at,
        claim=ClaimView(_person(claim.by), claim.at) if claim is not None else None,
        attempts=[CallbackAttemptView(_person(one.by), one.at, one.result, one.note) for one in callback.attempts],
        closing=ClosingView(_person(closing.by), closing.at, closing.resolution, closing.note) if closing else None,
        version=callback.version,
    )


def _person(person: Person) -> PersonView:
    return PersonView(person.user_id, person.name)


router = StaffSection(
    "/api/voice/callbacks",
    route_handlers=[
        list_callbacks,
        get_callback,
        claim_callback,
        release_callback,
        attempt_callback,
        close_callback,
    ],
    tags=["Callbacks"],
)
