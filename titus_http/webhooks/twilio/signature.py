"""Did Twilio send this, to this address, with these fields?

A signature proves origin, not freshness: replays are the business of the stored answers. Sources of the rules:
https://www.twilio.com/docs/usage/security, https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys, and
../shared/facts/reliability-and-security.md W1 to W3.
"""

from __future__ import annotations

import hmac
import re
from binascii import b2a_base64
from collections.abc import Mapping
from enum import Enum
from hashlib import sha256

from titus_http.webhooks.twilio.body import Form, Malformed, parse_query

SIGNATURE_HEADER = "X-Twilio-Signature"
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"

_DIGESTS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_BASE_URL = re.compile(r"(https?)://(?:[^/\s]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]*))?(/[^?#\s]*)?")


class Verdict(Enum):
    """True only when accepted; anything else is answered 403. The value is for logs and counters, not the sender."""

    ACCEPTED = "accepted"
    UNCONFIGURED = "unconfigured"
    UNSIGNED = "unsigned"
    UNKNOWN_KEY = "unknown-key"
    WRONG_ALGORITHM = "wrong-algorithm"
    BAD_TARGET = "bad-target"
    MISMATCH = "mismatch"
    BODY_NOT_SIGNED = "body-not-signed"
    BODY_CHANGED = "body-changed"

    def __bool__(self) -> bool:
        return self is Verdict.ACCEPTED


class _Key:
    """A secret with the one algorithm it may be used with."""

    __slots__ = ("_digest", "_secret", "algorithm")

    def __init__(self, algorithm: str, secret: str) -> None:
        self.algorithm = algorithm
        self._digest = _DIGESTS[algorithm]
        self._secret = secret.encode()

    def signs(self, message: bytes, signature: bytes) -> bool:
        # Compared as base64 text: decoding first would accept four spellings of the same twenty bytes.
        expected = b2a_base64(hmac.digest(self._secret, message, self._digest), newline=False)
        return hmac.compare_digest(expected, signature)


class TwilioVerifier:
    """Verifies webhooks over the public URL that Twilio was given.

    `auth_tokens` are the account's tokens, several during a rotation; they sign with HMAC-SHA1. `shared_keys` maps a
    shared key's id to its secret; those sign with HMAC-SHA256 and nothing else. Blank secrets are ignored. With no
    secret, or a blank `base_url`, everything is refused. An auth token stays good beside shared keys: leave the tokens
    out to demand shared keys.

    `base_url` is scheme, host, and optionally port and path prefix; a user and password in it are dropped, as Twilio
    drops them. Raises ValueError when it is anything else.

    Stricter than the vendor's `RequestValidator`: repeated parameter names are refused (by `parse_form` and
    `parse_query`; the vendor's collapses them); a shared key never signs with SHA-1 and an auth token never with
    SHA-256; the algorithm's name has one spelling; a body that is not a form needs its hash in the query; a lone
    trailing `?` or `;` is part of the URL; IPv6 hosts work.
    """

    __slots__ = ("_bases", "_shared", "_tokens")

    def __init__(self, auth_tokens: tuple[str, ...], shared_keys: Mapping[str, str], base_url: str) -> None:
        self._tokens = tuple(_Key("HMAC_SHA1", token) for token in auth_tokens if token.strip())
        self._shared = {
            name: _Key("HMAC_SHA256", secret) for name, secret in shared_keys.items() if name and secret.strip()
        }
        self._bases = _spellings(base_url) if base_url.strip() else ()

    def verify(
        self,
        path_and_query: bytes | str,
        form: Form | None,
        raw_body: bytes,
        *,
        signature: str | None,
        settings: str | None,
    ) -> Verdict:
        """The verdict on one request; never raises.

        `path_and_query` is the request target as it stood on the wire, percent-encoding untouched (in ASGI `raw_path`,
        then `?` and `query_string` if there is one). `form` is `parse_form(raw_body, …)`; None for a GET and for JSON,
        whose body must hash to the signed `bodySHA256` of the query. `signature` and `settings` are the values of
        SIGNATURE_HEADER and SETTINGS_HEADER, None when absent.

        The vendor's signed string has no separators: `{"AB": "C"}` and `{"A": "BC"}` sign alike, and so does a field
        moved to the end of the URL. A route must still demand its method, its fields and their shapes.
        """
        if not self._bases or not (self._tokens or self._shared):
            return Verdict.UNCONFIGURED
        if not signature:
            return Verdict.UNSIGNED
        keys = self._keys(settings)
        if isinstance(keys, Verdict):
            return keys
        target = path_and_query if isinstance(path_and_query, bytes) else _encoded(path_and_query)
        if not target.startswith(b"/"):
            return Verdict.BAD_TARGET
        if not self._signed(target if form is None else target + _canonical(form), _encoded(signature), keys):
            return Verdict.MISMATCH
        return _judge_body(target, raw_body) if form is None else Verdict.ACCEPTED

    def _keys(self, settings: str | None) -> tuple[_Key, ...] | Verdict:
        """The keys that may have signed. The header only says which key; the configuration says how that key signs."""
        if settings is None or not settings.strip():
            return self._tokens
        named = _settings(settings)
        key = self._shared.get(named.get("key", ""))
        if key is None:
            return Verdict.UNKNOWN_KEY
        return (key,) if named.get("algorithm") == key.algorithm else Verdict.WRONG_ALGORITHM

    def _signed(self, rest: bytes, signature: bytes, keys: tuple[_Key, ...]) -> bool:
        return any(key.signs(base + rest, signature) for key in keys for base in self._bases)


def _spellings(base_url: str) -> tuple[bytes, ...]:
    """Without and with the port, as the vendor tries: over HTTPS, voice signs without it, messaging with it."""
    match = _BASE_URL.fullmatch(base_url.strip())
    if match is None:
        raise ValueError("the public base URL must be http(s)://host[:port][/path]")
    scheme, host, port, path = match.groups(default="")
    with_port = f"{host}:{port or _DEFAULT_PORTS[scheme]}"
    return tuple(f"{scheme}://{place}{path.rstrip('/')}".encode() for place in (host, with_port))


def _canonical(form: Form) -> bytes:
    # Code points sort as their UTF-8 bytes do, so sorting text is the bytewise order that Twilio uses.
    fields = form.fields
    return _encoded("".join([name + fields[name] for name in sorted(fields)]))


def _settings(header: str) -> dict[str, str]:
    """`key=…,algorithm=…` as a dict; empty if a name is repeated, since either reading could be the attacker's."""
    pairs = [part.partition("=") for part in header.split(",")]
    named = {name.strip(): value.strip() for name, _, value in pairs}
    return named if len(named) == len(pairs) else {}


def _judge_body(target: bytes, raw_body: bytes) -> Verdict:
    """A body that is not a form is signed through its hash in the query; a GET has neither."""
    query = parse_query(target.partition(b"?")[2])
    promised = None if isinstance(query, Malformed) else query.fields.get("bodySHA256")
    if promised is None:
        return Verdict.BODY_NOT_SIGNED if raw_body else Verdict.ACCEPTED
    actual = sha256(raw_body).hexdigest()
    return Verdict.ACCEPTED if hmac.compare_digest(_encoded(actual), _encoded(promised)) else Verdict.BODY_CHANGED


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
