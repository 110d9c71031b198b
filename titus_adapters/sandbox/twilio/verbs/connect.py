"""Connect: a conversation with something that is not a phone, such as a voice agent's stream."""

from __future__ import annotations

from titus_adapters.sandbox.twilio.twiml.documents import Document, Element
from titus_adapters.sandbox.twilio.verbs.line import HungUp, Line, Next, action_of


async def connect(line: Line, element: Element, document: Document) -> Next:
    line.answer()
    line.begin("agent")
    noun = element.children[0] if element.children else Element("", {})
    target = noun.get("url") or noun.name
    line.call.talked_to_agent = True
    line.board.note(line.call, "talk", f"talks to the agent at {target}")
    line.board.on_agent(line.call, noun)
    await line.wait(line.party.talks_to_agent)
    if not line.party.agent_hangs_up:
        raise HungUp("party")
    line.board.note(line.call, "talk", "the agent ends the conversation")
    return action_of(element, document, "connect_action", {}) if element.get("action") else None
