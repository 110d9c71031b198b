"""What an answer that is no success means."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

import httpx
import msgspec

from titus_core.kernel.errors import NotFound, TitusError, Unavailable

_FOR_A_PERSON = frozenset({401, 402, 403, 404})
_QUOTA = frozenset({"quota_exceeded", "insufficient_credits", "missing_permissions", "invalid_api_key"})
"""Of `detail.status`. The documented ones come with a 401; listed, so that another status changes nothing."""

_BUSY = frozenset({408, 409, 425, 429})


class Fault(Enum):
    """What a failure says about the next request."""

    SHUT = "shut"
    """None will succeed until a person does something: the key, the money, the agent."""

    UNWELL = "unwell"
    """The next may fail too: no answer, no sense, too busy."""

    OURS = "ours"
    """Something in this one request was not liked; the service itself is well."""


_NO_SUCH_PATH = "Not Found"


class _Error(msgspec.Struct):
    detail: Any = None


def refused(response: httpx.Response, body: bytes) -> TitusError:
    """`NotFound` for a 404 in ElevenLabs' own shape, otherwise `Unavailable`; `data` has `status`, `reason`
    (ElevenLabs' word, if it gave one) and `retry_after` (seconds, if it said so). ElevenLabs' own message is left out:
    it may quote what was sent."""
    status, detail = response.status_code, _detail(body)
    reason = _reason(detail)
    data = {"provider": "elevenlabs", "status": status, "reason": reason, "retry_after": _retry_after(response)}
    words = f"ElevenLabs answered {status}{f' ({reason})' if reason else ''}"
    # A proxy's page, or the framework's word for a path that does not exist, must not make a conversation seem gone.
    told = detail is not None and detail != _NO_SUCH_PATH
    return NotFound(words, **data) if status == httpx.codes.NOT_FOUND and told else Unavailable(words, **data)


def fault(error: TitusError) -> Fault:
    """What an error of `ElevenLabsApi` says about the next request."""
    status, reason = error.data.get("status"), error.data.get("reason")
    if status in _FOR_A_PERSON or reason in _QUOTA:
        return Fault.SHUT
    if isinstance(status, int) and 400 <= status < 500 and status not in _BUSY:
        return Fault.OURS
    return Fault.UNWELL


def _detail(body: bytes) -> Any:
    """What ElevenLabs' errors consist of: an object; a list, where a body was not valid; or text."""
    try:
        return msgspec.json.decode(body, type=_Error).detail
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _reason(detail: Any) -> str:
    """`detail.status` where it looks like a word."""
    word = detail.get("status") if isinstance(detail, dict) else None
    return word if isinstance(word, str) and word.isidentifier() and len(word) <= 60 else ""


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds, or a date; None for anything else."""
    told = response.headers.get("retry-after", "").strip()
    if told.isdecimal() and told.isascii():
        return float(told)
    try:
        date = parsedate_to_datetime(told)
    except ValueError:
        return None
    # A date without a zone is read as one without offset; the format has none but GMT.
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
