"""Forms and query strings, read strictly and within bounds, before anyone has proved who sent them.

The bounds come from ../shared/facts/reliability-and-security.md: §0.2 (a framework's form parser takes 200,000 fields
and answers a bad charset with a 500) and W3 (two fields of one name let two readers see two different requests).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal
from urllib.parse import unquote_to_bytes

import msgspec

MAX_BYTES = 64 * 1024
MAX_FIELDS = 100
MAX_NAME = 100

_FORM = "application/x-www-form-urlencoded"
_USUAL = frozenset({_FORM, f"{_FORM}; charset=UTF-8", f"{_FORM}; charset=utf-8", f"{_FORM};charset=UTF-8"})


class Form(msgspec.Struct, frozen=True):
    """Names and values exactly as sent, in the order sent: nothing trimmed, blanks kept, no name twice.

    `fields` is read-only, and msgspec converts it to a route's Struct as it stands.
    """

    fields: Mapping[str, str]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The fields in the order they were sent."""
        return tuple(self.fields.items())


class Malformed(msgspec.Struct, frozen=True):
    """Why an input was not read: `code` for logs and counters, `status` for the answer. Never quotes the input."""

    code: str
    status: Literal[400, 413, 415]


TOO_LARGE = Malformed("too-large", 413)
UNSUPPORTED = Malformed("unsupported-content-type", 415)
TOO_MANY_FIELDS = Malformed("too-many-fields", 400)
NAME_TOO_LONG = Malformed("name-too-long", 400)
REPEATED_NAME = Malformed("repeated-name", 400)
NOT_UTF8 = Malformed("not-utf-8", 400)
NUL = Malformed("nul", 400)


def parse_form(body: bytes, content_type: str) -> Form | Malformed:
    """The body as a form; never raises, whatever the bytes.

    Only `application/x-www-form-urlencoded`, with no charset or UTF-8, is a form. At most 64 KiB, 100 fields (a blank
    piece between two `&` counts as one, though it is no field) and 100 characters a name. What is accepted reads as
    `urllib.parse.parse_qsl(…, keep_blank_values=True)` reads it, so a stray `%` stands for itself.
    """
    if content_type not in _USUAL and not _is_form(content_type):
        return UNSUPPORTED
    return parse_query(body)


def parse_query(raw: bytes) -> Form | Malformed:
    """The raw query string, without its `?`, by the rules of `parse_form`; never raises."""
    if len(raw) > MAX_BYTES:
        return TOO_LARGE
    if raw.count(b"&") >= MAX_FIELDS:
        return TOO_MANY_FIELDS
    # "%00" can only ever decode to NUL: of several percent signs in a row, the last one owns the two digits.
    if b"\0" in raw or b"%00" in raw:
        return NUL
    try:
        return _read([piece for piece in raw.decode().split("&") if piece])
    except UnicodeDecodeError:
        return NOT_UTF8


def _read(pieces: list[str]) -> Form | Malformed:
    fields: dict[str, str] = {}
    for piece in pieces:
        name, _, value = piece.partition("=")
        if "%" in value or "+" in value:
            value = _unquoted(value)
        if "%" in name or "+" in name:
            name = _unquoted(name)
        fields[name] = value
    if len(fields) != len(pieces):
        return REPEATED_NAME
    if max(map(len, fields), default=0) > MAX_NAME:
        return NAME_TOO_LONG
    return Form(MappingProxyType(fields))


def _unquoted(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode()


def _is_form(content_type: str) -> bool:
    kind, *parameters = content_type.lower().split(";")
    pairs = [parameter.partition("=") for parameter in parameters]
    charsets = {value.strip().strip('"') for name, _, value in pairs if name.strip() == "charset"}
    return kind.strip() == _FORM and charsets <= {"utf-8"}
