"""Calling out: click-to-call, what became of each request, and tokens for browser telephones."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, HeaderParameter, JSONBody, QueryParameter, SkipValidation

from titus_core.accounts.policy import Permission, may
from titus_core.calls.dialling import DialId, DialRequest, DialState
from titus_core.calls.place_call import CallOut
from titus_core.calls.ports import CallReader
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.paging import MAX_LIMIT
from titus_http.callable_numbers import callable_number
from titus_http.calling_out import CallingOut
from titus_http.routes.cursors import word_cursor_of, word_in
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import needs

PAGE = 100
_LIST = "outbound"

Text = Annotated[str, msgspec.Meta(max_length=200)]


class OutboundBody(msgspec.Struct, frozen=True, rename="camel"):
    """`callbackNumber` is the phone of whoever asks: it rings first."""

    to: Text
    callback_number: Text
    participant: Text | None = None


class OutboundAnswer(msgspec.Struct, frozen=True):
    """`success`: it rings, as call `sid`. Without success it is not known whether it rings (`state` is `unknown` or
    still `dialling`); it is looked into, and never dialled again by itself."""

    success: bool
    sid: str | None
    id: str
    state: DialState


class OutboundRequest(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One request to call somebody. `sid` is its call, once that is known; `reason` why it failed or is unknown."""

    id: str
    state: DialState
    sid: str | None
    user_id: int
    to: str
    callback_number: str
    participant: str | None
    requested_at: datetime
    reason: str | None


class OutboundRequests(msgspec.Struct, frozen=True):
    """`next` is the `cursor` of the following page; null on the last one."""

    items: list[OutboundRequest]
    next: str | None


class DialerToken(msgspec.Struct, frozen=True):
    """For Twilio's Voice SDK; good for one hour."""

    token: str
    identity: str


@post("/calls/outbound", status_code=200, opt=needs(Permission.PLACE_CALLS))
async def place_outbound_call(
    request: Request[Any, Any, Any],
    data: JSONBody[OutboundBody],
    calling_out: NamedDependency[SkipValidation[CallingOut]],
    clock: NamedDependency[SkipValidation[Clock]],
    idempotency_key: Annotated[
        str | None, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=200)
    ] = None,
) -> OutboundAnswer:
    """Ring your own phone, and when you pick up, the other side. With an `Idempotency-Key` a repetition dials nobody
    and answers what became of the first request; without one, every request is a call."""
    place_call, our_number = calling_out.placing()
    user = signed_in(request)
    command = CallOut(
        actor=user.actor,
        user_id=user.id,
        from_number=our_number,
        callback=callable_number(data.callback_number, "callbackNumber", calling_out.countries),
        to=callable_number(data.to, "to", calling_out.countries),
        participant=data.participant or None,
        key=idempotency_key,
    )
    calling_out.calls.admit(user.id, clock)
    placed = await place_call(command)
    if placed.state is DialState.FAILED:
        raise Unavailable(f"Nothing was dialled: {placed.reason}", request=placed.id)
    return OutboundAnswer(placed.state is DialState.PLACED, placed.call_id, placed.id, placed.state)


@get("/calls/outbound", opt=needs(Permission.VIEW_CALLS))
async def list_outbound_requests(
    call_reader: NamedDependency[SkipValidation[CallReader]],
    of_state: Annotated[DialState | None, QueryParameter(name="state")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)] = PAGE,
    cursor: FromQuery[str | None] = None,
) -> OutboundRequests:
    """What we were asked to dial, the latest first. `unknown`: the provider may have dialled, or not; ask again for the
    call only when you know that nobody's phone rang."""
    after = DialId(word_in(_LIST, cursor)) if cursor is not None else None
    found = await call_reader.dial_requests(of_state, limit + 1, after)
    following = word_cursor_of(_LIST, found[limit - 1].id) if len(found) > limit else None
    return OutboundRequests([_view(one) for one in found[:limit]], following)


@get("/dialer/token", opt=needs(Permission.TAKE_CALLS))
async def get_dialer_token(
    request: Request[Any, Any, Any],
    calling_out: NamedDependency[SkipValidation[CallingOut]],
    clock: NamedDependency[SkipValidation[Clock]],
) -> DialerToken:
    """What your browser needs to be a telephone: to be rung, and to call out if you may."""
    user = signed_in(request)
    token = calling_out.token(user.id, clock, may_call_out=may(user, Permission.PLACE_CALLS))
    return DialerToken(token, f"user_{user.id}")


def _view(request: DialRequest) -> OutboundRequest:
    return OutboundRequest(
        id=request.id,
        state=request.state,
        sid=request.call_id,
        user_id=request.placed_by,
        to=request.to,
        callback_number=request.callback,
        participant=request.participant,
        requested_at=request.requested_at,
        reason=request.reason,
    )


router = StaffSection(
    "/api/voice",
    route_handlers=[place_outbound_call, list_outbound_requests, get_dialer_token],
    tags=["Calling out"],
)
