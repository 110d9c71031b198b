"""REST errors in Twilio's shape."""

from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException


class RestError(Exception):
    """A refusal: HTTP status, Twilio's code, and a sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def not_found(path: str) -> RestError:
    return RestError(404, 20404, f"The requested resource {path} was not found")


def _body(error: RestError) -> Response[dict[str, Any]]:
    content = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else {}
    return Response(content, status_code=error.status, media_type=MediaType.JSON, headers=headers)


def on_rest_error(_: Request[Any, Any, Any], error: RestError) -> Response[dict[str, Any]]:
    return _body(error)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """What the framework refuses: an unknown path, a wrong method."""
    code = {404: 20404, 405: 20004}.get(error.status_code, 20001)
    return _body(RestError(error.status_code, code, f"{error.detail}: {request.url.path}"))
