"""What ElevenLabs keeps of conversations: the rows behind REST and webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from titus_adapters.sandbox.elevenlabs.scripts import Line, Script

Status = Literal["initiated", "in-progress", "processing", "done", "failed"]
Source = Literal["registered", "redirected", "outbound"]
OVER = frozenset({"processing", "done", "failed"})


class Entry(msgspec.Struct, frozen=True):
    """One line of a conversation's story."""

    at: float
    text: str


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    created_at: float


class Conversation(msgspec.Struct, kw_only=True, eq=False):
    """The fields are live: read them after a run. `number` is who talks to the agent, `line` the number they dialled
    or are rung from."""

    id: str
    agent: Agent
    source: Source
    number: str
    line: str
    direction: str
    script: Script
    created_at: float
    client_data: dict[str, Any] = msgspec.field(default_factory=dict)
    """As it was given: variables, overrides and the user's id."""
    status: Status = "initiated"
    call_sid: str = ""
    stream_sid: str = ""
    accepted_at: float | None = None
    ended_at: float | None = None
    failure: str | None = None
    termination: str = ""
    deleted_audio: bool = False
    story: list[Entry] = msgspec.field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def has_audio(self) -> bool:
        """Only once all is analysed."""
        made = self.script.audio and self.accepted_at is not None
        return self.status == "done" and made and not self.deleted_audio

    @property
    def variables(self) -> dict[str, Any]:
        return dict(self.client_data.get("dynamic_variables") or {})

    def seconds(self, now: float) -> int:
        """How long they have talked, or did."""
        if self.accepted_at is None:
            return 0
        return max(0, round((now if self.ended_at is None else self.ended_at) - self.accepted_at))

    def said(self, now: float) -> Iterator[Line]:
        """The lines spoken so far."""
        if self.accepted_at is None:
            return
        until = (now if self.ended_at is None else self.ended_at) - self.accepted_at
        yield from (line for line in self.script.lines if line.at <= until)
