"""When a call wants attention without anybody calling us. Timers are rows with a due time: `due_at` is that time."""

from __future__ import annotations

from datetime import datetime, timedelta

from titus_core.calls.model import Call

SETTLES_AFTER = timedelta(seconds=30)
"""A call that ended is settled when so long no news came (`call-routing.md`, Words)."""

INQUIRES_AFTER = timedelta(seconds=45)
"""A live call without news for so long is looked up at the provider; with `SETTLES_AFTER` this keeps R4's 120 s."""

GIVES_UP_AFTER = timedelta(hours=4, minutes=15)
"""No dial outlasts the provider's 4 h limit; a call without any news for longer is over, whatever the provider says."""


def due_at(call: Call) -> datetime | None:
    """When the call wants attention without anybody calling us: to settle, or to be looked up. None: never."""
    if call.settled_at is not None:
        return None
    return call.news_at + (INQUIRES_AFTER if call.live else SETTLES_AFTER)
