"""What a ping says: which base, and nothing of what is in it. Pure."""

from __future__ import annotations

import msgspec


class _Named(msgspec.Struct, frozen=True):
    id: str


class Ping(msgspec.Struct, frozen=True):
    """Of Airtable's fields those that are used; others are ignored."""

    base: _Named
    webhook: _Named


def is_about(base_id: str, body: bytes) -> bool:
    """False too for what cannot be read."""
    try:
        ping = msgspec.json.decode(body, type=Ping)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return base_id != "" and ping.base.id == base_id
