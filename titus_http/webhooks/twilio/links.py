"""The URLs that Twilio is given. The core never knows one.

Each carries connection overrides in its fragment (`twilio.md` §1.3): by default Twilio tries once more, and only if
it could not connect, so a deployment's 502 would drop a caller.
"""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from titus_core.kernel.ids import CallId

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
        query = {"callSid": call_id, "step": str(step)} | ({} if hold is None else {"hold": str(hold)})
        return self._to("hunt-step", FLOW, query)

    def screen(self, call_id: CallId, wave: int, address: str) -> str:
        return self._to("screen", FLOW, {"callSid": call_id, "wave": str(wave), "to": address})

    def agent(self, call_id: CallId, stage: int) -> str:
        return self._to("agent", FLOW, {"callSid": call_id, "stage": str(stage)})

    def voicemail(self) -> str:
        return self._to("voicemail", FLOW)

    def fallback(self, turn: int = 0) -> str:
        return self._to("fallback", FLOW, {"turn": str(turn)} if turn else {})

    def status(self, call_id: CallId | None = None, wave: int | None = None) -> str:
        query = {} if call_id is None else {"callSid": call_id, "wave": str(wave)}
        return self._to("status", REPORT, query)

    def recording(self) -> str:
        return self._to("recording", REPORT)

    def sms_inbound(self) -> str:
        return self._to("sms-inbound", REPORT)

    def debugger(self) -> str:
        return self._to("debugger", REPORT)

    def _to(self, path: str, fragment: str, query: dict[str, str] | None = None) -> str:
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.base_url}{PREFIX}/{path}{asked}{fragment}"
