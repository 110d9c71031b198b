"""Stored files behind signed links, whole or in parts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

from litestar.response import Response, Stream

from titus_core.kernel.errors import NotFound, Unauthenticated
from titus_core.kernel.files import Files, StoredFile
from titus_http.routes.byte_ranges import Unsatisfiable, asked_range
from titus_http.security.links import LinkSigner

GOOD_FOR = timedelta(hours=1)
"""Today's (`legacy-contract.md` §1.4)."""

_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*", re.ASCII)
"""Whoever sent us a file said what it is: nothing else may get into a header of ours."""


async def linked(
    files: Files, link_signer: LinkSigner, purpose: str, token: str, now: datetime, asked: str | None
) -> Response[Any]:
    """What the link was signed for, or the part of it that a `Range` asks for. Raises `Unauthenticated` for a link that
    is none of ours or too old, `NotFound` for a file that is deleted."""
    key = link_signer.subject_of(purpose, token, now)
    if key is None:
        raise Unauthenticated("This link is not good any more")
    file = await files.about(key)
    if file is None:
        raise NotFound("This file is deleted")
    try:
        part = asked_range(asked, file.size)
    except Unsatisfiable:
        return Response(b"", status_code=416, headers=_headers(file) | {"Content-Range": f"bytes */{file.size}"})
    start, end = part if part is not None else (0, file.size)
    headers = _headers(file) | {"Content-Length": str(end - start)}
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    content = _closing(files.read(key, start, end))
    return Stream(content, status_code=206 if part else 200, headers=headers, media_type=file.content_type)


def _headers(file: StoredFile) -> dict[str, str]:
    # Only what a browser plays or shows by itself may open in it: a page that someone sent us would run as ours.
    shown = file.content_type.startswith(("audio/", "image/jpeg", "image/png", "image/gif", "image/webp", "video/"))
    return {
        "Content-Type": file.content_type if _TYPE.fullmatch(file.content_type) else "application/octet-stream",
        "Accept-Ranges": "bytes",
        "ETag": f'"{file.sha256}"',
        "Content-Disposition": "inline" if shown else "attachment",
        "Content-Security-Policy": "sandbox",
    }


async def _closing(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Let go of the file at once, also when the listener leaves."""
    async with aclosing(pieces) as open_pieces:  # type: ignore[type-var]  # an async generator is one
        async for piece in open_pieces:
            yield piece
