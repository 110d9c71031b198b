"""REST errors in ElevenLabs' shape (../shared/reference/elevenlabs/errors.json)."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException


class RestError(Exception):
    """A refusal: HTTP status, ElevenLabs' word, and a sentence."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.detail: Any = {"status": reason, "message": message}


class InvalidBody(RestError):
    """A field that is not as it has to be."""

    def __init__(self, where: tuple[str, ...], message: str, kind: str) -> None:
        super().__init__(422, kind, message)
        self.detail = [{"loc": list(where), "msg": message, "type": kind}]


def no_conversation() -> RestError:
    return RestError(404, "conversation_not_found", "Conversation not found")


def no_agent(agent_id: str) -> RestError:
    return RestError(404, "document_not_found", f"Agent {agent_id} not found")


def on_rest_error(_: Request[Any, Any, Any], error: RestError) -> Response[Any]:
    return Response({"detail": error.detail}, status_code=error.status, media_type=MediaType.JSON)


def on_http_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework refuses: an unknown path, a wrong method."""
    return Response({"detail": error.detail}, status_code=error.status_code, media_type=MediaType.JSON)
