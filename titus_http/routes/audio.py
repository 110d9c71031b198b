"""A call's recording, to be listened to: a signed link for an hour, and the sound behind it, in parts if asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, SkipValidation
from litestar.response import Response

from titus_core.accounts.policy import Permission
from titus_core.calls.ports import CallReader
from titus_core.calls.recordings import to_be_heard
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound
from titus_core.kernel.files import Files
from titus_core.kernel.ids import CallId
from titus_http.routes.serving_files import GOOD_FOR, linked
from titus_http.security.links import LinkSigner
from titus_http.security.origin import Site
from titus_http.security.policies import SIGNATURE, needs

_PURPOSE = "recording"
_ERASED = "This call's recording is erased: it was kept for as long as it was to be"


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
    """A link to the call's recording, good for an hour. 404: there is none, not yet, or not any more."""
    call = await call_reader.call(CallId(sid))
    recording = to_be_heard(call) if call is not None else None
    if recording is None or recording.file is None:
        erased = call is not None and any(one.erased for one in call.recordings)
        raise NotFound(_ERASED if erased else "This call has no recording (yet)")
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
    return await linked(files, link_signer, _PURPOSE, token, clock.now(), asked)


router = Router("/api/voice/calls", route_handlers=[make_audio_token, play_recording], tags=["Calls"])
