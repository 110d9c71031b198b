"""Files in cells: put there as raw bytes, and opened by signed links."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, QueryParameter, SkipValidation
from litestar.response import Stream

from titus_core.accounts.policy import Permission
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound, Unauthenticated
from titus_core.records.model import Attachment, Record, RecordId
from titus_core.records.ports import Upload
from titus_http.record_desk import RecordDesk
from titus_http.routes.record_views import RecordView, record_view
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import SIGNATURE, needs

MAX_FILE = 100 * 1024 * 1024
"""Bytes of one file."""

_ANY = "application/octet-stream"
Desk = NamedDependency[SkipValidation[RecordDesk]]


@post(
    "/records/{table:str}/{record_id:str}/attachments/{field:str}",
    opt=needs(Permission.USE_RECORDS),
    request_max_body_size=MAX_FILE,
)
async def attach_file(
    request: Request[Any, Any, Any],
    table: FromPath[str],
    record_id: FromPath[str],
    field: FromPath[str],
    records: Desk,
    filename: Annotated[str, QueryParameter(min_length=1, max_length=250)],
    idempotency_key: Annotated[
        str | None, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=200)
    ] = None,
) -> RecordView:
    """Put the body, as it is, into a cell of files, behind those that are there. Its `Content-Type` is kept."""
    told = await records.table(table)
    named = told.named(field)
    upload = Upload(
        table=told.id,
        record=RecordId(record_id),
        field=named.id,
        filename=filename,
        type=request.headers.get("content-type", _ANY).partition(";")[0].strip() or _ANY,
        by=signed_in(request).actor,
        key=idempotency_key,
    )
    record = await records.open().attach(upload, request.stream())
    return record_view(told, record, records.link(told.id))


@get("/record-files/{token:str}", opt=SIGNATURE, security=[{}], media_type=_ANY)
async def open_file(
    token: FromPath[str], records: Desk, clock: NamedDependency[SkipValidation[Clock]]
) -> Response[Any]:
    """The file behind a link that came with a record, good for an hour."""
    opened = records.links.opened(token, clock.now())
    if opened is None:
        raise Unauthenticated("This link is not good any more")
    found = await records.open().get(opened.table, [opened.record])
    file = next((one for record in found for one in _files(record) if one.id == opened.attachment), None)
    if file is None:
        raise NotFound("This file is deleted")
    content = _closing(records.open().content(opened.table, opened.record, file.id))
    return Stream(content, headers=_headers(file), media_type=file.type or _ANY)


def _files(record: Record) -> list[Attachment]:
    cells = [cell for cell in record.fields.values() if isinstance(cell, tuple)]
    return [one for cell in cells for one in cell if isinstance(one, Attachment)]


def _headers(file: Attachment) -> dict[str, str]:
    """Only pictures open by themselves: a page that someone sent us would run as ours."""
    shown = (file.type or "").startswith(("image/jpeg", "image/png", "image/gif", "image/webp"))
    length = {} if file.size is None else {"Content-Length": str(file.size)}
    disposition = "inline" if shown else "attachment"
    return {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox", **length}


async def _closing(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Let go of the file at once, also when the reader leaves."""
    async with aclosing(pieces) as open_pieces:  # type: ignore[type-var]  # an async generator is one
        async for piece in open_pieces:
            yield piece


router = StaffSection("/api", route_handlers=[attach_file, open_file], tags=["Records"])
