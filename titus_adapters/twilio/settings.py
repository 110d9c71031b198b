"""What the Twilio adapter needs to know."""

from __future__ import annotations

import msgspec

API = "https://api.twilio.com"


class TwilioSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Whose account, and where its API is: `base_url` (no slash at its end) leads to a sandbox, or to a region."""

    account_sid: str
    auth_token: str
    base_url: str = API

    def __repr__(self) -> str:
        return f"TwilioSettings({self.account_sid!r}, base_url={self.base_url!r})"
