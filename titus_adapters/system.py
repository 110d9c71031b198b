"""The machine's clock and its source of secrets."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


class SystemClock:
    """The `Clock` port: what time it is, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SecretIds:
    """The `IdSource` port, by the operating system's cryptographic source."""

    def token(self) -> str:
        return secrets.token_hex(32)
