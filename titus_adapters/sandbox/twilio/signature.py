"""X-Twilio-Signature: proof that a request comes from whoever holds the token."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

import msgspec

Params = Iterable[tuple[str, str]]


class SharedKey(msgspec.Struct, frozen=True):
    """A key of the Webhooks configuration API: signs with HMAC-SHA256 instead of the auth token's HMAC-SHA1."""

    sid: str
    secret: str


def signed_address(url: str, *, keep_port: bool = False) -> str:
    """The address as Twilio signs it: no user and password, and over HTTPS no port unless `keep_port` (messages)."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "https" and parts.port is not None and not keep_port:
        host = host.removesuffix(f":{parts.port}")
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def sign(token: str, address: str, params: Params = (), algorithm: str = "sha1") -> str:
    """Base64 of the HMAC over the address and every name and value, sorted by name; repeated values once each."""
    fields = "".join(name + value for name, value in sorted(set(params)))
    digest = hmac.new(token.encode(), (address + fields).encode(), getattr(hashlib, algorithm)).digest()
    return base64.b64encode(digest).decode()


def signature_headers(token: str, key: SharedKey | None, address: str, params: Params) -> list[tuple[str, str]]:
    """The headers that go with a webhook; with a shared key, also the one naming key and algorithm."""
    if key is None:
        return [("X-Twilio-Signature", sign(token, address, params))]
    return [
        ("X-Twilio-Signature", sign(key.secret, address, params, "sha256")),
        ("X-Twilio-Webhooks-Signature-Settings", f"key={key.sid},algorithm=HMAC_SHA256"),
    ]
