"""What an answer of Airtable's that is no success means."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from titus_core.kernel.errors import Invalid, NotFound, TitusError, Unavailable

BILLING = "PUBLIC_API_BILLING_LIMIT_EXCEEDED"
ITERATOR_GONE = frozenset({"LIST_RECORDS_ITERATOR_NOT_AVAILABLE", "INVALID_OFFSET_VALUE"})
_GONE = frozenset({"MODEL_ID_NOT_FOUND", "ROW_DOES_NOT_EXIST", "NOT_FOUND", "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"})
_NOT_DONE = frozenset({502, 503})
_AGAIN = frozenset({500, 502, 503, 504})


class Refusal(msgspec.Struct, frozen=True):
    """`type` is Airtable's own word, blank where it gave none; `retry_after` in seconds, where it said so."""

    status: int
    type: str
    retry_after: float | None = None

    @property
    def too_many(self) -> bool:
        """Everybody has to wait."""
        return self.status == httpx.codes.TOO_MANY_REQUESTS and self.type != BILLING

    @property
    def out_of_quota(self) -> bool:
        """Nobody gets anything before a person does something."""
        return self.type == BILLING

    @property
    def unsure(self) -> bool:
        """A write may have been done all the same; 502 and 503 promise that it was not."""
        return self.status >= httpx.codes.INTERNAL_SERVER_ERROR and self.status not in _NOT_DONE

    @property
    def passing(self) -> bool:
        """The same request may succeed in a moment."""
        return self.status in _AGAIN


def refusal(response: httpx.Response, body: bytes) -> Refusal:
    """Both envelopes are read: `{"error": …}` and the older `{"errors": […]}`. Airtable's message is left out: it may
    quote what was sent."""
    return Refusal(response.status_code, _type(body), _seconds(response.headers.get("retry-after", "")))


def error_of(refused: Refusal) -> TitusError:
    """In the words of the ports."""
    words = f"Airtable answered {refused.status}{f' ({refused.type})' if refused.type else ''}"
    data: dict[str, Any] = {"provider": "airtable", "status": refused.status, "reason": refused.type}
    if refused.type in _GONE:
        return NotFound(words, **data)
    if refused.status == httpx.codes.UNPROCESSABLE_ENTITY:
        error = Invalid("records", f"Airtable refused it ({refused.type or 'no reason given'})")
        error.data |= data
        return error
    return Unavailable(words, **data, retry_after=refused.retry_after)


def _type(body: bytes) -> str:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    error = told.get("error")
    if error is None and isinstance(told.get("errors"), list) and told["errors"]:
        error = told["errors"][0]
    if isinstance(error, dict):
        error = error.get("type") or error.get("error")
    return error if isinstance(error, str) and error.replace("_", "").isalnum() and len(error) <= 80 else ""


def _seconds(told: str) -> float | None:
    return float(told) if told.isdecimal() and told.isascii() else None
