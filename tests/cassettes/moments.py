"""Dates in the ways that providers write them, moved by a span and written as before."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

_RFC_2822 = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT)")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?")


def is_moment(text: str) -> bool:
    return bool(_RFC_2822.fullmatch(text) or _ISO.fullmatch(text))


def moved(text: str, by: timedelta) -> str:
    """The same moment, so much earlier."""
    if not by:
        return text
    if _RFC_2822.fullmatch(text):
        return format_datetime(parsedate_to_datetime(text) - by, usegmt=text.endswith("GMT"))
    at = datetime.fromisoformat(text) - by
    if "T" not in text:
        return at.date().isoformat()
    return at.isoformat().replace("+00:00", "Z" if text.endswith("Z") else "+00:00")
