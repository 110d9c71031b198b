"""The hand-over that today's system uses: a redirect of the caller to ElevenLabs."""

from __future__ import annotations

from urllib.parse import urlencode

from titus_adapters.elevenlabs.settings import API
from titus_core.calls.conversations import Invitation
from titus_core.calls.model import Call


class RedirectAgent:
    """`calls.ports.VoiceAgent`. Its address is known beforehand, so inviting it cannot fail.

    ElevenLabs documents the path, but not these two parameters (`elevenlabs-anthropic-graph.md`, hand-over A).
    """

    available = True

    def __init__(self, agent_id: str, base_url: str = API) -> None:
        self._agent_id = agent_id
        self._base_url = base_url.rstrip("/")

    async def invite(self, call: Call) -> Invitation:
        return Invitation(url=self.direct_url(call.from_number))

    def direct_url(self, from_number: str) -> str:
        """The address that takes over a caller with this number, as the provider spelled it."""
        query = urlencode({"agent_id": self._agent_id, "caller_id": from_number})
        return f"{self._base_url}/twilio/inbound_call?{query}"
