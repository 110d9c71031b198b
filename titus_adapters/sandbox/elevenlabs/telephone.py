"""The stream between the two sandboxes: whoever Twilio connects with an agent's conversation talks in it."""

from __future__ import annotations

from titus_adapters.sandbox.elevenlabs import lifecycle
from titus_adapters.sandbox.elevenlabs.desk import Desk
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.twilio.engine.process import sleep
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.twiml.documents import Element

LISTENS_EVERY = 0.5


def join(desk: Desk, twilio: TwilioSandbox) -> None:
    """Have Twilio's streams lead to this desk; one without any conversation of ours leads nowhere."""

    def on_agent(call: Call, noun: Element) -> None:
        values = (child.get("value") for child in noun.children)
        conversation = next((desk.conversations[value] for value in values if value in desk.conversations), None)
        if conversation is not None and not conversation.over:
            lifecycle.connect(desk, conversation, call.sid, by_itself=False)
            desk.spawn(_listen, desk, conversation, twilio, call)

    twilio.when_agent_connects(on_agent)


async def _listen(desk: Desk, conversation: Conversation, twilio: TwilioSandbox, call: Call) -> None:
    while not call.ended and twilio.board.activities.get(call.sid) == "agent":
        await sleep(LISTENS_EVERY)
    lifecycle.hang_up(desk, conversation)
