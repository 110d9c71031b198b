"""The URLs that Twilio is given. The core never knows one.

Each carries connection overrides in its fragment (`twilio.md` §1.3): by default Twilio tries once more, and only if
it could not connect, so a deployment's 502 would drop a caller.
"""

from __future__ import annotations

from urllib.parse import quote_plus

import msgspec

from titus_core.calls.dialling import DialId
from titus_core.kernel.ids import CallId
from titus_core.messaging.model import MessageId

PREFIX = "/api/voice/webhook"

FLOW = "#rt=4000&tt=14000&rc=2&rp=all&e=sydney"
"""For requests whose answer the caller waits for: three tries of 4 s fit into the provider's 15."""

REPORT = "#rc=3&rp=all&e=sydney"
"""For reports: they may come late, but they must come."""


class Links(msgspec.Struct, frozen=True):
    """Our URLs as seen from outside. `base_url` has no slash at its end."""

    base_url: str

    def inbound(self) -> str:
        return self._to("inbound", FLOW)

    def hunt_step(self, call_id: CallId, step: int, *, hold: int | None = None) -> str:
        """`step` is the wave that is over when Twilio asks, `hold` counts the waits."""
        held = "" if hold is None else f"&hold={hold}"
        return self._to("hunt-step", FLOW, f"?callSid={quote_plus(call_id)}&step={step}{held}")

    def screen(self, call_id: CallId, wave: int, address: str) -> str:
        return self._to("screen", FLOW, f"?callSid={quote_plus(call_id)}&wave={wave}&to={quote_plus(address)}")

    def notice(self, call_id: CallId, wave: int, address: str) -> str:
        return self._to("notice", FLOW, f"?callSid={quote_plus(call_id)}&wave={wave}&to={quote_plus(address)}")

    def outbound(self, dial_id: DialId) -> str:
        """Whom to dial is stored with the request: no number stands here."""
        return self._to("outbound", FLOW, f"?request={quote_plus(dial_id)}")

    def browser_outbound(self) -> str:
        return self._to("browser-outbound", FLOW)

    def agent(self, call_id: CallId, stage: int) -> str:
        return self._to("agent", FLOW, f"?callSid={quote_plus(call_id)}&stage={stage}")

    def voicemail(self) -> str:
        return self._to("voicemail", FLOW)

    def fallback(self, turn: int = 0) -> str:
        return self._to("fallback", FLOW, f"?turn={turn}" if turn else "")

    def status(self, call_id: CallId | None = None, wave: int | None = None) -> str:
        return self._to("status", REPORT, "" if call_id is None else f"?callSid={quote_plus(call_id)}&wave={wave}")

    def recording(self) -> str:
        return self._to("recording", REPORT)

    def sms_inbound(self) -> str:
        return self._to("sms-inbound", REPORT)

    def sms_status(self, message_id: MessageId) -> str:
        return self._to("sms-status", REPORT, f"?message={quote_plus(message_id)}")

    def debugger(self) -> str:
        return self._to("debugger", REPORT)

    def _to(self, path: str, fragment: str, query: str = "") -> str:
        return f"{self.base_url}{PREFIX}/{path}{query}{fragment}"
