"""What the AI agent's provider sends of conversations: taken once, and of our own agent."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import NOON, group
from tests.core.calls.office import Office, at_once
from titus_core.calls.conversations import Conversation, ConversationState
from titus_core.calls.ports import Delivery
from titus_core.calls.take_conversation import ConversationDelivery, TakeConversation
from titus_core.kernel.ids import ConversationId

ID = ConversationId("conv_1")
RAW = Delivery(route="elevenlabs/post-call", key="0a", token=None, query="", body="{}", received_at=NOON)


@pytest.mark.parametrize(
    ("ours", "told", "is_taken"),
    [("", "theirs", True), ("ours", "", True), ("ours", "ours", True), ("ours", "theirs", False)],
)
def test_another_agent_of_the_workspace_is_none_of_our_business(ours: str, told: str, is_taken: bool) -> None:
    office = Office(group())
    take = TakeConversation(office.store, ours)
    delivery = ConversationDelivery(RAW, Conversation(id=ID, state=ConversationState.DONE, agent_id=told))
    assert at_once(take(delivery)) is True
    assert at_once(take(delivery)) is False, "a repetition changes nothing"
    assert (at_once(office.store.reader.transcript(ID)) is not None) is is_taken
