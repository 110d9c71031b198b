"""Recordings, of a call and of the account, and their files."""

from typing import Any

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from titus_adapters.sandbox.twilio.recordings import (
    pause_recording,
    resume_recording,
    start_recording,
    stop_recording,
)
from titus_adapters.sandbox.twilio.records import Call, Recording
from titus_adapters.sandbox.twilio.rest.calls import find_call
from titus_adapters.sandbox.twilio.rest.errors import RestError, not_found
from titus_adapters.sandbox.twilio.rest.forms import bare, method, posted, several
from titus_adapters.sandbox.twilio.rest.media import mp3, wav
from titus_adapters.sandbox.twilio.rest.paging import on_days, page, same
from titus_adapters.sandbox.twilio.rest.shapes import Json, base, call_recording_json, recording_json
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.twiml.documents import Element

Web = Request[Any, Any, Any]
LIVE = frozenset({"in-progress", "paused"})


def find_recording(board: Switchboard, sid: str) -> Recording:
    recording = board.recordings.get(sid)
    if recording is None or recording.status == "deleted":
        raise not_found(f"{base(board.account)}/Recordings/{sid}")
    return recording


def _of_call(board: Switchboard, call: Call, sid: str) -> Recording:
    """A call's recording by its sid, or the one running (`Twilio.CURRENT`)."""
    if bare(sid) != "Twilio.CURRENT":
        return find_recording(board, bare(sid))
    running = [recording for recording in call.root.recordings if recording.status in LIVE]
    if not running:
        raise not_found(f"{base(board.account)}/Calls/{call.sid}/Recordings/{sid}")
    return running[-1]


@get("/Calls/{call_sid:str}/Recordings.json")
async def list_call_recordings(request: Web, board: NamedDependency[Switchboard], call_sid: FromPath[str]) -> Json:
    call = find_call(board, call_sid)
    kept = [row for row in call.recordings if row.call is call and row.status != "deleted"]
    uri = f"{base(board.account)}/Calls/{call.sid}/Recordings.json"
    return page("recordings", uri, kept, lambda row: call_recording_json(board.account, row), request.query_params)


@post("/Calls/{call_sid:str}/Recordings.json", status_code=201)
async def record_call(request: Web, board: NamedDependency[Switchboard], call_sid: FromPath[str]) -> Json:
    call, form = find_call(board, call_sid), await posted(request)
    if call.status != "in-progress":
        raise RestError(400, 21220, "Requested resource is not eligible for recording")
    callback = Element(
        "Recording",
        {
            "recordingStatusCallback": str(form.get("RecordingStatusCallback") or ""),
            "recordingStatusCallbackMethod": method(form, "RecordingStatusCallbackMethod"),
            "recordingStatusCallbackEvent": " ".join(several(form, "RecordingStatusCallbackEvent", ("completed",))),
        },
    )
    channels = 2 if form.get("RecordingChannels") == "dual" else 1
    recording = start_recording(board, call, "StartCallRecordingAPI", channels, callback)
    return call_recording_json(board.account, recording)


@get("/Calls/{call_sid:str}/Recordings/{sid:str}")
async def fetch_call_recording(
    board: NamedDependency[Switchboard], call_sid: FromPath[str], sid: FromPath[str]
) -> Json:
    return call_recording_json(board.account, _of_call(board, find_call(board, call_sid), sid))


@post("/Calls/{call_sid:str}/Recordings/{sid:str}", status_code=200)
async def steer_recording(
    request: Web, board: NamedDependency[Switchboard], call_sid: FromPath[str], sid: FromPath[str]
) -> Json:
    """Pause, resume or stop."""
    recording = _of_call(board, find_call(board, call_sid), sid)
    form = await posted(request)
    steps = {"paused": pause_recording, "in-progress": resume_recording, "stopped": stop_recording}
    step = steps.get(str(form.get("Status") or ""))
    if step is None or recording.status not in LIVE:
        raise RestError(400, 21220, "Recording is not in progress, or no such Status")
    step(board, recording)
    return call_recording_json(board.account, recording)


@get("/Recordings.json")
async def list_recordings(request: Web, board: NamedDependency[Switchboard]) -> Json:
    query = request.query_params
    deleted_too = query.get("IncludeSoftDeleted") == "true"
    kept = [
        row
        for row in board.recordings.values()
        if (deleted_too or row.status != "deleted")
        and same(query, "CallSid", row.call.root.sid)
        and on_days(query, "DateCreated", row.started_at)
    ]
    uri = f"{base(board.account)}/Recordings.json"
    return page("recordings", uri, kept, lambda row: recording_json(board.account, row), query)


class Recordings(Controller):
    path = "/Recordings"

    @get("/{name:str}")
    async def fetch(self, board: NamedDependency[Switchboard], name: FromPath[str]) -> Response[Any]:
        """Its row (`.json`) or its sound (`.mp3`, `.wav`, which is also what no ending means)."""
        sid, _, ending = name.partition(".")
        recording = find_recording(board, sid)
        if ending == "json":
            return Response(recording_json(board.account, recording))
        if recording.media_at is None or board.now() < recording.media_at:
            raise not_found(f"{base(board.account)}/Recordings/{name}")
        seconds = recording.duration or 0
        if ending == "mp3":
            return Response(mp3(seconds, recording.sid), media_type="audio/mpeg")
        return Response(wav(seconds, recording.channels), media_type="audio/x-wav")

    @delete("/{name:str}", status_code=204)
    async def delete(self, board: NamedDependency[Switchboard], name: FromPath[str]) -> None:
        """The sound is gone; the row stays listed for those who ask for deleted ones."""
        find_recording(board, bare(name)).status = "deleted"
