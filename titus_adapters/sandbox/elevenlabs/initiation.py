"""Asking the app for a redirected conversation's context, before it begins."""

from __future__ import annotations

from typing import Any

import msgspec

from titus_adapters.sandbox.elevenlabs.deliveries import record
from titus_adapters.sandbox.elevenlabs.desk import Desk
from titus_adapters.sandbox.elevenlabs.lifecycle import fail
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.weather import Lose, Refuse
from titus_adapters.sandbox.twilio.engine.wire import Answer, Outgoing

READ_SECONDS = 5.0
KIND = "conversation_initiation_client_data"


class Context(msgspec.Struct, frozen=True):
    """The answer that is asked for. Anything else in it is kept and has no effect here."""

    type: str
    dynamic_variables: dict[str, str | int | float | bool] = {}


async def ask(desk: Desk, conversation: Conversation) -> None:
    """Asked while the caller hears nothing, so no retries (../shared/facts/elevenlabs-anthropic-graph.md §1.4)."""
    if not desk.initiation.url:
        return
    context = _context(await _exchange(desk, conversation))
    if context is not None:
        conversation.client_data = {"dynamic_variables": dict(context.dynamic_variables)}
    elif desk.switches.initiation_failure == "fail":
        fail(desk, conversation, "conversation initiation webhook failed")


async def _exchange(desk: Desk, conversation: Conversation) -> Answer:
    request = _request(desk, conversation)
    for fault in desk.weather.on_attempt("initiation"):
        match fault:
            case Refuse(status):
                return _recorded(desk, conversation, request, Answer(status))
            case Lose():
                await desk.wire(request)
                return _recorded(desk, conversation, request, Answer(error="rt"))
            case _:
                pass
    return _recorded(desk, conversation, request, await desk.wire(request))


def _recorded(desk: Desk, conversation: Conversation, request: Outgoing, answer: Answer) -> Answer:
    record(desk, "initiation", conversation, request, answer)
    return answer


def _request(desk: Desk, conversation: Conversation) -> Outgoing:
    body = {
        "caller_id": conversation.number,
        "agent_id": conversation.agent.id,
        "called_number": conversation.line,
        "call_sid": conversation.call_sid,
    }
    if desk.switches.initiation_names_conversation:
        body["conversation_id"] = conversation.id
    headers = (("Content-Type", "application/json"), *desk.initiation.headers.items())
    return Outgoing("POST", desk.initiation.url, headers, msgspec.json.encode(body), read_seconds=READ_SECONDS)


def _context(answer: Answer) -> Context | None:
    if answer.status != 200:
        return None
    try:
        context: Any = msgspec.json.decode(answer.body, type=Context)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return context if context.type == KIND else None
