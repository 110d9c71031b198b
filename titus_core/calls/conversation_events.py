"""What happens to a conversation with the AI agent. Events tell that words came, not the words: they can be deleted."""

from __future__ import annotations

from titus_core.calls.conversations import ConversationState
from titus_core.calls.transcripts import Link
from titus_core.kernel.events import Event
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId, ConversationId


class ConversationTold(Event, frozen=True, tag="conversation.told", kw_only=True):
    """Its provider told something new; `turns` is how many are known now, `has_audio` whether the provider has its
    sound."""

    conversation_id: ConversationId
    state: ConversationState
    turns: int
    has_audio: bool = False


class ConversationAudioKept(Event, frozen=True, tag="conversation.audio_kept", kw_only=True):
    """We have a copy of its sound."""

    conversation_id: ConversationId
    file: StoredFile


class ConversationLinked(Event, frozen=True, tag="conversation.linked", kw_only=True):
    """It belongs to this call."""

    conversation_id: ConversationId
    call_id: CallId
    link: Link


class ConversationAudioErased(Event, frozen=True, tag="conversation.audio_erased", kw_only=True):
    """Our copy of its sound is deleted: it was kept for as long as it was to be. The words stay."""

    conversation_id: ConversationId


class ConversationSummarised(Event, frozen=True, tag="conversation.summarised", kw_only=True):
    """It was put into a few sentences; `request_id` and `cost` (US dollars) as the model's provider told them."""

    conversation_id: ConversationId
    model: str
    request_id: str
    cost: str | None = None
