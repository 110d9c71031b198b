"""A recorded call: the recording is fetched from Twilio, kept, and told of in the call's own story."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest

from tests.file_places import read
from tests.journeys.stage import ACCOUNT, ALICE, CALLER, TITUS_NUMBER, Stage
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, NeverAnswers
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.twilio.recordings import TwilioRecordings
from titus_adapters.twilio.settings import TwilioSettings
from titus_core.calls.events import RecordingKept
from titus_core.calls.model import Recording, RecordingState
from titus_core.jobs.model import Job, JobState
from titus_core.jobs.trying import TryJob
from titus_core.kernel.files import Files

PHONE = "+61491570156"


class Twilio(httpx.AsyncBaseTransport):
    """The sandbox of a stage; `down` while nobody can reach it."""

    def __init__(self) -> None:
        self.inner: Any = None
        self.down = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("nothing listens", request=request)
        answer: httpx.Response = await self.inner.handle_async_request(request)
        return answer


class RecordingStage(Stage):
    """With Twilio's recordings to be had."""

    def __init__(self, files: Files, **parts: Any) -> None:
        self.line, self.files = Twilio(), files
        account = TwilioSettings(
            account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url="http://sandbox.test/twilio"
        )
        super().__init__(recordings=TwilioRecordings(account, self.line), files=files, **parts)
        app: Any = create_sandbox_app(twilio_part(self.twilio, strict=True, speed=None))
        self.line.inner = httpx.ASGITransport(app=app)

    async def work(self, *kinds: str) -> tuple[Job, ...]:
        """Try all jobs that are due, or those of these kinds."""
        handlers = self.titus.working.handlers
        tried: tuple[Job, ...] = await self.store.jobs.run_due(kinds or tuple(handlers), TryJob(handlers))
        return tried

    async def recorded(self) -> Recording:
        """A caller talks to Alice, and the one recording of it."""
        await self.staff(ALICE)
        await self.group(ALICE, record=True)
        self.twilio.world.phone(PHONE, Answers(after=4, presses="1", talks=60))
        self.call_id = self.twilio.call(Caller(number=CALLER), TITUS_NUMBER).sid
        await self.settle()
        return await self.recording()

    async def recording(self) -> Recording:
        (recording,) = (await self.call(self.call_id)).recordings
        return recording


@pytest.fixture
def stage(files: Files) -> RecordingStage:
    return RecordingStage(files)


async def test_an_answered_calls_recording_is_kept(stage: RecordingStage) -> None:
    assert (await stage.recorded()).state is RecordingState.COMPLETED
    (job,) = await stage.work()
    assert (job.kind, job.call_id) == ("keep_recording", stage.call_id)
    recording = await stage.recording()
    assert recording.file is not None
    kept = await read(stage.files, recording.file.key)
    assert recording.file.sha256 == hashlib.sha256(kept).hexdigest()
    assert recording.file.content_type == "audio/mpeg"
    assert recording.file.size == len(kept) > 100_000  # a minute of sound
    told = await stage.store.reader.events((await stage.call(stage.call_id)).id)
    assert [event.kind for event in told].count(RecordingKept.__struct_config__.tag) == 1
    assert await stage.work() == ()


async def test_a_message_is_kept_too(stage: RecordingStage) -> None:
    await stage.staff(ALICE)
    await stage.group(ALICE)
    stage.twilio.world.phone(PHONE, NeverAnswers())
    stage.call_id = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER).sid
    await stage.settle()
    await stage.work()
    recording = await stage.recording()
    assert recording.voicemail
    assert recording.file is not None


async def test_while_twilio_cannot_be_reached_it_is_tried_again(stage: RecordingStage) -> None:
    await stage.recorded()
    stage.line.down = True
    await stage.work()
    (job,) = (await stage.store.jobs.jobs(JobState.WAITING, 9, None)).items
    assert job.error == "Unavailable: the recording broke off: ConnectError"
    assert (await stage.recording()).file is None
    stage.line.down = False
    assert await stage.work() == ()  # not yet
    stage.world.clock.advance(6)
    await stage.work()
    assert (await stage.recording()).file is not None


async def test_a_job_that_is_done_again_changes_nothing(stage: RecordingStage) -> None:
    await stage.recorded()
    await stage.work()
    call = await stage.call(stage.call_id)
    keep = stage.titus.working.handlers["keep_recording"]
    (recording,) = call.recordings
    stage.line.down = True
    job = Job(
        id=1,  # type: ignore[arg-type]
        kind="keep_recording",
        subject=recording.id,
        call_id=call.id,
        state=JobState.RUNNING,
        tries=2,
        created_at=stage.world.clock.now(),
        due_at=stage.world.clock.now(),
    )
    await keep(job)
    assert await stage.call(stage.call_id) == call
