"""`/v3`: attachments by their signed addresses, without a token, and outside the limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.middleware import ASGIMiddleware
from litestar.params import FromPath
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from titus_adapters.sandbox.airtable.desk import Desk
from titus_adapters.sandbox.airtable.journal import Asked
from titus_adapters.sandbox.airtable.rest.striking import struck

TheDesk = NamedDependency[Desk]


class FileDoor(ASGIMiddleware):
    """Notes who came, and lets faults happen."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        # Asked for, because Litestar copies middleware deeply, its arguments included.
        self._desk = desk

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        desk, path = self._desk(), scope["path"]
        asked = desk.journal.note(Asked(at=desk.now(), method="GET", path=path[path.find("/v3") :]))

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                asked.status = message["status"]
            await send(message)

        await struck(desk, asked, next_app, scope, receive, note)


@get("/u/{_a:str}/{_b:str}/{expires:int}/{signature:str}/{attachment_id:str}/{kind:str}/{name:path}")
async def download(
    request: Request[Any, Any, Any],
    expires: FromPath[int],
    signature: FromPath[str],
    attachment_id: FromPath[str],
    desk: TheDesk,
) -> Response[bytes]:
    """The file, or its thumbnail, which is the file again. 403 for a wrong signature, 410 once it is too late."""
    if not desk.house.files.is_signed(attachment_id, expires, signature):
        return Response(b"Forbidden", status_code=403, media_type="text/plain")
    attachment = desk.house.files.get(attachment_id)
    if desk.now() * 1000 > expires or attachment is None or attachment.content is None:
        return Response(b"Gone", status_code=410, media_type="text/plain")
    return Response(
        attachment.content,
        media_type=attachment.type or "application/octet-stream",
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(attachment.filename, safe='')}"},
    )


def files_router(desk: Desk) -> Router:
    return Router(
        path="/v3",
        route_handlers=[download],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False)},
        middleware=[FileDoor(lambda: desk)],
    )
