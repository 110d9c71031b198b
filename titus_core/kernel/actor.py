"""Who did it: named in every command and kept with every event."""

from __future__ import annotations

from typing import Literal

import msgspec

from titus_core.kernel.ids import UserId


class Actor(msgspec.Struct, frozen=True):
    """`kind` says what sort of actor, `name` which one; `user_id` only for staff."""

    kind: Literal["user", "provider", "system", "operator"]
    name: str
    user_id: UserId | None = None


SYSTEM = Actor("system", "titus")
"""Titus itself: timers, polls, repairs."""

OPERATOR = Actor("operator", "command line")
"""Someone with a shell on the machine."""

TWILIO = Actor("provider", "twilio")
"""The telephony provider, through a signed webhook or its REST API."""

ELEVENLABS = Actor("provider", "elevenlabs")
"""The AI agent's provider, through a signed webhook or its API."""
