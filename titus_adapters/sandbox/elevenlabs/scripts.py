"""What is said in a conversation, and how it ends."""

from __future__ import annotations

from typing import Literal

import msgspec


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One turn, `at` so many seconds after the agent has accepted. `text` None: the turn only used `tool`."""

    role: Literal["agent", "user"]
    at: float
    text: str | None = None
    tool: str | None = None


MISSED_SHIFT = (
    Line(role="agent", at=0, text="Hello, you have reached after-hours support. How can I help?"),
    Line(role="user", at=6, text="Hi, it’s Sam. My worker hasn’t turned up for the 6 pm shift."),
    Line(role="agent", at=13, text="Thanks Sam. I will tell the on-call team leader. Is anyone at risk right now?"),
    Line(role="user", at=19, tool="log_missed_shift"),
    Line(role="user", at=22, text="No, we’re OK — just call me back please."),
    Line(role="agent", at=28, text="Done. Someone will ring you back shortly. Goodbye."),
)


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation. Lines after its end are never said.

    `talks`: seconds until it ends, where no telephone decides. `failure`: it breaks off for that reason after
    `fails_after` seconds. `answer`: how the phone reacts when the agent rings it. `kbit`: how many kilobit a second of
    its sound has; an hour at 128 is 57 MB.
    """

    lines: tuple[Line, ...] = MISSED_SHIFT
    talks: float = 36.0
    failure: str | None = None
    fails_after: float = 0.0
    summary: str = "Sam reported that a support worker missed the 6 pm shift; nobody is at risk; a call back was asked."
    title: str = "Missed shift"
    audio: bool = True
    kbit: int = 32
    answer: Literal["answered", "busy", "no-answer", "unknown"] = "answered"
