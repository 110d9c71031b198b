"""Tokens for browsers, as Twilio would read them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from titus_adapters.twilio.access_token import AccessTokenSettings, TwilioAccessTokens
from titus_core.kernel.ids import UserId

SETTINGS = AccessTokenSettings(
    account_sid="AC" + "0" * 32,
    api_key="SK" + "1" * 32,
    api_secret="a key that has thirty-two characters",
    app_sid="AP" + "2" * 32,
)


def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    import jwt

    claims = jwt.decode(token, SETTINGS.api_secret, algorithms=["HS256"])
    return jwt.get_unverified_header(token), claims


@pytest.mark.parametrize("may_call_out", [True, False])
def test_a_token_names_the_browser_and_what_it_may(may_call_out: bool) -> None:
    header, claims = read(TwilioAccessTokens(SETTINGS).token(UserId(7), may_call_out=may_call_out))
    assert (header["alg"], header["cty"]) == ("HS256", "twilio-fpa;v=1")
    assert (claims["iss"], claims["sub"], claims["grants"]["identity"]) == (
        SETTINGS.api_key,
        SETTINGS.account_sid,
        "user_7",
    )
    assert 3500 < claims["exp"] - time.time() <= 3601
    voice = claims["grants"]["voice"]
    assert voice["incoming"] == {"allow": True}
    assert voice.get("outgoing") == ({"application_sid": SETTINGS.app_sid} if may_call_out else None)


def test_the_settings_do_not_show_their_secret() -> None:
    assert SETTINGS.api_secret not in repr(SETTINGS)
