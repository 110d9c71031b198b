"""Put a conversation into two or three sentences."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from titus_core.calls.conversation_events import ConversationSummarised
from titus_core.calls.conversations import Summary
from titus_core.calls.ports import CallReader, CallTx, Summariser
from titus_core.calls.transcripts import Transcript
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import ConversationId
from titus_core.kernel.unit_of_work import Storage


class _Written(msgspec.Struct, frozen=True):
    conversation_id: ConversationId
    summary: Summary
    at: datetime


class SummariseCall:
    """Safe to run again: a summary is written once of the same words, and anew where more was said since. Raises what
    the `Summariser` raises, and `Unavailable` where more was said while it was made."""

    def __init__(self, storage: Storage[CallTx], calls: CallReader, summariser: Summariser, clock: Clock) -> None:
        self._storage = storage
        self._calls = calls
        self._summariser = summariser
        self._clock = clock

    async def __call__(self, conversation_id: ConversationId) -> None:
        known = await self._calls.transcript(conversation_id)
        if known is None or not _wants_one(known, len(known.conversation.turns)):
            return
        turns = known.conversation.turns
        summary = replace(await self._summariser.summarise(turns), turns=len(turns))
        await self._storage.transact(_note, _Written(conversation_id, summary, self._clock.now()))


def _wants_one(known: Transcript, turns: int) -> bool:
    """Whether a summary of so many turns would be the best one."""
    return turns > (known.summary.turns if known.summary is not None else 0)


async def _note(tx: CallTx, written: _Written) -> None:
    """Keep it, unless there is one of as many words. Where more was said than it was made of, the job comes back: it is
    under way, so that what came meanwhile made no second one."""
    known = await tx.transcripts.get(written.conversation_id)
    if known is None or not _wants_one(known, written.summary.turns):
        return
    if len(known.conversation.turns) > written.summary.turns:
        raise Unavailable("more was said meanwhile")
    tx.transcripts.save(replace(known, summary=written.summary))
    made = written.summary
    event = ConversationSummarised(
        conversation_id=known.id, model=made.model, request_id=made.request_id, cost=made.cost
    )
    tx.record(Envelope(f"conversation:{known.id}", written.at, SYSTEM, event))
