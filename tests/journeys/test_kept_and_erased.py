"""The life of a recording, wherever files are kept: fetched, listened to by a link that is good for an hour, deleted at
Twilio when our copy is whole, and erased when its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.file_places import read
from tests.journeys.stage import ALICE, CALLER, TITUS_NUMBER, Stage
from tests.journeys.test_found_late import LedgerStage
from tests.journeys.test_recordings import PHONE, RecordingStage
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, NeverAnswers
from titus_core.accounts.model import Role, User
from titus_core.callbacks.change_callback import CallbackChange, Close
from titus_core.callbacks.model import Resolution
from titus_core.calls.model import Recording
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import JobState
from titus_core.kernel.files import Files
from titus_core.kernel.ids import CallId, UserId
from titus_http.bootstrap import TEST_BASE_URL

PASSWORD = "a quiet river bend"
OLGA = User(
    id=UserId(9),
    email="olga@titus.example",
    name="Olga Office",
    role=Role.OFFICE_STAFF,
    password_hash=f"plain$1${PASSWORD}",
)
DAYS = 30


class LifeStage(RecordingStage):
    """Recordings are deleted at Twilio when ours is whole, and here after thirty days. Olga listens to them."""

    def __init__(self, files: Files) -> None:
        super().__init__(files, erase_at_provider=True, recording_days=DAYS)
        self.http = browser(self)

    async def sign_in(self) -> None:
        await hire_olga(self)
        self.http.headers["Authorization"] = await signed_in(self.http)

    async def pass_by(self, days: float) -> None:
        """So long later, all that comes round by itself has come round."""
        self.world.clock.advance(timedelta(days=days).total_seconds())
        await self.titus.working.periodic()
        await self.work()

    async def detail(self) -> Any:
        answer = await self.http.get(f"/api/voice/calls/{self.call_id}")
        assert answer.status_code == 200
        return answer.json()

    async def link(self) -> httpx.Response:
        return await self.http.get(f"/api/voice/calls/audio-token/{self.call_id}")

    def at_twilio(self) -> list[str]:
        return [one.status for one in self.twilio.board.recordings.values()]

    async def left_a_message(self) -> Recording:
        """Nobody answers, and the caller says what they want."""
        await self.staff(ALICE)
        await self.group(ALICE)
        self.twilio.world.phone(PHONE, NeverAnswers())
        self.call_id = self.twilio.call(Caller(number=CALLER), TITUS_NUMBER).sid
        await self.settle()
        await self.work()
        return await self.recording()


def browser(stage: Stage) -> httpx.AsyncClient:
    app: Any = stage.titus.app
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=TEST_BASE_URL)


async def hire_olga(stage: Stage) -> None:
    async def save(tx: Any, user: User) -> None:
        tx.users.save(user)

    await stage.store.transact(save, OLGA)


async def signed_in(http: httpx.AsyncClient) -> str:
    answer = await http.post("/api/auth/login", json={"email": OLGA.email, "password": PASSWORD})
    return f"Bearer {answer.json()['token']}"


@pytest.fixture
def stage(files: Files) -> LifeStage:
    return LifeStage(files)


async def test_a_recording_is_played_by_a_link_whole_and_in_parts(stage: LifeStage) -> None:
    await stage.sign_in()
    await stage.recorded()
    await stage.work()
    kept = (await stage.recording()).file
    assert kept is not None
    sound = await read(stage.files, kept.key)
    url = (await stage.link()).json()["url"]
    nobody = browser(stage)
    whole = await nobody.get(url)
    assert (whole.status_code, whole.content) == (200, sound)
    assert whole.headers["ETag"] == f'"{kept.sha256}"'
    assert whole.headers["Content-Type"] == "audio/mpeg"
    for asked, start, end in (("0-0", 0, 1), ("100-4099", 100, 4100), (f"{kept.size - 9}-", kept.size - 9, kept.size)):
        part = await nobody.get(url, headers={"Range": f"bytes={asked}"})
        assert (part.status_code, part.content) == (206, sound[start:end])
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{kept.size}"
    assert (await nobody.get(url, headers={"Range": f"bytes={kept.size}-"})).status_code == 416
    assert (await nobody.get(f"{url[:-1]}_")).status_code == 401
    stage.world.clock.advance(3600)
    assert (await nobody.get(url)).status_code == 401


async def test_it_is_deleted_at_twilio_when_ours_is_whole_and_still_played(stage: LifeStage) -> None:
    await stage.sign_in()
    await stage.recorded()
    await stage.work("keep_recording")
    assert stage.at_twilio() == ["completed"]
    assert [job.kind for job in await stage.work()] == ["erase_at_provider"]
    assert stage.at_twilio() == ["deleted"]
    (told,) = (await stage.detail())["recordings"]
    assert (told["kept"], told["erased"], told["erasedAtProvider"]) == (True, False, True)
    assert [event["kind"] for event in (await stage.detail())["events"]][-2:] == [
        "call.recording_kept",
        "call.recording_erased_at_provider",
    ]
    url = (await stage.link()).json()["url"]
    assert (await browser(stage).get(url)).status_code == 200
    assert await stage.work() == ()


async def test_where_ours_is_damaged_a_person_is_told_and_twilios_is_left(stage: LifeStage) -> None:
    await stage.recorded()
    await stage.work("keep_recording")
    kept = (await stage.recording()).file
    assert kept is not None
    await stage.files.delete(kept.key)
    await stage.work()
    assert stage.at_twilio() == ["completed"]
    (job,) = (await stage.store.jobs.jobs(JobState.STUCK, 9, None)).items
    assert (job.kind, job.subject) == ("erase_at_provider", (await stage.recording()).id)


async def test_an_old_recording_is_erased_and_the_call_says_so(stage: LifeStage) -> None:
    await stage.sign_in()
    await stage.recorded()
    await stage.work()
    kept = (await stage.recording()).file
    assert kept is not None
    await stage.pass_by(DAYS - 0.1)
    assert await stage.files.about(kept.key) == kept
    stage.http.headers["Authorization"] = await signed_in(stage.http)
    url = (await stage.link()).json()["url"]
    await stage.pass_by(0.2)
    assert await stage.files.about(kept.key) is None
    stage.http.headers["Authorization"] = await signed_in(stage.http)
    detail = await stage.detail()
    (told,) = detail["recordings"]
    assert (told["kept"], told["erased"], detail["recording_url"]) == (False, True, None)
    assert detail["events"][-1]["kind"] == "call.recording_erased"
    answer = await stage.link()
    assert answer.status_code == 404
    assert answer.json()["error"] == "This call's recording is erased: it was kept for as long as it was to be"
    assert (await browser(stage).get(url)).status_code in {401, 404}


async def test_a_message_is_kept_until_its_caller_was_called_back(stage: LifeStage) -> None:
    kept = (await stage.left_a_message()).file
    assert kept is not None
    await stage.pass_by(2 * DAYS)
    assert await stage.files.about(kept.key) == kept
    closing = CallbackChange(OLGA, CallId(stage.call_id), Close(Resolution.REACHED))
    await stage.titus.use_cases.change_callback(closing)
    await stage.pass_by(0.1)
    assert await stage.files.about(kept.key) is None


async def test_without_the_settings_nothing_is_ever_deleted(files: Files) -> None:
    stage = RecordingStage(files)
    await stage.recorded()
    await stage.work()
    stage.world.clock.advance(timedelta(days=3650).total_seconds())
    await stage.titus.working.periodic()
    assert not {job.kind for job in await stage.work()} & {Kind.ERASE_AT_PROVIDER, Kind.ERASE_OLD_RECORDINGS}
    kept = (await stage.recording()).file
    assert kept is not None
    assert await files.about(kept.key) == kept
    assert [one.status for one in stage.twilio.board.recordings.values()] == ["completed"]


async def test_what_is_deleted_at_twilio_is_not_looked_for_there_again(files: Files) -> None:
    stage = LedgerStage(files=files, erase_at_provider=True, recording_days=DAYS)
    await stage.staff(ALICE)
    await stage.group(ALICE, record=True)
    stage.twilio.world.phone(PHONE, Answers(after=4, presses="1", talks=60))
    call_id = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER).sid
    await stage.settle()
    for _ in range(3):
        await stage.look()
    before = await stage.call(call_id)
    assert before.recordings[0].erased_at_provider
    await stage.look()
    assert await stage.call(call_id) == before
