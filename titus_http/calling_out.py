"""What routes need for calling out: use case, tokens, and what is missing where they are not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from titus_core.calls.place_call import PlaceCall
from titus_core.calls.ports import BrowserTokens
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotConfigured
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber
from titus_http.security.throttle import Throttle

NUMBER = "TWILIO_PHONE_NUMBER"


class CallingOut(msgspec.Struct, frozen=True, kw_only=True):
    """`missing` names the settings that a section lacks. A person gets 20 calls and 30 tokens in ten minutes: a page
    asks for a token every 55."""

    place_call: PlaceCall | None = None
    tokens: BrowserTokens | None = None
    our_number: PhoneNumber | None = None
    countries: frozenset[str] = frozenset()
    missing: Mapping[str, tuple[str, ...]] = {}
    calls: Throttle = msgspec.field(default_factory=lambda: Throttle(20, timedelta(minutes=10)))
    handed_out: Throttle = msgspec.field(default_factory=lambda: Throttle(30, timedelta(minutes=10)))

    def placing(self) -> tuple[PlaceCall, PhoneNumber]:
        """How calls are placed, and from which number. Raises `NotConfigured`."""
        if self.place_call is None or self.our_number is None:
            lacking = self.missing.get("twilio", ())
            raise NotConfigured(missing=[*lacking, *((NUMBER,) if self.our_number is None else ())])
        return self.place_call, self.our_number

    def token(self, user_id: UserId, clock: Clock, *, may_call_out: bool) -> str:
        """Raises `NotConfigured` and `TooMany`."""
        if self.tokens is None:
            raise NotConfigured(missing=list(self.missing.get("browser_calls", ())))
        self.handed_out.admit(user_id, clock)
        return self.tokens.token(user_id, may_call_out=may_call_out)
