"""Bodies of requests, refused as Anthropic refuses them: the first fault, with where it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from titus_adapters.sandbox.anthropic.catalogue import Catalogue, Model
from titus_adapters.sandbox.anthropic.rest.errors import RestError, invalid, no_model

SAMPLING = ("temperature", "top_p", "top_k")
BEYOND = ("tools", "mcp_servers", "container")
EFFORTS = ("low", "medium", "high", "xhigh", "max")


def read(raw: bytes, catalogue: Catalogue, version: str) -> tuple[dict[str, Any], Model]:
    """The body and its model, if both can be answered. Checked in the order in which the real one was seen to."""
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid(f"The request body is not valid JSON: {error}") from error
    if not isinstance(body, dict):
        raise invalid("The request body is not valid JSON: an object is required")
    if not isinstance(body.get("model"), str):
        raise invalid("model: Field required")
    for problem in _shape(body):
        raise problem
    model = catalogue.usable(body["model"])
    if model is None:
        raise no_model(body["model"])
    for problem in _options(body, model, version):
        raise problem
    return body, model


def room(body: dict[str, Any], model: Model) -> int:
    """`max_tokens`, which only a request for words needs."""
    most = body.get("max_tokens")
    if not isinstance(most, int) or most < 1:
        raise invalid("max_tokens: Field required" if most is None else "max_tokens: must be at least 1")
    if most > model.max_tokens:
        raise invalid(f"max_tokens: {most} > {model.max_tokens}, which is the maximum for {model.id}")
    return most


def _shape(body: dict[str, Any]) -> Iterator[RestError]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        yield invalid("messages: at least one message is required")
        return
    for place, message in enumerate(messages):
        where = f"messages.{place}"
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant"):
            yield invalid(f"{where}.role: Input should be 'user' or 'assistant'")
        else:
            yield from _content(f"{where}.content", message.get("content"))
    if body.get("system") is not None:
        yield from _content("system", body["system"])


def _content(where: str, content: Any) -> Iterator[RestError]:
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list) or not content:
        yield invalid(f"{where}: Input should be a valid string or a list of blocks")
        return
    for place, block in enumerate(content):
        if not isinstance(block, dict) or block.get("type") != "text":
            yield invalid(f"{where}.{place}: the sandbox takes text only")
        elif not isinstance(block.get("text"), str) or not block["text"].strip():
            yield invalid(f"{where}.{place}: text content blocks must be non-empty")


def _options(body: dict[str, Any], model: Model, version: str) -> Iterator[RestError]:
    for name in BEYOND:
        if body.get(name):
            yield invalid(f"{name}: not in the sandbox")
    for name in SAMPLING:
        if name in body and version != "2023-06-01":
            yield invalid(f"{name}: not supported in this version")
    effort = (body.get("output_config") or {}).get("effort")
    if effort is not None and not model.takes_effort:
        yield invalid("output_config.effort: This model does not support the effort parameter")
    elif effort is not None and effort not in EFFORTS:
        yield invalid(f"output_config.effort: Input should be one of {', '.join(EFFORTS)}")
    if model.thinks and (body.get("thinking") or {}).get("type", "adaptive") not in ("adaptive", "between_tools"):
        yield invalid("thinking.type: not supported on this model")
    if model.thinks and body["messages"][-1]["role"] == "assistant":
        yield invalid("This model does not support assistant message prefill")
