"""Ids in the shape that clients know from Airtable, on every store."""

from __future__ import annotations

from titus_core.records.model import RecordId

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH = 14
"""62 ** 14 is 2 ** 83: nobody guesses one, and no two are the same."""


def record_id(token: str) -> RecordId:
    """`rec` and 14 letters or digits, of a token as `IdSource` mints them."""
    return RecordId(f"rec{_shortened(token)}")


def attachment_id(token: str) -> str:
    return f"att{_shortened(token)}"


def _shortened(token: str) -> str:
    left, letters = int(token, 16), ""
    for _ in range(_LENGTH):
        left, letter = divmod(left, len(_LETTERS))
        letters += _LETTERS[letter]
    return letters
