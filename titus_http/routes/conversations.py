"""Conversations with the AI agent: all of them, those that wait for a person to say whose they are, and each by itself,
to be read and to be heard."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.calls.conversations import ConversationState, Speaker
from titus_core.calls.link_conversation import ConversationLink, LinkConversation
from titus_core.calls.ports import CallReader
from titus_core.calls.transcripts import Link, Transcript, summary_of
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import CallId, ConversationId
from titus_http.routes.audio import AudioToken, audio_link
from titus_http.routes.cursors import word_cursor_of, word_in
from titus_http.routes.inputs import etag, expected_version
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.links import LinkSigner
from titus_http.security.origin import Site
from titus_http.security.policies import needs

PAGE, MOST = 50, 500
_LIST = "conversations"
_UNLINKED = "unlinked"


class TurnView(msgspec.Struct, frozen=True):
    """`seconds` from the conversation's start."""

    speaker: Speaker
    text: str
    seconds: int | None


class Audio(StrEnum):
    """`kept`: it can be heard. `awaited`: its provider has the sound, and we have no copy yet. `none`: there is none,
    as far as is known."""

    KEPT = "kept"
    AWAITED = "awaited"
    NONE = "none"


class ConversationItem(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A conversation in a page, without what was said."""

    id: str
    state: ConversationState
    call_sid: str | None
    link: Link | None
    number: str | None
    started_at: datetime | None
    seconds: int | None
    heard_at: datetime
    summary: str | None
    audio: Audio


class ConversationList(msgspec.Struct, frozen=True):
    """`next` is the `cursor` of the following page; null on the last one."""

    items: list[ConversationItem]
    next: str | None


class ConversationView(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """`callSid` is null while it waits for a person; `link` says what tied it to its call. `audioErased`: our copy of
    its sound was kept for as long as it was to be."""

    id: str
    state: ConversationState
    call_sid: str | None
    link: Link | None
    number: str | None
    started_at: datetime | None
    seconds: int | None
    heard_at: datetime
    summary: str | None
    audio: Audio
    turns: list[TurnView]
    audio_erased: bool
    version: int


class UnlinkedPage(msgspec.Struct, frozen=True):
    """`next` is the `cursor` of the following page; null on the last one."""

    items: list[ConversationView]
    next: str | None


class LinkBody(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    call_sid: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


@get("/", opt=needs(Permission.VIEW_CALLS))
async def list_conversations(
    call_reader: NamedDependency[SkipValidation[CallReader]],
    limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = PAGE,
    cursor: FromQuery[str | None] = None,
) -> ConversationList:
    """All conversations, the latest heard of first."""
    after = ConversationId(word_in(_LIST, cursor)) if cursor is not None else None
    page = await call_reader.conversations(limit, after)
    following = word_cursor_of(_LIST, page.next) if page.next is not None else None
    return ConversationList([_item(one) for one in page.items], following)


@get("/unlinked", opt=needs(Permission.VIEW_CALLS))
async def list_unlinked_conversations(
    call_reader: NamedDependency[SkipValidation[CallReader]],
    limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = PAGE,
    cursor: FromQuery[str | None] = None,
) -> UnlinkedPage:
    """Conversations that belong to no call yet, the latest first."""
    after = ConversationId(word_in(_UNLINKED, cursor)) if cursor is not None else None
    found = await call_reader.unlinked(limit + 1, after)
    following = word_cursor_of(_UNLINKED, found[limit - 1].id) if len(found) > limit else None
    return UnlinkedPage([_view(one) for one in found[:limit]], following)


@get("/{conversation_id:str}", opt=needs(Permission.VIEW_CALLS))
async def get_conversation(
    conversation_id: FromPath[str], call_reader: NamedDependency[SkipValidation[CallReader]]
) -> Response[ConversationView]:
    """One conversation, with what was said and the version that `If-Match` wants."""
    transcript = await call_reader.transcript(ConversationId(conversation_id))
    if transcript is None:
        raise NotFound("There is no such conversation")
    return Response(_view(transcript), headers=etag(transcript.version))


@get("/{conversation_id:str}/audio-token", opt=needs(Permission.VIEW_CALLS))
async def make_conversation_audio_token(
    conversation_id: FromPath[str],
    call_reader: NamedDependency[SkipValidation[CallReader]],
    link_signer: NamedDependency[LinkSigner],
    clock: NamedDependency[SkipValidation[Clock]],
    site: NamedDependency[Site],
) -> AudioToken:
    """A link to what was said, good for an hour. 404: there is no copy of its sound, or not yet."""
    transcript = await call_reader.transcript(ConversationId(conversation_id))
    if transcript is None or transcript.audio is None:
        raise NotFound("There is nothing to be heard of this conversation (yet)")
    return audio_link(transcript.audio, link_signer, clock.now(), site)


@post("/{conversation_id:str}/link", status_code=200, opt=needs(Permission.RETURN_CALLS))
async def link_conversation_to_call(
    request: Request[Any, Any, Any],
    conversation_id: FromPath[str],
    data: JSONBody[LinkBody],
    link_conversation: NamedDependency[LinkConversation],
    if_match: Annotated[str | None, HeaderParameter(name="If-Match")] = None,
) -> Response[ConversationView]:
    """Say which call it belongs to. That stands, whatever its provider tells later; only a person can correct it."""
    link = ConversationLink(
        signed_in(request).actor,
        ConversationId(conversation_id),
        CallId(data.call_sid),
        expected_version(if_match),
    )
    transcript = await link_conversation(link)
    return Response(_view(transcript), headers=etag(transcript.version))


def _audio(transcript: Transcript) -> Audio:
    if transcript.audio is not None:
        return Audio.KEPT
    return Audio.AWAITED if transcript.conversation.has_audio else Audio.NONE


def _item(transcript: Transcript) -> ConversationItem:
    said = transcript.conversation
    return ConversationItem(
        id=transcript.id,
        state=said.state,
        call_sid=transcript.call_id,
        link=transcript.link,
        number=said.number,
        started_at=said.started_at,
        seconds=said.seconds,
        heard_at=transcript.heard_at,
        summary=summary_of(transcript),
        audio=_audio(transcript),
    )


def _view(transcript: Transcript) -> ConversationView:
    said = transcript.conversation
    return ConversationView(
        id=transcript.id,
        state=said.state,
        call_sid=transcript.call_id,
        link=transcript.link,
        number=said.number,
        started_at=said.started_at,
        seconds=said.seconds,
        heard_at=transcript.heard_at,
        summary=summary_of(transcript),
        audio=_audio(transcript),
        turns=[TurnView(turn.speaker, turn.text, turn.at) for turn in said.turns],
        audio_erased=transcript.audio_erased,
        version=transcript.version,
    )


router = StaffSection(
    "/api/voice/conversations",
    route_handlers=[
        list_conversations,
        list_unlinked_conversations,
        get_conversation,
        make_conversation_audio_token,
        link_conversation_to_call,
    ],
    tags=["Calls"],
)
"""A call's own conversation is in the call's story, too."""
