"""What a caller and the AI agent said is kept as sound, whichever way it comes; what the agent knows of a caller; and
how its provider stands."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.journeys.stage import ALICE, CALLER, TITUS_NUMBER, Stage
from tests.journeys.test_agent_conversations import AGENT, SECRET, AgentStage
from titus_adapters.elevenlabs.agent import RedirectAgent
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.elevenlabs.watching import WebhookWatch
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.scripts import Script
from titus_adapters.sandbox.elevenlabs.subscription import PATIENCE
from titus_adapters.sandbox.elevenlabs.weather import (
    Delay,
    Drop,
    Duplicate,
    Lose,
    Refuse,
    Rule,
    Weather,
    WrongSignature,
)
from titus_adapters.sandbox.elevenlabs.wire import wire_to
from titus_adapters.sandbox.twilio.behaviour import Caller, NeverAnswers
from titus_core.calls.conversations import ConversationState
from titus_core.calls.transcripts import Link, Transcript
from titus_core.hunt_groups.model import ToAgent, ToVoicemail
from titus_core.jobs.trying import TryJob
from titus_http.bootstrap import TEST_BASE_URL
from titus_http.webhooks.elevenlabs.routes import INITIATION, POST_CALL


async def staffed(stage: Stage) -> None:
    """Alice, who never answers; then the agent."""
    await stage.staff(ALICE)
    await stage.group(ALICE, overflow=(ToAgent(), ToVoicemail()))
    stage.twilio.world.phone("+61491570156", NeverAnswers())


@pytest.fixture
async def stage() -> AgentStage:
    stage = AgentStage()
    await staffed(stage)
    return stage


async def heard(stage: AgentStage, call_id: str) -> Transcript:
    """What there is once everything was told that will be, and every job had its time."""
    for _ in range(4):
        stage.world.clock.advance(400)
        await stage.work()
    transcript = await stage.transcript(call_id)
    assert transcript is not None
    return transcript


async def test_the_sound_that_is_sent_is_kept_with_the_call(stage: AgentStage) -> None:
    stage.elevenlabs.script(Script(kbit=128))
    call_id = await stage.unanswered()
    transcript = await stage.transcript(call_id)
    assert transcript is not None
    assert transcript.audio is not None
    assert transcript.audio.key == f"conversations/{transcript.id}/told.mp3"
    assert stage.world.files.contents[transcript.audio.key].startswith(b"\xff\xfb\x90")
    (sent,) = stage.elevenlabs.sent("audio")
    assert (sent.status, sent.headers["Transfer-Encoding"]) == (200, "chunked")


@pytest.mark.parametrize(
    "fault", [Drop(), WrongSignature(), Refuse(502)], ids=["never sent", "wrong signature", "refused on the way"]
)
async def test_sound_that_did_not_come_is_fetched(stage: AgentStage, fault: Drop | WrongSignature | Refuse) -> None:
    stage.elevenlabs.set_weather(Weather(Rule(fault=fault, kinds=("audio",))))
    call_id = await stage.unanswered()
    before = await stage.transcript(call_id)
    assert before is not None
    assert before.audio is None
    transcript = await heard(stage, call_id)
    assert transcript.audio is not None
    assert transcript.audio.key == f"conversations/{transcript.id}/pulled.mp3"


@pytest.mark.parametrize(
    "rules",
    [
        (Rule(fault=Delay(900), kinds=("transcription",)),),
        (Rule(fault=Delay(900), kinds=("audio",)),),
        (Rule(fault=Duplicate(after=2), kinds=("audio",)), Rule(fault=Duplicate(after=60), kinds=("transcription",))),
        (Rule(fault=Lose(), kinds=("audio",)),),
        (Rule(fault=Drop(), kinds=("transcription",)),),
    ],
    ids=["sound first", "sound last", "both twice", "its answer lost", "sound only"],
)
async def test_in_every_weather_the_same_is_known(stage: AgentStage, rules: tuple[Rule, ...]) -> None:
    stage.elevenlabs.set_weather(Weather(*rules))
    transcript = await heard(stage, await stage.unanswered())
    assert transcript.audio is not None
    assert transcript.conversation.state is ConversationState.DONE
    assert len(transcript.conversation.turns) > 3
    assert transcript.summary is not None
    copies = [key for key in stage.world.files.contents if key.startswith("conversations/")]
    assert copies == [transcript.audio.key]


async def test_when_files_are_out_the_sound_comes_later(stage: AgentStage) -> None:
    stage.world.files.down = True
    call_id = await stage.unanswered()
    assert [sent.status for sent in stage.elevenlabs.sent("audio")] == [503]
    stage.world.files.down = False
    assert (await heard(stage, call_id)).audio is not None


async def test_words_that_the_webhook_leaves_out_are_asked_for(stage: AgentStage) -> None:
    stage.elevenlabs.desk.subscription.exclude_transcript = True
    call_id = await stage.unanswered()
    before = await stage.transcript(call_id)
    assert before is not None
    assert before.conversation.turns == ()
    assert len((await heard(stage, call_id)).conversation.turns) > 3


async def test_a_caller_who_was_not_recorded_has_no_sound(stage: AgentStage) -> None:
    stage.elevenlabs.script(Script(audio=False))
    transcript = await heard(stage, await stage.unanswered())
    assert transcript.audio is None
    assert stage.world.files.contents == {}


# --- redirected -----------------------------------------------------------------------------------------------------


class RedirectedStage(Stage):
    """Callers are redirected to ElevenLabs, which asks us who they are."""

    def __init__(self) -> None:
        outside = _Outside()
        agent = RedirectAgent(AGENT, "http://sandbox.test/elevenlabs")
        super().__init__(agent=agent, elevenlabs_secret=SECRET, hosts={"sandbox.test": outside})
        self.elevenlabs = ElevenLabsSandbox(wire_to({"titus.example.org.au": self.titus.app}), beside=self.twilio)
        self.elevenlabs.subscribe(f"{TEST_BASE_URL}{POST_CALL}", SECRET)
        self.elevenlabs.ask_before(f"{TEST_BASE_URL}{INITIATION}", {"x-titus-secret": SECRET})
        outside.app = create_sandbox_app(elevenlabs_part(self.elevenlabs, speed=None))


class _Outside:
    """An app that is known later."""

    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


async def test_a_redirected_callers_conversation_carries_our_call_and_what_happened() -> None:
    stage = RedirectedStage()
    await staffed(stage)
    ringing = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER)
    await stage.settle()
    (conversation,) = stage.elevenlabs.conversations
    assert conversation.variables == {
        "titus_call_sid": ringing.sid,
        "titus_hunt_group": "Intake",
        "titus_hunt_outcome": "exhausted",
        "titus_attempts": 1,
    }
    transcript = await stage.store.reader.transcript_of(ringing.sid)
    assert (transcript.id, transcript.link) == (conversation.id, Link.OUR_ID)
    assert transcript.audio is not None


# --- how it stands --------------------------------------------------------------------------------------------------


async def test_a_webhook_that_elevenlabs_gave_up_shows_in_health_and_among_the_gaps() -> None:
    agents = ElevenLabsSandbox(wire_to({}))
    hook = agents.subscribe(f"{TEST_BASE_URL}{POST_CALL}", SECRET)
    app: Any = create_sandbox_app(elevenlabs_part(agents, speed=None))
    account = ElevenLabsSettings(api_key="xi", agent_id=AGENT, base_url="http://sandbox.test/elevenlabs")
    async with ElevenLabsApi(account, httpx.ASGITransport(app=app)) as api:
        watch = WebhookWatch(api, f"{TEST_BASE_URL}{POST_CALL}")
        stage = Stage(watched={"elevenlabs": watch}, sections=("elevenlabs",))
        assert await _standing(stage) == (None, None)
        await _look(stage)
        assert await _standing(stage) == ("ok", None)
        for _ in range(PATIENCE):
            hook.attempted(401, agents.now)
        stage.world.clock.advance(1800)
        await _look(stage)
        assert await _standing(stage) == ("ok", None), "it is looked at every hour, not at every question"
        stage.world.clock.advance(1800)
        await _look(stage)
        level, detail = await _standing(stage)
        assert level == "down"
        assert "the last failure was a 401" in detail
        (gap,) = await stage.titus.use_cases.find_gaps()
        assert (gap.kind.value, gap.subject, gap.detail) == ("provider_down", "elevenlabs", detail)
        hook.enable()
        stage.world.clock.advance(3600 * 3)
        await _look(stage)
        assert (await stage.titus.use_cases.find_gaps()) == ()


async def _look(stage: Stage) -> None:
    """What is due."""
    await stage.titus.working.periodic()
    handlers = stage.titus.working.handlers
    await stage.store.jobs.run_due(tuple(handlers), TryJob(handlers))


async def _standing(stage: Stage) -> tuple[str | None, Any]:
    app: Any = stage.titus.app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=TEST_BASE_URL) as http:
        (shown,) = (await http.get("/api/health/integrations")).json()["integrations"]
    return shown["standing"], shown["detail"]
