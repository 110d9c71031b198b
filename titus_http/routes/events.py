"""The live feed: what happens to calls, as it happens."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import datetime
from typing import Annotated, Any, assert_never

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, QueryParameter, SkipValidation

from titus_core.accounts.policy import Permission, may
from titus_core.accounts.resume_session import ResumeSession
from titus_core.calls.evidence import outcome
from titus_core.calls.follow_calls import Told
from titus_core.calls.model import CallStatus, Direction, Outcome
from titus_core.calls.news import News, NewsKind
from titus_core.calls.ports import Mark
from titus_core.kernel.errors import Unauthenticated, Unavailable
from titus_http.event_stream import MEDIA_TYPE, EventStream, Words
from titus_http.live_feed import LiveFeed
from titus_http.problems import Malformed
from titus_http.routes.call_views import AnsweredBy, AttemptView, answered, offered
from titus_http.routes.sections import StaffSection
from titus_http.security.policies import needs
from titus_http.security.tokens import carried

_CURSOR = re.compile(rb"feed:(\d{1,19})\.(\d{1,19})\.(\d)")
_MOST = 2**63 - 1


class CallNews(msgspec.Struct, frozen=True, kw_only=True):
    """What all events tell: the call as it was then, and when (`at`) it became known."""

    sid: str
    at: datetime
    status: CallStatus
    outcome: Outcome | None


class CallArrivedNews(CallNews, frozen=True, kw_only=True):
    """`arrived`: a caller is on the line."""

    type: Direction
    from_number: str
    to_number: str
    participant: str | None
    created_at: datetime


class CallOfferedNews(CallNews, frozen=True, kw_only=True):
    """`offered`: these people are rung."""

    attempts: list[AttemptView]


class CallAnsweredNews(CallNews, frozen=True, kw_only=True, rename={"answered_by": "answeredBy"}):
    """`answered`: someone took the call; null if it is not known who."""

    answered_by: AnsweredBy | None


class CallEndedNews(CallNews, frozen=True, kw_only=True, rename={"answered_by": "answeredBy"}):
    """`ended`: late facts may still raise the outcome until the call is settled."""

    answered_by: AnsweredBy | None
    duration: int | None


class CallbackOwedNews(CallNews, frozen=True, kw_only=True, rename={"group_name": "groupName"}):
    """`callback`: nobody served the caller, and someone is to call them back (`/api/voice/callbacks`)."""

    from_number: str
    participant: str | None
    group_name: str


def view(news: News) -> CallNews:
    """The news as clients see it: nothing that the call itself would not tell them."""
    call = news.call
    known: dict[str, Any] = {"sid": call.id, "at": news.at, "status": call.status, "outcome": outcome(call)}
    match news.kind:
        case NewsKind.ARRIVED:
            return CallArrivedNews(
                **known,
                type=call.direction,
                from_number=call.from_number,
                to_number=call.to_number,
                participant=call.participant,
                created_at=call.seen_at,
            )
        case NewsKind.OFFERED:
            return CallOfferedNews(**known, attempts=offered(call))
        case NewsKind.ANSWERED:
            return CallAnsweredNews(**known, answered_by=answered(call))
        case NewsKind.ENDED:
            return CallEndedNews(**known, answered_by=answered(call), duration=call.duration)
        case NewsKind.CALLBACK:
            name = call.plan.group_name if call.plan is not None else ""
            return CallbackOwedNews(
                **known, from_number=call.from_number, participant=call.participant, group_name=name
            )
        case never:
            assert_never(never)


def cursor(mark: Mark) -> str:
    return urlsafe_b64encode(f"feed:{mark.txid}.{mark.position}.{mark.skip}".encode()).decode().rstrip("=")


def mark(text: str) -> Mark:
    """The place that a cursor names. Raises `Malformed`."""
    try:
        found = _CURSOR.fullmatch(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, Error):
        found = None
    if found is None or max(int(found[1]), int(found[2])) > _MOST:
        raise Malformed("Last-Event-ID: is not one of ours", field="lastEventId")
    return Mark(int(found[1]), int(found[2]), int(found[3]))


def _event(told: Told) -> tuple[str, bytes]:
    return told.news.kind.value, msgspec.json.encode(view(told.news))


_WORDS = Words(_event, cursor)


_NEWS: Any = (
    CallArrivedNews | CallOfferedNews | CallAnsweredNews | CallEndedNews | CallbackOwedNews
)  # a union is no type to the checker
_STREAM = ResponseSpec(
    _NEWS,
    description="A stream without end; the schema is that of each event's data",
    media_type=MEDIA_TYPE,
    generate_examples=False,
)


@get("/", opt=needs(Permission.VIEW_CALLS), media_type=MEDIA_TYPE, responses={200: _STREAM})
async def listen_to_calls(
    request: Request[Any, Any, Any],
    live_feed: NamedDependency[SkipValidation[LiveFeed]],
    resume_session: NamedDependency[ResumeSession],
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID")] = None,
    last_id: Annotated[str | None, QueryParameter(name="lastEventId")] = None,
) -> EventStream:
    """Server-sent events about calls: `arrived`, `offered`, `answered`, `ended` and `callback`, each with a
    small JSON body.

    With the `id` of the last event heard (`Last-Event-ID`, or `lastEventId` for clients that cannot set headers) the
    stream goes on behind it, on any server; without one it begins now. `reset` says that the `id` is of another
    database: read the list of calls again. The stream ends with the session."""
    last = last_event_id or last_id
    after = mark(last) if last else None
    found = carried(request)
    assert found is not None, "the guard lets nobody in without a token"

    async def welcome() -> bool:
        try:
            return may(await resume_session.look(found.token), Permission.VIEW_CALLS)
        except Unauthenticated:
            return False
        except Unavailable:
            return True  # nobody can tell now; the next look will

    return EventStream(live_feed, await live_feed.join(after), _WORDS, welcome)


router = StaffSection("/api/events", route_handlers=[listen_to_calls], tags=["Calls"])
