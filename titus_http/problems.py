"""Errors as answers: one table from error to status, RFC 9457 bodies that today's clients can read too.

Every body also has `error`, a sentence: today's pages show that and know nothing of problems.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.types import ExceptionHandlersMap

from titus_core.crm.errors import NotInBase
from titus_core.kernel import errors
from titus_core.kernel.errors import NotBuilt, TitusError
from titus_core.records.errors import PartlyCommitted

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class Malformed(TitusError):
    """The request cannot be read: not JSON, a field of the wrong type, a field that does not exist."""

    code = "malformed"
    title = "The request cannot be read"


class UnknownPath(errors.NotFound):
    """Nothing is at this address."""

    title = "There is nothing at this address"


class WrongMethod(TitusError):
    """The address exists, but not for this method."""

    code = "wrong-method"
    title = "This address does not answer that method"


class TooLarge(TitusError):
    """The body is larger than this address takes."""

    code = "too-large"
    title = "The request is too large"


class Internal(TitusError):
    """Titus failed. The log has the details, under the `reference` of the answer."""

    code = "internal"
    title = "Internal server error"


STATUS: dict[type[TitusError], int] = {
    Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Refused: 403,
    errors.NotFound: 404,
    WrongMethod: 405,
    errors.AlreadyExists: 409,
    errors.Taken: 409,
    errors.Stale: 412,
    TooLarge: 413,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.NotConfigured: 501,
    errors.NotBuilt: 501,
    NotInBase: 501,
    PartlyCommitted: 502,
    errors.Unavailable: 503,
    Internal: 500,
    TitusError: 500,
}
"""Looked up along the error's classes: a new kind of `NotFound` is a 404 without a line here."""

_IN_BODY = re.compile(r"(.*) - at `\$\.data\.?([^`]*)`", re.DOTALL)
"""What the library says of a body that does not fit."""

_HTTP: dict[int, type[TitusError]] = {404: UnknownPath, 405: WrongMethod, 413: TooLarge}


def status_of(error: type[TitusError]) -> int:
    return next(STATUS[base] for base in error.__mro__ if base in STATUS)


def exception_handlers(base_url: str, not_built: Callable[[str, str], bool]) -> ExceptionHandlersMap:
    """For `Litestar(exception_handlers=…)`. `base_url` is where the documentation of problem types is served;
    `not_built` knows the methods and paths of the contract that have no route yet."""

    def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        if isinstance(error, NotFoundException | MethodNotAllowedException):
            method, path = str(request.method), request.scope["path"]
            if not_built(method, path):
                error = NotBuilt(f"{method} {path} is not built yet", feature=f"{method} {path}")
        return problem(_titus_error(error), base_url)

    return {HTTPException: answer, TitusError: answer, Exception: answer}


def problem(error: TitusError, base_url: str) -> Response[Any]:
    """The answer that tells of this error."""
    status = status_of(type(error))
    if status == HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, Internal):
        error = _hidden(error)
    body = {
        **error.data,
        "type": f"{base_url}/problems/{error.code}",
        "title": error.title,
        "status": status,
        "detail": str(error),
        "error": str(error),
    }
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=_headers(error, status))


def _titus_error(error: Exception) -> TitusError:
    """What the framework calls by its own names, by ours."""
    match error:
        case TitusError():
            return error
        case ValidationException(extra=[{"message": str(message), "key": str(key)}, *_]):
            return _misfit(key, message)
        case InternalServerException(__cause__=msgspec.ValidationError() as cause) if _IN_BODY.fullmatch(str(cause)):
            return _misnamed(str(cause))
        case HTTPException(status_code=status) if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return _HTTP.get(status, Malformed)(None if status in _HTTP else error.detail, **_allowed(error))
        case _:
            return _hidden(error)


def _misnamed(told: str) -> Malformed:
    """A field of the body that is called like one of our own dependencies: the framework takes the fault for ours."""
    found = _IN_BODY.fullmatch(told)
    assert found is not None, "looked at before"
    reason, field = found.groups()
    return Malformed(f"{field}: {reason}", field=field, reason=reason)


def _misfit(key: str, message: str) -> Malformed:
    """A value that does not fit: where, and why. The framework's words are about its own parameter `data`."""
    if message == "'data'":
        return Malformed("A JSON body is needed")
    named = re.search(r"field `([^`]+)`", message)
    parts = [key] if key != "data" else []
    field = ".".join([*parts, named[1]] if named else parts)
    where = f"{field}: " if field else ""
    return Malformed(where + message, field=field, reason=message)


def _allowed(error: HTTPException) -> Mapping[str, Any]:
    allow = (error.headers or {}).get("allow")
    return {"allow": allow} if allow else {}


def _hidden(error: BaseException) -> Internal:
    """A failure of ours: the log tells all, the answer only where to look."""
    reference = secrets.token_hex(8)
    logger.error("Request failed, reference %s", reference, exc_info=error)
    return Internal(reference=reference)


def _headers(error: TitusError, status: int) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers["Retry-After"] = str(error.data.get("retry_after", 1))
    if allow := error.data.get("allow"):
        headers["Allow"] = str(allow)
    return headers
