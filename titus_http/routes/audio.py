"""A call's recording, to be listened to: a signed link for an hour, and the sound behind it, in parts if asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, SkipValidation
from litestar.response import Response, Stream

from titus_core.accounts.policy import Permission
from titus_core.calls.ports import CallReader
from titus_core.calls.recordings import to_be_heard
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound, Unauthenticated
from titus_core.kernel.files import Files, StoredFile
from titus_core.kernel.ids import CallId
from titus_http.routes.byte_ranges import Unsatisfiable, asked_range
from titus_http.security.links import LinkSigner
from titus_http.security.origin import Site
from titus_http.security.policies import SIGNATURE, needs

GOOD_FOR = timedelta(hours=1)
"""Today's (`legacy-contract.md` §1.4)."""

_PURPOSE = "recording"


class AudioToken(msgspec.Struct, frozen=True):
    """`url` plays the recording until `expires_at`, for whoever has it."""

    token: str
    url: str
    expires_at: datetime


@get("/audio-token/{sid:str}", opt=needs(Permission.VIEW_CALLS))
async def make_audio_token(
    sid: FromPath[str],
    call_reader: NamedDependency[SkipValidation[CallReader]],
    link_signer: NamedDependency[LinkSigner],
    clock: NamedDependency[SkipValidation[Clock]],
    site: NamedDependency[Site],
) -> AudioToken:
    """A link to the call's recording, good for an hour. 404: there is none, or not yet."""
    call = await call_reader.call(CallId(sid))
    recording = to_be_heard(call) if call is not None else None
    if recording is None or recording.file is None:
        raise NotFound("This call has no recording (yet)")
    until = clock.now() + GOOD_FOR
    token = link_signer.sign(_PURPOSE, recording.file.key, until)
    return AudioToken(token, f"{site.base_url}/api/voice/calls/audio/{token}", until)


@get("/audio/{token:str}", opt=SIGNATURE, security=[{}], media_type="audio/mpeg")
async def play_recording(
    token: FromPath[str],
    link_signer: NamedDependency[LinkSigner],
    clock: NamedDependency[SkipValidation[Clock]],
    files: NamedDependency[SkipValidation[Files]],
    asked: Annotated[str | None, HeaderParameter(name="Range")] = None,
) -> Response[Any]:
    """The sound behind a link of `audio-token`, or the part of it that a `Range` asks for."""
    key = link_signer.subject_of(_PURPOSE, token, clock.now())
    if key is None:
        raise Unauthenticated("This link is not good any more")
    file = await files.about(key)
    if file is None:
        raise NotFound("This recording is deleted")
    try:
        part = asked_range(asked, file.size)
    except Unsatisfiable:
        return Response(b"", status_code=416, headers=_headers(file) | {"Content-Range": f"bytes */{file.size}"})
    start, end = part if part is not None else (0, file.size)
    headers = _headers(file) | {"Content-Length": str(end - start)}
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    sound = _closing(files.read(key, start, end))
    return Stream(sound, status_code=206 if part else 200, headers=headers, media_type=file.content_type)


def _headers(file: StoredFile) -> dict[str, str]:
    return {"Accept-Ranges": "bytes", "ETag": f'"{file.sha256}"', "Content-Disposition": "inline"}


async def _closing(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Let go of the file at once, also when the listener leaves."""
    async with aclosing(pieces) as open_pieces:  # type: ignore[type-var]  # an async generator is one
        async for piece in open_pieces:
            yield piece


router = Router("/api/voice/calls", route_handlers=[make_audio_token, play_recording], tags=["Calls"])
