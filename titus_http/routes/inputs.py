"""How the values of requests are read: telephone numbers, versions, instants, ids."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import phonenumbers
from litestar.params import HeaderParameter

from titus_core.kernel.errors import Invalid, NotFound
from titus_core.kernel.phone import PhoneNumber, e164
from titus_http.problems import Malformed

MAX_ID = 2**31 - 1

RowId = Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]
"""An id in a body."""

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""An instant in a body; `checked` bounds it."""

IdempotencyKey = Annotated[str | None, HeaderParameter(name="Idempotency-Key", max_length=200)]
"""The client's name for what it asks for: under one name it is done once. An empty one is none."""

NO_VERSION = -1
_ETAG = re.compile(r'"?(\d{1,9})"?')
_YEARS = range(2000, 2101)


class Success(msgspec.Struct, frozen=True):
    """What today's clients get for a change without a result."""

    success: bool = True


def phone(text: str, field: str) -> PhoneNumber:
    """The number in E.164, read as in Australia where it names no country. Raises `Invalid`."""
    try:
        parsed = phonenumbers.parse(text, "AU")
    except phonenumbers.NumberParseException:
        raise Invalid(field, "is not a telephone number") from None
    number = e164(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    if number is None or not phonenumbers.is_possible_number(parsed):
        raise Invalid(field, "is not a telephone number")
    return number


def known_id(value: int) -> int:
    """An id in a path. What no store can hold is an id that nothing has."""
    if not 1 <= value <= MAX_ID:
        raise NotFound
    return value


def expected_version(if_match: str | None) -> int | None:
    """The version of an `If-Match` header; None if any will do. What we never gave out matches nothing."""
    if if_match is None or if_match.strip() == "*":
        return None
    tag = _ETAG.fullmatch(if_match.strip())
    return int(tag[1]) if tag else NO_VERSION


def etag(version: int) -> dict[str, str]:
    """The header that `If-Match` repeats."""
    return {"ETag": f'"{version}"'}


def checked(at: datetime, field: str) -> datetime:
    """The instant, if it is one of our times: the ends of the calendar overflow in any arithmetic."""
    if at.year not in _YEARS:
        raise Malformed(f"{field}: must be in this century", field=field)
    return at.astimezone(UTC)


def instant(text: str, field: str) -> datetime:
    """An instant in a query: ISO 8601, or a stamp of today's system; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(f"{field}: must be a time as in ISO 8601", field=field) from None
    return checked(at if at.tzinfo is not None else at.replace(tzinfo=UTC), field)


def stamp(at: datetime | None) -> str | None:
    """UTC as today's clients read it: `2026-11-23 09:30:00`."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if at is not None else None
