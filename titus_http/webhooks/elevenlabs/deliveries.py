"""A request of ElevenLabs as it is stored."""

from __future__ import annotations

from datetime import datetime

from titus_core.calls.ports import Delivery
from titus_http.problems import Malformed


def delivery(name: str, body: bytes, digest: str, at: datetime) -> Delivery:
    """Its digest is its key: repetitions have the same bytes. Raises `Malformed` for what is no text."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8") from None
    return Delivery(
        route=f"elevenlabs/{name}", key=digest, token=None, query="", body=text.replace("\0", ""), received_at=at
    )
