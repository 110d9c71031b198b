"""A conversation is over, and its sound has not been sent: fetch it."""

from __future__ import annotations

from titus_core.calls.absorb_conversation import Told, absorb
from titus_core.calls.conversation_audio import AudioCopies, Source
from titus_core.calls.ports import CallReader, CallTx, Conversations
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import ConversationId
from titus_core.kernel.unit_of_work import Storage


class KeepConversationAudio:
    """Safe to run again. Raises `Unavailable` while the sound cannot be had, also where the provider says that it has
    none though it had told of one."""

    def __init__(
        self,
        storage: Storage[CallTx],
        calls: CallReader,
        conversations: Conversations,
        copies: AudioCopies,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._calls = calls
        self._conversations = conversations
        self._copies = copies
        self._clock = clock

    async def __call__(self, conversation_id: ConversationId) -> None:
        known = await self._calls.transcript(conversation_id)
        if known is None or known.audio is not None or not known.conversation.has_audio:
            return
        sound = self._conversations.audio(conversation_id)
        try:
            file = await self._copies.store(conversation_id, Source.PULLED, sound)
        except NotFound as error:
            raise Unavailable("the provider does not have the sound (yet)") from error
        if file is None:
            raise Unavailable("the provider sent sound without anything to hear")
        await self._storage.transact(absorb, Told(known.conversation, self._clock.now(), file))
        await self._copies.settle(conversation_id, file)
