"""One account at Anthropic: its key, its models, what they answer, and what it was asked."""

from __future__ import annotations

from collections import deque
from typing import Any

import msgspec

from titus_adapters.sandbox.anthropic.catalogue import Catalogue
from titus_adapters.sandbox.anthropic.faults import Fault, Faults
from titus_adapters.sandbox.anthropic.replies import Reply, by_first_words

KEPT = 200
"""How many requests the account remembers."""


class Asked(msgspec.Struct, frozen=True):
    """One request that was understood: `headers` without credentials, `body` as sent."""

    request_id: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class AnthropicSandbox:
    """Answers come in the order in which they were scripted; when none is left, by the first words."""

    def __init__(self, api_key: str = "sk-ant-sandbox") -> None:
        self.api_key = api_key
        self.catalogue = Catalogue()
        self.faults = Faults()
        self.asked: deque[Asked] = deque(maxlen=KEPT)
        self._replies: deque[Reply] = deque()
        self._count = 0

    def answer(self, *replies: Reply) -> None:
        self._replies.extend(replies)

    def set_answers(self, *replies: Reply) -> None:
        """In place of all that are still to come."""
        self._replies = deque(replies)

    def break_rest(self, *faults: Fault) -> None:
        self.faults.add(*faults)

    @property
    def waiting(self) -> list[Reply]:
        return list(self._replies)

    def reply_to(self, body: dict[str, Any]) -> Reply:
        return self._replies.popleft() if self._replies else by_first_words(body)

    def next_id(self, prefix: str) -> str:
        """As long as real ones, and counted."""
        self._count += 1
        return f"{prefix}_01{self._count:022d}"
