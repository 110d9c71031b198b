"""What the edge needs of the AI agent: whether it can be used, and an address that works without any store."""

from __future__ import annotations

from typing import Protocol

from titus_core.calls.conversations import Invitation
from titus_core.calls.model import Call
from titus_core.calls.ports import VoiceAgent
from titus_core.kernel.errors import Unavailable


class AgentLine(VoiceAgent, Protocol):
    """A voice agent that the edge can also send callers to by itself. An implementer MUST answer at once, from
    memory."""

    def direct_url(self, from_number: str) -> str | None:
        """Where a caller can be sent when nothing else works; None without an agent."""
        ...


class NoAgent:
    """No AI agent is configured."""

    @property
    def available(self) -> bool:
        return False

    async def invite(self, call: Call) -> Invitation:
        raise Unavailable("no AI agent is configured")

    def direct_url(self, from_number: str) -> str | None:
        return None
