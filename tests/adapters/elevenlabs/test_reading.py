"""Conversations in the words of the core, whatever ElevenLabs says."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from titus_adapters.elevenlabs.payloads import ConversationDetail
from titus_adapters.elevenlabs.reading import conversation_of
from titus_core.calls.conversations import Conversation, ConversationState

BARE = {"conversation_id": "conv_1", "status": "done"}


def read(**more: Any) -> Conversation:
    return conversation_of(msgspec.convert({**BARE, **more}, ConversationDetail))


def with_variables(**values: Any) -> Conversation:
    return read(conversation_initiation_client_data={"dynamic_variables": values})


def test_the_least_that_can_be_told() -> None:
    told = read()
    assert told == Conversation(id=told.id, state=ConversationState.DONE)


def test_nulls_are_like_nothing() -> None:
    names = ("transcript", "metadata", "analysis", "conversation_initiation_client_data", "has_audio")
    assert read(**dict.fromkeys(names)) == read()
    assert read(conversation_initiation_client_data={"dynamic_variables": None}) == read()
    empty = ("start_time_unix_secs", "call_duration_secs", "phone_call", "termination_reason", "error")
    assert read(metadata=dict.fromkeys(empty)) == read()


@pytest.mark.parametrize("value", ["", None, 7, True, ["CA01"], {"a": "b"}])
def test_a_call_id_is_text_or_none(value: object) -> None:
    assert with_variables(titus_call_sid=value).call_id is None


def test_our_call_id_is_ours_and_theirs_is_theirs() -> None:
    told = with_variables(titus_call_sid="CA01", system__call_sid="CA02", system__caller_id="+61491570006")
    assert (told.call_id, told.provider_call_id, told.number) == ("CA01", "CA02", "+61491570006")


def test_a_phone_call_is_believed_before_variables() -> None:
    told = read(
        metadata={"phone_call": {"type": "twilio", "call_sid": "CA03", "external_number": "+61491570156"}},
        conversation_initiation_client_data={"dynamic_variables": {"system__call_sid": "CA02"}},
    )
    assert (told.provider_call_id, told.number) == ("CA03", "+61491570156")


def test_where_todays_system_looked_nothing_is_found() -> None:
    """These fields do not exist; a transcript was once put to the wrong client's call because of them."""
    told = read(metadata={"phone_number": "+61491570006", "caller_id": "+61491570006"}, start_time_unix_secs=1795400042)
    assert (told.number, told.started_at) == ("", None)


@pytest.mark.parametrize(
    ("metadata", "failure"),
    [
        ({"error": {"code": 1002, "reason": "no money"}, "termination_reason": "other"}, "no money"),
        ({"error": {"code": 1002, "reason": ""}, "termination_reason": "other"}, "other"),
        ({"error": None}, "unknown"),
        (None, "unknown"),
    ],
)
def test_why_one_failed(metadata: object, failure: str) -> None:
    assert read(status="failed", metadata=metadata).failure == failure
    assert read(status="done", metadata=metadata).failure is None


def test_a_voice_that_is_nobodys_is_left_out_and_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        told = read(transcript=[{"role": "oracle", "message": "Sam will be fine"}, {"role": "oracle", "message": None}])
    assert told.turns == ()
    (record,) = caplog.records
    assert "oracle" in record.getMessage()
    assert "Sam" not in record.getMessage()


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
details = st.fixed_dictionaries(
    {"conversation_id": st.text(max_size=5), "status": st.sampled_from(["done", "failed", "dreaming"])},
    optional={
        "transcript": st.lists(
            st.fixed_dictionaries(
                {}, optional={"role": json_values, "message": json_values, "time_in_call_secs": json_values}
            )
        ),
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "start_time_unix_secs": json_values,
                "call_duration_secs": json_values,
                "phone_call": json_values,
                "error": json_values,
            },
        ),
        "conversation_initiation_client_data": st.fixed_dictionaries({"dynamic_variables": json_values}),
        "analysis": json_values,
        "has_audio": json_values,
    },
)


@given(details)
def test_whatever_is_told_is_read_or_refused(detail: dict[str, Any]) -> None:
    try:
        parsed = msgspec.json.decode(msgspec.json.encode(detail), type=ConversationDetail)
    except msgspec.MsgspecError:
        return
    conversation_of(parsed)
