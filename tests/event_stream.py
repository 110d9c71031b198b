"""Reading server-sent events, as browsers do (WHATWG HTML, section 9.2.6)."""

from __future__ import annotations

import json
from typing import Any

import msgspec


class Message(msgspec.Struct, frozen=True):
    """`id` is what a browser would come back with after it."""

    id: str
    event: str
    data: Any


class EventReader:
    """Fed with bytes as they come, it answers the messages that they complete. `last_id` and `retry` are what the
    stream has set, `comments` what it said besides."""

    def __init__(self, last_id: str = "") -> None:
        self.last_id = last_id
        self.retry = 0
        self.comments: list[str] = []
        self._rest = b""

    def feed(self, chunk: bytes) -> list[Message]:
        *blocks, self._rest = (self._rest + chunk).split(b"\n\n")
        return [message for block in blocks if (message := self._read(block.decode())) is not None]

    def _read(self, block: str) -> Message | None:
        event, data = "message", list[str]()
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            match name:
                case "":
                    self.comments.append(value)
                case "id":
                    self.last_id = value
                case "retry":
                    self.retry = int(value)
                case "event":
                    event = value
                case "data":
                    data.append(value)
        return Message(self.last_id, event, json.loads("\n".join(data))) if data else None
