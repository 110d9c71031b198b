"""Answers as Anthropic writes them (../shared/reference/anthropic/sdk_response_schemas.json)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from titus_adapters.sandbox.anthropic.catalogue import Model
from titus_adapters.sandbox.anthropic.replies import Reply, tokens

_THOUGHT = {"type": "thinking", "thinking": "", "signature": "c2FuZGJveA=="}
_THOUGHT_TOKENS = 20
_WORDS_A_PIECE = 3


class Answer(msgspec.Struct, frozen=True):
    """What is answered to one request, however it is sent."""

    id: str
    model: str
    text: str
    stop_reason: str
    category: str | None
    thinks: bool
    input_tokens: int
    output_tokens: int


def answered(message_id: str, reply: Reply, asked: str, input_tokens: int, room: int) -> Answer:
    """The reply, cut to the room that the request left it."""
    text, stop_reason = reply.text, reply.stop_reason
    used = tokens(text) + _THOUGHT_TOKENS * reply.thinks if text else 0
    if used > room:
        text, stop_reason, used = text[: room * 3], "max_tokens", room
    return Answer(message_id, reply.model or asked, text, stop_reason, reply.category, reply.thinks, input_tokens, used)


def message(answer: Answer) -> dict[str, Any]:
    text = [{"type": "text", "text": answer.text, "citations": None}] if answer.text else []
    return _head(answer) | {
        "content": [*([_THOUGHT] if answer.thinks else []), *text],
        **_stop(answer),
        "usage": _usage(answer.input_tokens, answer.output_tokens),
    }


def events(answer: Answer) -> Iterator[dict[str, Any]]:
    """The same as a stream, in the order of stream_chat.json."""
    empty: dict[str, Any] = {"content": [], "stop_reason": None, "stop_sequence": None, "stop_details": None}
    yield {"type": "message_start", "message": _head(answer) | empty | {"usage": _usage(answer.input_tokens, 1)}}
    yield {"type": "ping"}
    if answer.thinks:
        yield from _block(0, _THOUGHT | {"signature": ""}, [{"type": "signature_delta", **_signature()}])
    if answer.text:
        deltas = [{"type": "text_delta", "text": piece} for piece in _pieces(answer.text)]
        yield from _block(int(answer.thinks), {"type": "text", "text": "", "citations": None}, deltas)
    yield {"type": "message_delta", "delta": _stop(answer), "usage": {"output_tokens": answer.output_tokens}}
    yield {"type": "message_stop"}


def model_info(model: Model) -> dict[str, Any]:
    shown = msgspec.to_builtins(model) | {"type": "model", "line": None, "capabilities": None}
    return {name: value for name, value in shown.items() if name not in ("takes_effort", "thinks")}


def _block(index: int, start: dict[str, Any], deltas: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _signature() -> dict[str, str]:
    return {"signature": _THOUGHT["signature"]}


def _pieces(text: str) -> Iterator[str]:
    words = text.split(" ")
    for at in range(0, len(words), _WORDS_A_PIECE):
        piece = " ".join(words[at : at + _WORDS_A_PIECE])
        yield piece if at == 0 else f" {piece}"


def _head(answer: Answer) -> dict[str, Any]:
    return {"id": answer.id, "type": "message", "role": "assistant", "model": answer.model, "container": None}


def _stop(answer: Answer) -> dict[str, Any]:
    refused = {"type": "refusal", "category": answer.category, "explanation": None}
    details = refused if answer.stop_reason == "refusal" else None
    return {"stop_reason": answer.stop_reason, "stop_sequence": None, "stop_details": details}


def _usage(input_tokens: int, output_tokens: int) -> dict[str, Any]:
    return {
        "input_tokens": input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": output_tokens,
        "service_tier": "standard",
        "inference_geo": "global",
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
    }
