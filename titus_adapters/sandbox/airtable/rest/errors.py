"""Refusals in Airtable's two envelopes (../shared/reference/airtable/errors.json)."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException

from titus_adapters.sandbox.airtable.refusals import Bare, Refused, no_route, too_large, unreadable_body


def envelope(refused: Refused) -> dict[str, Any]:
    if isinstance(refused, Bare):
        return {"error": refused.kind}
    return {"error": {"type": refused.kind} | ({"message": refused.message} if refused.message is not None else {})}


def encoded(refused: Refused) -> bytes:
    return msgspec.json.encode(envelope(refused))


def on_refused(_: Request[Any, Any, Any], refused: Refused) -> Response[Any]:
    return Response(envelope(refused), status_code=refused.status, media_type=MediaType.JSON)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework refuses: an unknown path, a wrong method, a body that is too large or no JSON."""
    if error.status_code == 413:
        return on_refused(request, too_large())
    if error.status_code == 400:
        return on_refused(request, unreadable_body())
    return on_refused(request, no_route())
