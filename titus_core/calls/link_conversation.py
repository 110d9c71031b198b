"""A person says which call a conversation with the AI agent belongs to."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from titus_core.calls.conversation_events import ConversationLinked
from titus_core.calls.ports import CallTx
from titus_core.calls.transcripts import Link, Transcript
from titus_core.kernel.actor import Actor
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Invalid, NotFound, Stale
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId, ConversationId
from titus_core.kernel.unit_of_work import Storage


class ConversationLink(msgspec.Struct, frozen=True):
    """`version`: only if this is the stored one; None: whatever it is."""

    actor: Actor
    conversation_id: ConversationId
    call_id: CallId
    version: int | None = None


class _Timed(msgspec.Struct, frozen=True):
    link: ConversationLink
    at: datetime


class LinkConversation:
    """A person's word stands: nothing ties it elsewhere by itself afterwards, and only a person can correct it. Raises
    `NotFound` for an unknown conversation, `Invalid` for an unknown call, and `Stale`."""

    def __init__(self, storage: Storage[CallTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, link: ConversationLink) -> Transcript:
        return await self._storage.transact(_link, _Timed(link, self._clock.now()))


async def _link(tx: CallTx, timed: _Timed) -> Transcript:
    wanted = timed.link
    before = await tx.transcripts.get(wanted.conversation_id)
    if before is None:
        raise NotFound("There is no such conversation")
    if wanted.version not in {None, before.version}:
        raise Stale(version=before.version)
    if await tx.calls.get(wanted.call_id) is None:
        raise Invalid("callSid", "there is no such call")
    after = replace(before, call_id=wanted.call_id, link=Link.PERSON)
    if after == before:
        return before
    tx.transcripts.save(after)
    linked = ConversationLinked(conversation_id=after.id, call_id=wanted.call_id, link=Link.PERSON)
    tx.record(Envelope(f"conversation:{after.id}", timed.at, wanted.actor, linked))
    return replace(after, version=before.version + 1)
