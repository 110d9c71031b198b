"""A call's story in lines that people read."""

from __future__ import annotations

from titus_adapters.sandbox.twilio.records import Call

MARKS = {
    "caller": "☎",
    "heard": "🔊",
    "twiml": "📄",
    "leg": "📱",
    "call": "●",
    "talk": "💬",
    "recording": "⏺",
    "webhook": "→",
    "warning": "⚠",
    "error": "✖",
    "note": "·",
}


def describe(call: Call, *, webhooks: bool = True) -> list[str]:
    """One line per happening, with seconds since the call began; leave webhooks out for the caller's view."""
    head = f"{call.sid}  {call.from_} → {call.to}  {call.status}, {call.duration} s"
    lines = [
        f"{entry.at - call.created_at:8.1f} s  {MARKS.get(entry.kind, '·')} {entry.text}"
        for entry in call.timeline
        if webhooks or entry.kind not in {"webhook", "twiml"}
    ]
    return [head, *lines]
