"""ElevenLabs' post-call events, one by one, in our words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.elevenlabs.reference import needs_reference, reference
from titus_adapters.elevenlabs.post_call import post_call
from titus_core.calls.conversations import ConversationState
from titus_core.kernel.errors import Invalid


def body_of(name: str) -> bytes:
    fixture: Any = reference(name)
    return msgspec.json.encode(fixture["body"])


@needs_reference
def test_a_transcription_tells_what_was_said() -> None:
    told = post_call(body_of("webhook_post_call_transcription"))
    assert told.kind == "post_call_transcription"
    assert told.conversation is not None
    assert told.conversation.state is ConversationState.DONE
    assert told.conversation.turns
    assert told.conversation.started_at is not None
    assert datetime(2026, 1, 1, tzinfo=UTC) < told.conversation.started_at < datetime(2027, 1, 1, tzinfo=UTC)


@needs_reference
def test_audio_tells_whose_it_is_and_nothing_of_what_was_said() -> None:
    told = post_call(body_of("webhook_post_call_audio"))
    assert (told.kind, told.sound) == ("post_call_audio", True)
    assert told.conversation is not None
    assert told.conversation.id == "conv_4801k8f3t2e9m7bqw0x5n6y1zpjd"
    assert (told.conversation.state, told.conversation.has_audio) == (ConversationState.PROCESSING, True)
    assert told.conversation.turns == ()


@pytest.mark.parametrize("kind", ["post_call_audio", "post_call_transcription", "call_initiation_failure"])
@pytest.mark.parametrize("data", [{"conversation_id": "", "status": "done"}, {"conversation_id": 7}, {}, None])
def test_an_event_of_nobody_tells_of_nobody(kind: str, data: object) -> None:
    assert post_call(msgspec.json.encode({"type": kind, "data": data})).conversation is None


@needs_reference
@pytest.mark.parametrize("name", ["webhook_call_initiation_failure_twilio", "webhook_call_initiation_failure_sip"])
def test_a_failure_tells_why(name: str) -> None:
    told = post_call(body_of(name)).conversation
    assert told is not None
    assert told.state is ConversationState.FAILED
    assert told.failure
    assert (told.provider_call_id is not None) is name.endswith("twilio")


def test_a_transcription_of_an_unknown_state_is_over_and_not_written_down_yet() -> None:
    event = {"type": "post_call_transcription", "data": {"conversation_id": "conv_1", "agent_id": "a", "status": "new"}}
    told = post_call(msgspec.json.encode(event)).conversation
    assert told is not None
    assert told.state is ConversationState.PROCESSING


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)
_KINDS = st.sampled_from(("post_call_transcription", "call_initiation_failure", "post_call_audio", "x")) | _JSON
_DATA = _JSON | st.fixed_dictionaries(
    {"conversation_id": _JSON}, optional={"transcript": _JSON, "status": _JSON, "metadata": _JSON, "analysis": _JSON}
)


@given(kind=_KINDS, data=_DATA)
def test_no_json_is_too_odd(kind: object, data: object) -> None:
    post_call(msgspec.json.encode({"type": kind, "data": data}))


@given(st.binary(max_size=40))
def test_what_is_no_json_is_invalid(body: bytes) -> None:
    try:
        msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError):
        with pytest.raises(Invalid):
            post_call(body)
