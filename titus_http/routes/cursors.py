"""Where a page of a list goes on, as an opaque word that belongs to that list."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from titus_http.problems import Malformed
from titus_http.routes.inputs import MAX_ID

_LONGEST_WORD = 500
_PLACE = re.compile(rb"([a-z]+):(\d{1,10})")


def cursor_of(name: str, place: str) -> str:
    """The word for this place (a number) in the list of that name."""
    return urlsafe_b64encode(f"{name}:{place}".encode()).decode().rstrip("=")


def word_cursor_of(name: str, last: str) -> str:
    """The word for the place behind what has this id in the list of that name."""
    return urlsafe_b64encode(f"{name}:{last}".encode()).decode().rstrip("=")


def word_in(name: str, cursor: str) -> str:
    """The id that `word_cursor_of` was given for this list. Raises `Malformed` for everything else."""
    try:
        told, _, last = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
    except ValueError:
        told, last = "", ""
    if told != name or not last or len(last) > _LONGEST_WORD or "\0" in last:
        raise Malformed("cursor: is not one of ours", field="cursor")
    return last


def place_in(name: str, cursor: str) -> int:
    """The place that `cursor_of` was given for this list. Raises `Malformed` for everything else."""
    try:
        found = _PLACE.fullmatch(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, Error):
        found = None
    if found is None or found[1].decode() != name or int(found[2]) > MAX_ID:
        raise Malformed("cursor: is not one of ours", field="cursor")
    return int(found[2])
