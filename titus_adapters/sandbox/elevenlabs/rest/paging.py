"""Lists: newest first, a page at a time."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.rest.errors import InvalidBody

LARGEST = 100
DEFAULT = 30
Row = TypeVar("Row")


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: the last row shown, so that rows added meanwhile shift nothing."""

    at: float
    id: str


def page_size(given: int | None) -> int:
    if given is not None and not 1 <= given <= LARGEST:
        raise InvalidBody(("query", "page_size"), f"Input should be at most {LARGEST}", "less_than_equal")
    return given or DEFAULT


def place_of(cursor: str | None) -> Place | None:
    if not cursor:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=Place)
    except (msgspec.MsgspecError, UnicodeDecodeError, binascii.Error) as error:
        raise InvalidBody(("query", "cursor"), "Invalid cursor", "value_error") from error


def page(rows: Sequence[Conversation], size: int, after: Place | None) -> tuple[list[Conversation], str | None]:
    """The rows of one page, newest first, and the next page's cursor."""
    newest = sorted(rows, key=_key, reverse=True)
    left = [row for row in newest if after is None or _key(row) < (after.at, after.id)]
    shown = left[:size]
    return shown, _cursor(shown[-1]) if len(left) > size else None


def _key(row: Conversation) -> tuple[float, str]:
    return row.created_at, row.id


def _cursor(row: Conversation) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(Place(row.created_at, row.id))).decode()
