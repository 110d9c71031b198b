"""Where the PostgreSQL server is, and how it is used."""

from __future__ import annotations

import msgspec


class PostgresSettings(msgspec.Struct, frozen=True):
    """`url` as hosters give it: `postgres://`, `postgresql://` or `postgresql+asyncpg://`, with `sslmode` and the like.

    A transaction pooler (port 6543, `?pooler=transaction` or `?pgbouncer=true`) is recognised. The connections of all
    processes together must stay below what the server allows.

    `kept_for_units`: so many connections no question outside a unit of work may take: slow lists must not keep a
    caller waiting. The server ends a statement after `statement_seconds`; a connection on which it does not even do
    that, a second later, is taken for dead.
    """

    url: str
    min_connections: int = 2
    max_connections: int = 10
    kept_for_units: int = 3
    connect_seconds: float = 5.0
    acquire_seconds: float = 1.0
    statement_seconds: float = 5.0

    def __repr__(self) -> str:
        """Without the URL: it holds the password."""
        return "PostgresSettings(…)"
