"""Addresses in recordings: wherever a provider was asked, it seems to have been at its usual place."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from tests.cassettes.kept import API, FICTION, HOSTS, SCRUBBED
from tests.cassettes.made_up import Names

_LONG_ID = re.compile(r"(?=.*[0-9])[0-9A-Za-z_-]{16,}")
_OWN_PATH = re.compile(r"/(?:2010-04-01|v1)/\S*")

Pairs = Callable[[list[tuple[str, str]]], list[tuple[str, str]]]


class Addresses:
    """`pairs` scrubs the fields of a query."""

    def __init__(self, provider: str, base_url: str, names: Names, pairs: Pairs) -> None:
        self._provider = provider
        self._base = urlsplit(base_url)
        self._usual = urlsplit(API[provider])
        self._names = names
        self._pairs = pairs

    def scrubbed(self, address: str) -> str:
        """A URL, or the path of one. Of the provider's own what is no id stays, of nobody's all, of others nothing."""
        parts = urlsplit(address)
        host = parts.hostname or ""
        if _ends_with(host, FICTION):
            return address
        if parts.netloc == self._base.netloc:
            scheme = parts.scheme if parts.scheme == "wss" else self._usual.scheme
            path = parts.path.removeprefix(self._base.path)
            parts = parts._replace(scheme=scheme, netloc=self._usual.netloc, path=path)
        elif host and not _ends_with(host, HOSTS):
            return f"{parts.scheme}://elsewhere.example/"
        elif not host and not _OWN_PATH.fullmatch(address):
            return SCRUBBED
        query = urlencode(self._pairs(parse_qsl(parts.query, keep_blank_values=True)))
        return urlunsplit((parts.scheme, parts.netloc, self._path(parts.path), query, ""))

    def _path(self, path: str) -> str:
        if self._provider == "anthropic":
            return path  # the names of models
        return "/".join(quote(self._segment(unquote(segment)), safe="") for segment in path.split("/"))

    def _segment(self, segment: str) -> str:
        renamed = self._names.known(segment) or self._names.ids_in(segment)
        if renamed == segment and self._provider == "elevenlabs" and _LONG_ID.fullmatch(segment):
            return self._names.opaque("id", segment)
        return renamed


def _ends_with(host: str, endings: tuple[str, ...]) -> bool:
    return any(host == ending or host.endswith(f".{ending}") for ending in endings)
