"""An AI voice agent that does as it is told."""

from __future__ import annotations

from titus_core.calls.conversations import Invitation
from titus_core.calls.model import Call
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId


class ScriptedAgent:
    """`calls.ports.VoiceAgent`. `url` None: every invitation fails. `invited` says for which calls it was asked."""

    def __init__(self, url: str | None = "https://agent.example/inbound", *, available: bool = True) -> None:
        self.url = url
        self.available = available
        self.invited: list[CallId] = []

    async def invite(self, call: Call) -> Invitation:
        self.invited.append(call.id)
        if self.url is None:
            raise Unavailable(provider="voice agent")
        return Invitation(url=self.url)

    def direct_url(self, from_number: str) -> str | None:
        return self.url
