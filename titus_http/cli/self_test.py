"""A signed request to ourselves, through the public address: the proof that proxy, BASE_URL and token fit together.

The request reports on no call: it lacks `CallSid`. With a good signature it is therefore answered 400 after the
signature was accepted and before anything is stored; with a bad one it is answered 403 like any forgery.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import msgspec

from titus_http.settings import Settings
from titus_http.webhooks.twilio.links import PREFIX
from titus_http.webhooks.twilio.signature import SETTINGS_HEADER, SIGNATURE_HEADER

WITHIN = 10.0
ACCEPTED, REFUSED = 400, 403


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    what: str
    good: bool
    told: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.good else 'BAD '} {self.what}: {self.told}"


class Credential(msgspec.Struct, frozen=True):
    """A secret that webhooks may be signed with; `key_id` only for shared keys."""

    name: str
    secret: str
    key_id: str | None = None


async def self_test(known: Settings, transport: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[Finding]:
    """Whether the server at BASE_URL is Titus, refuses a forgery, and accepts each of our secrets. Without one,
    nothing is asked of the webhooks: they refuse everything."""
    base = known.server.base_url
    async with httpx.AsyncClient(transport=transport, timeout=WITHIN) as http:
        try:
            yield _health(base, await http.get(f"{base}/api/health"))
            credentials = list(_credentials(known))
            if not credentials:
                yield Finding("webhooks", True, "off: neither TWILIO_AUTH_TOKEN nor TWILIO_SHARED_KEYS is set")
                return
            forged = Credential("a forged signature", "not a secret of ours")
            yield _judge(forged, await _post(http, known, forged), REFUSED)
            for credential in credentials:
                yield _judge(credential, await _post(http, known, credential), ACCEPTED)
        except httpx.HTTPError as error:
            yield Finding("BASE_URL", False, f"{base} cannot be reached ({type(error).__name__})")


def _credentials(known: Settings) -> Iterator[Credential]:
    tokens = known.webhooks.twilio_tokens
    for place, token in enumerate(tokens, start=1):
        yield Credential(f"TWILIO_AUTH_TOKEN{f' {place}' if len(tokens) > 1 else ''}", token.reveal())
    for key_id, secret in known.webhooks.twilio_shared_keys.items():
        yield Credential(f"TWILIO_SHARED_KEYS {key_id}", secret.reveal(), key_id)


async def _post(http: httpx.AsyncClient, known: Settings, credential: Credential) -> httpx.Response:
    # The vendor's signer, not ours: what we check is that others can sign for us.
    from twilio.request_validator import RequestValidator

    url = f"{known.server.base_url}{PREFIX}/status"
    account = known.webhooks.twilio_account
    form = {"CallStatus": "completed"} | ({"AccountSid": account} if account is not None else {})
    algorithm = "HMAC_SHA1" if credential.key_id is None else "HMAC_SHA256"
    headers = {SIGNATURE_HEADER: RequestValidator(credential.secret).compute_signature(url, form, algorithm)}
    if credential.key_id is not None:
        headers[SETTINGS_HEADER] = f"key={credential.key_id},algorithm={algorithm}"
    return await http.post(url, data=form, headers=headers)


def _health(base: str, response: httpx.Response) -> Finding:
    try:
        good = response.status_code == 200 and response.json()["status"] == "ok"
    except (ValueError, KeyError, TypeError):
        good = False
    return Finding("BASE_URL", good, f"{base} is Titus" if good else f"{base} is not answered by Titus")


def _judge(credential: Credential, response: httpx.Response, expected: int) -> Finding:
    what = f"webhook signed by {credential.name}"
    if response.status_code == expected:
        return Finding(what, True, "accepted" if expected == ACCEPTED else "refused, as it should be")
    if response.status_code == REFUSED:
        return Finding(
            what, False, "refused: the server has another token or another BASE_URL, or a proxy changes paths"
        )
    if response.status_code == ACCEPTED:
        return Finding(what, False, "accepted: the server does not check signatures")
    return Finding(what, False, f"answered {response.status_code}: something stands between BASE_URL and Titus")
