"""What can be listened to of a call: a signed link for an hour, and the sound behind it, in parts if asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, SkipValidation
from litestar.response import Response

from titus_core.accounts.policy import Permission
from titus_core.calls.ports import CallReader
from titus_core.calls.recordings import to_be_heard
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound
from titus_core.kernel.files import Files, StoredFile
from titus_core.kernel.ids import CallId, ConversationId
from titus_http.routes.sections import StaffSection
from titus_http.routes.serving_files import GOOD_FOR, linked
from titus_http.security.links import LinkSigner
from titus_http.security.origin import Site
from titus_http.security.policies import SIGNATURE, needs

_PURPOSE = "recording"
_ERASED = "This call's recording is erased: it was kept for as long as it was to be"
_CONVERSATION = "el_"
"""How today's clients name a conversation where they would name a call (`legacy-contract.md` §1.4)."""


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
    """A link to the call's recording, or else to its talk with the AI agent, good for an hour. 404: there is neither,
    not yet, or not any more. `el_` and a conversation's id: to that conversation."""
    file = await _heard(call_reader, sid)
    if file is None:
        call = await call_reader.call(CallId(sid))
        erased = call is not None and any(one.erased for one in call.recordings)
        raise NotFound(_ERASED if erased else "There is nothing to be heard of this call (yet)")
    return audio_link(file, link_signer, clock.now(), site)


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


def audio_link(file: StoredFile, link_signer: LinkSigner, now: datetime, site: Site) -> AudioToken:
    """A link that plays this file for an hour."""
    until = now + GOOD_FOR
    token = link_signer.sign(_PURPOSE, file.key, until)
    return AudioToken(token, f"{site.base_url}/api/voice/calls/audio/{token}", until)


async def _heard(calls: CallReader, sid: str) -> StoredFile | None:
    if sid.startswith(_CONVERSATION):
        known = await calls.transcript(ConversationId(sid.removeprefix(_CONVERSATION)))
        return known.audio if known is not None else None
    call = await calls.call(CallId(sid))
    recording = to_be_heard(call) if call is not None else None
    if recording is not None:
        return recording.file
    talk = await calls.transcript_of(CallId(sid))
    return talk.audio if talk is not None else None


router = StaffSection("/api/voice/calls", route_handlers=[make_audio_token, play_recording], tags=["Calls"])
