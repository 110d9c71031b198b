"""The AI agent's provider tells of a conversation: keep what is new, and find the call that it belongs to."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from titus_core.calls.conversation_events import ConversationAudioKept, ConversationLinked, ConversationTold
from titus_core.calls.conversations import Conversation
from titus_core.calls.ports import CallTx
from titus_core.calls.transcripts import STARTS_WITHIN, Link, Transcript, joined
from titus_core.kernel.actor import ELEVENLABS
from titus_core.kernel.clock import Clock
from titus_core.kernel.events import Envelope, Event
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId
from titus_core.kernel.phone import e164
from titus_core.kernel.unit_of_work import Storage


class Told(msgspec.Struct, frozen=True):
    """`audio`: our copy of the sound, which came with it; the first copy of a conversation stays."""

    conversation: Conversation
    at: datetime
    audio: StoredFile | None = None


class AbsorbConversation:
    """Safe to run again with the same, and in any order. Answers the transcript as it is kept now."""

    def __init__(self, storage: Storage[CallTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, conversation: Conversation) -> Transcript:
        return await self._storage.transact(absorb, Told(conversation, self._clock.now()))


async def absorb(tx: CallTx, told: Told) -> Transcript:
    """As a unit of work, or as a part of one that writes nothing before."""
    known = await tx.transcripts.get(told.conversation.id)
    after = _after(known, told)
    events: list[Event] = []
    if known is None or after.conversation != known.conversation:
        events.append(_told(after.conversation))
    if after.audio is not None and (known is None or known.audio is None):
        events.append(ConversationAudioKept(conversation_id=after.id, file=after.audio))
    if after.call_id is None and (found := await _belongs_to(tx, after.conversation)) is not None:
        after = replace(after, call_id=found[0], link=found[1])
        events.append(ConversationLinked(conversation_id=after.id, call_id=found[0], link=found[1]))
    if not events:
        return after
    tx.transcripts.save(after)
    tx.record(*(Envelope(f"conversation:{after.id}", told.at, ELEVENLABS, event) for event in events))
    return after


def _after(known: Transcript | None, told: Told) -> Transcript:
    if known is None:
        return Transcript(conversation=told.conversation, heard_at=told.at, audio=told.audio)
    return replace(known, conversation=joined(known.conversation, told.conversation), audio=known.audio or told.audio)


def _told(kept: Conversation) -> ConversationTold:
    return ConversationTold(conversation_id=kept.id, state=kept.state, turns=len(kept.turns), has_audio=kept.has_audio)


async def _belongs_to(tx: CallTx, conversation: Conversation) -> tuple[CallId, Link] | None:
    """The call, by what is surest (`call-routing.md`, The AI hand-over); never just the latest. None: a person says, or
    the call that it names is found later (`find_lost_conversations`)."""
    named = (
        (conversation.call_id, Link.OUR_ID),
        (conversation.provider_call_id, Link.CALL_SID),
        (await tx.agent_visits.of(conversation.id), Link.CONVERSATION_ID),
    )
    for call_id, link in named:
        if call_id is not None and await tx.calls.get(call_id) is not None:
            return call_id, link
    if any(call_id is not None for call_id, _ in named):
        return None
    number, began = e164(conversation.number), conversation.started_at
    if number is None or began is None:
        return None
    near = await tx.agent_visits.near(number, began - STARTS_WITHIN, began + STARTS_WITHIN)
    return (near[0], Link.NUMBER_AND_TIME) if len(near) == 1 else None
