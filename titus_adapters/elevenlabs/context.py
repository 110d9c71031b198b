"""What the agent is told of a call before it speaks, the same in both ways of handing over
(elevenlabs-anthropic-graph.md §1.4)."""

from __future__ import annotations

from typing import Any

import msgspec

from titus_adapters.elevenlabs.reading import OUR_CALL
from titus_core.calls.model import Call
from titus_core.kernel.errors import Invalid
from titus_core.kernel.ids import CallId

UNKNOWN = "none"
KIND = "conversation_initiation_client_data"


class _Asked(msgspec.Struct, frozen=True):
    """The initiation webhook's body, as far as it is used."""

    call_sid: str | None = None


def variables(call: Call) -> dict[str, str | int]:
    """What the agent may know of the call, every name always: a conversation whose agent refers to a variable that is
    not given fails at its start (facts §1.4). No name and no client: what the agent knows, its provider keeps."""
    attempts = sum(len(wave.attempts) for wave in call.waves)
    return {
        OUR_CALL: call.id,
        "titus_hunt_group": (call.plan.group_name if call.plan is not None else "") or UNKNOWN,
        "titus_hunt_outcome": "exhausted" if attempts else "nobody_rung",
        "titus_attempts": attempts,
    }


def defaults(call_id: CallId | None) -> dict[str, str | int]:
    """The same names for a call that we cannot look up, or do not know."""
    return {
        OUR_CALL: call_id or UNKNOWN,
        "titus_hunt_group": UNKNOWN,
        "titus_hunt_outcome": "unknown",
        "titus_attempts": 0,
    }


def asked_call(body: bytes) -> CallId | None:
    """The call whose context the initiation webhook asks for; None if it names none. Raises `Invalid` if the body is no
    JSON."""
    try:
        told: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Invalid("body", "is no JSON that can be read") from error
    try:
        sid = msgspec.convert(told, _Asked).call_sid
    except msgspec.ValidationError:
        return None
    return CallId(sid) if sid else None


def initiation(call: Call | None, call_id: CallId | None) -> dict[str, object]:
    """The answer to the initiation webhook."""
    known = variables(call) if call is not None else defaults(call_id)
    return {"type": KIND, "dynamic_variables": known}
