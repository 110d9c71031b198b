"""Where the PostgreSQL server is, and how it is used."""

from __future__ import annotations

import msgspec


class PostgresSettings(msgspec.Struct, frozen=True):
    """`url` as hosters give it: `postgres://`, `postgresql://` or `postgresql+asyncpg://`, with `sslmode` and the like.

    A transaction pooler (port 6543, `?pooler=transaction` or `?pgbouncer=true`) is recognised. The connections of all
    processes together must stay below what the server allows.
    """

    url: str
    min_connections: int = 2
    max_connections: int = 10
    acquire_seconds: float = 1.0
    statement_seconds: float = 5.0

    def __repr__(self) -> str:
        """Without the URL: it holds the password."""
        return "PostgresSettings(…)"
