"""What a value of a TwiML attribute may look like."""

from __future__ import annotations

import re
from collections.abc import Callable

Check = Callable[[str], bool]

_EVENTS_SPLIT = re.compile(r"\s+")
_ADDRESS = re.compile(r"\S+")
_KEYS = re.compile(r"[0-9#*]*")
_SENT_KEYS = re.compile(r"[0-9#*wWA-D]*")


def anything(_: str) -> bool:
    return True


def boolean(value: str) -> bool:
    return value in {"true", "false"}


def address(value: str) -> bool:
    """A URL, absolute or relative: no blanks inside."""
    return _ADDRESS.fullmatch(value) is not None


def keys(value: str) -> bool:
    return _KEYS.fullmatch(value) is not None


def sent_keys(value: str) -> bool:
    return _SENT_KEYS.fullmatch(value) is not None


def method(value: str) -> bool:
    return value in {"GET", "POST"}


def whole(low: int, high: int) -> Check:
    return lambda value: value.isdigit() and low <= int(value) <= high


def whole_or_auto(value: str) -> bool:
    return value == "auto" or value.isdigit()


def one_of(*values: str) -> Check:
    return lambda value: value in values


def several_of(*values: str) -> Check:
    """Space-joined: that is how TwiML lists, other than REST."""
    return lambda value: set(_EVENTS_SPLIT.split(value.strip())) <= set(values)
