"""What we have copies of, and need not keep for anybody."""

from __future__ import annotations

from datetime import datetime

from titus_adapters.memory.state import State
from titus_core.callbacks.model import CallbackState
from titus_core.kernel.ids import CallId, ConversationId


def with_copies(state: State, before: datetime, limit: int) -> tuple[CallId, ...]:
    found = [
        (stored.created_at, stored.number, stored.call.id)
        for stored in state.calls.values()
        if stored.call.copies and stored.call.settled_at is not None and stored.created_at < before
    ]
    free = [call_id for _, _, call_id in sorted(found) if not _is_owed(state, call_id)]
    return tuple(free[:limit])


def with_audio(state: State, before: datetime, limit: int) -> tuple[ConversationId, ...]:
    found = [
        (transcript.heard_at, transcript.id)
        for transcript in state.transcripts.values()
        if transcript.audio is not None
        and transcript.heard_at < before
        and transcript.call_id is not None
        and not _is_owed(state, transcript.call_id)
    ]
    return tuple(conversation_id for _, conversation_id in sorted(found)[:limit])


def _is_owed(state: State, call_id: CallId) -> bool:
    callback = state.callbacks.get(call_id)
    return callback is not None and callback.state is not CallbackState.CLOSED
