"""Reading a database URL the way hosters and other tools write it."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_POOLER_PORT = ":6543"
"""Where Supabase's transaction pooler listens."""

_NOT_FOR_THE_SERVER = {"pooler", "pgbouncer", "connection_limit", "pool_timeout", "prepared_statement_cache_size"}
"""Parameters that speak to us or to other clients; asyncpg would send them to the server, which refuses them."""


class Address(NamedTuple):
    """A URL that asyncpg understands. `pooled`: behind a pooler that gives each transaction another connection, so
    nothing outlives a transaction, prepared statements neither."""

    dsn: str
    pooled: bool


def parse(url: str) -> Address:
    """Raises `ValueError` (without the password) if it is no PostgreSQL URL."""
    parts = urlsplit(url)
    if parts.scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise ValueError("a PostgreSQL URL begins with postgresql://")
    query = dict(parse_qsl(parts.query))
    pooled = (
        parts.netloc.endswith(_POOLER_PORT)
        or query.get("pooler") == "transaction"
        or query.get("pgbouncer", "").lower() == "true"
    )
    kept = {
        "sslmode" if name == "ssl" else name: value for name, value in query.items() if name not in _NOT_FOR_THE_SERVER
    }
    return Address(urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(kept), "")), pooled)
