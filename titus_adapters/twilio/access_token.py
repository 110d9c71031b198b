"""Tokens for browser telephones, by Twilio's library (`twilio.md` §1.3: HS256, `cty=twilio-fpa;v=1`)."""

from __future__ import annotations

import msgspec

from titus_core.kernel.ids import UserId

LASTS = 3600
"""Seconds; the page asks for another one before it is over."""


class AccessTokenSettings(msgspec.Struct, frozen=True, kw_only=True):
    """An API key of the account, and the TwiML App that calls from browsers go through."""

    account_sid: str
    api_key: str
    api_secret: str
    app_sid: str

    def __repr__(self) -> str:
        return f"AccessTokenSettings({self.account_sid!r}, app_sid={self.app_sid!r})"


class TwilioAccessTokens:
    """`calls.ports.BrowserTokens`."""

    def __init__(self, settings: AccessTokenSettings) -> None:
        self._settings = settings

    def token(self, user_id: UserId, *, may_call_out: bool) -> str:
        # Here and not above: the library takes its time, which a start that hands out no token need not wait for.
        from twilio.jwt.access_token import AccessToken
        from twilio.jwt.access_token.grants import VoiceGrant

        known = self._settings
        made = AccessToken(known.account_sid, known.api_key, known.api_secret, identity=f"user_{user_id}", ttl=LASTS)
        app_sid = known.app_sid if may_call_out else None
        made.add_grant(VoiceGrant(incoming_allow=True, outgoing_application_sid=app_sid))
        token: str = made.to_jwt()
        return token
