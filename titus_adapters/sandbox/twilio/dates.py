"""Dates the way Twilio writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import format_datetime


def moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def rfc2822(at: float | None) -> str | None:
    """`Sun, 22 Nov 2026 23:00:02 +0000`; None for what has not happened."""
    return None if at is None else format_datetime(moment(at))


def iso(at: float) -> str:
    return moment(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: float) -> date:
    """The UTC day: list filters look no closer."""
    return moment(at).date()
