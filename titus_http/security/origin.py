"""Whether a browser sends a request for one of our own pages. Guards against requests forged by other sites."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar.connection import ASGIConnection

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Site(msgspec.Struct, frozen=True):
    """Where people reach Titus. `secure`: only over TLS, so cookies never travel in the clear."""

    base_url: str
    secure: bool = True


def from_our_pages(connection: ASGIConnection[Any, Any, Any, Any], site: Site) -> bool:
    """What the browser says, or the `Origin` where it is too old to say. A request that tells nothing is not ours:
    every browser that sends cookies across sites sends one of the two with an unsafe request."""
    said = connection.headers.get("sec-fetch-site")
    if said is not None:
        return said in {"same-origin", "none"}
    _, _, origin = connection.headers.get("origin", "").partition("://")
    own = {urlsplit(site.base_url).netloc, connection.headers.get("host", "")}
    return bool(origin) and origin in own
