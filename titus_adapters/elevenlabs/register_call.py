"""The documented hand-over: register the call with ElevenLabs, and give the caller the document that it answers.

Against the redirect (`agent.py`) it needs no number imported at ElevenLabs, carries our call id and what happened
before, tells the conversation's id beforehand, and its failures show in time for voicemail
(../shared/facts/elevenlabs-anthropic-graph.md §1.4, hand-over B).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from titus_adapters.elevenlabs.agent import RedirectAgent
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.breaker import Breaker
from titus_adapters.elevenlabs.context import variables
from titus_adapters.elevenlabs.documents import checked
from titus_adapters.elevenlabs.payloads import Context, RegisterCall, unwrapped
from titus_adapters.elevenlabs.refusals import fault
from titus_core.calls.conversations import Invitation
from titus_core.calls.model import Call
from titus_core.kernel.errors import NotFound, TitusError, Unavailable
from titus_core.kernel.ids import ConversationId

PATH = "/v1/convai/twilio/register-call"
INVITE_WITHIN = 1.2
"""Seconds; a caller hears nothing meanwhile (../shared/design/call-routing.md, "The AI hand-over"). A connection of its
own is part of it: four ways to the provider and back, so choose one near the server."""


class RegisterCallAgent:
    """`calls.ports.VoiceAgent`, with an `Invitation` that holds a document. `available` while the breaker admits.

    `redirect`: for callers whom Titus cannot even look up (`direct_url`); only where the number is imported at
    ElevenLabs, so None by default. A failed invitation never falls back to it: the same provider has just failed, and
    a call redirected in vain is dropped, where voicemail would have taken it.
    """

    def __init__(
        self,
        api: ElevenLabsApi,
        agent_id: str,
        *,
        redirect: RedirectAgent | None = None,
        within: float = INVITE_WITHIN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._agent_id = agent_id
        self._redirect = redirect
        self._within = within
        self._clock = clock
        self.breaker = Breaker()

    @property
    def available(self) -> bool:
        return self.breaker.admits(self._clock())

    @property
    def breaker_state(self) -> str:
        return self.breaker.state(self._clock())

    async def invite(self, call: Call) -> Invitation:
        """Raises `Unavailable` within `within` seconds, at once while the breaker is open."""
        if not self.available:
            raise Unavailable("ElevenLabs has failed lately", provider="elevenlabs")
        self.breaker = self.breaker.entered(self._clock())
        try:
            invitation = _read(await self._api.post(PATH, self._registration(call), within=self._within))
        except (Unavailable, NotFound) as error:
            self._failed(error)
            raise Unavailable(str(error), **error.data) from error
        self.breaker = self.breaker.succeeded()
        return invitation

    def direct_url(self, from_number: str) -> str | None:
        """Where a caller can be sent when nothing else works; None unless redirects work."""
        return None if self._redirect is None else self._redirect.direct_url(from_number)

    def _failed(self, error: TitusError) -> None:
        told = error.data.get("retry_after")
        self.breaker = self.breaker.failed(fault(error), self._clock(), told if isinstance(told, float) else None)

    def _registration(self, call: Call) -> RegisterCall:
        return RegisterCall(
            agent_id=self._agent_id,
            # Required, and a withheld number may be spelled as nothing at all.
            from_number=call.from_number or "anonymous",
            to_number=call.to_number,
            direction=call.direction.value,
            conversation_initiation_client_data=Context(dynamic_variables=variables(call)),
        )


def _read(body: bytes) -> Invitation:
    try:
        document = unwrapped(body)
    except (ValueError, msgspec.MsgspecError) as error:
        raise Unavailable("ElevenLabs' answer could not be read", provider="elevenlabs") from error
    known = checked(document)
    return Invitation(document=document, conversation_id=ConversationId(known) if known else None)
