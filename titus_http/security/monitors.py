"""Who may read the figures: whoever has the token for them; where none is set, whoever asks on this machine."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

from titus_core.kernel.errors import Unauthenticated
from titus_http.settings.values import LOOPBACK

_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""A proxy on this machine says with one of these that it asks for somebody else. One that says nothing and does not
keep the host is not seen: it must not pass the path on, or a token must be set (docs/operations/telemetry.md)."""


class Monitors(msgspec.Struct, frozen=True):
    """`token` blank: none is set."""

    token: str = ""

    def demand(self, peer: str, headers: Mapping[str, str]) -> None:
        """Raises `Unauthenticated` unless the figures are for whoever asks. Names of headers are in lower case."""
        if not (self._has_token(headers) if self.token else _is_here(peer, headers)):
            raise Unauthenticated("Figures are for who has TITUS_METRICS_TOKEN, or where none is set, for this machine")

    def _has_token(self, headers: Mapping[str, str]) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self.token.encode())

    def __repr__(self) -> str:
        return "Monitors()"


def _is_here(peer: str, headers: Mapping[str, str]) -> bool:
    if any(name in headers for name in _FORWARDED):
        return False
    try:
        return ip_address(peer).is_loopback and urlsplit(f"//{headers.get('host', '')}").hostname in LOOPBACK
    except ValueError:
        return False
