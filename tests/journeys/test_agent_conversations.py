"""Nobody answers, the AI agent talks to the caller, and what was said is found with the call."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.journeys.stage import ALICE, CALLER, TITUS_NUMBER, Stage
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
from titus_adapters.elevenlabs.register_call import RegisterCallAgent
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.restfaults import Refusal, RestFault
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.weather import Drop, Rule, Weather
from titus_adapters.sandbox.elevenlabs.wire import wire_to
from titus_adapters.sandbox.twilio.behaviour import Caller, NeverAnswers
from titus_core.calls.conversations import ConversationState
from titus_core.calls.transcripts import Link, Transcript
from titus_core.hunt_groups.model import ToAgent, ToVoicemail
from titus_core.jobs.model import Job
from titus_core.jobs.trying import TryJob
from titus_http.bootstrap import TEST_BASE_URL

AGENT, SECRET = "agent_01", "wsec_test_of_the_journey"
POST_CALL = f"{TEST_BASE_URL}/api/voice/elevenlabs/post-call"


class _Late(httpx.AsyncBaseTransport):
    """To an app that is made later."""

    inner: Any = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer: httpx.Response = await self.inner.handle_async_request(request)
        return answer


class AgentStage(Stage):
    """With ElevenLabs beside Twilio."""

    def __init__(self) -> None:
        line = _Late()
        account = ElevenLabsSettings(api_key="xi", agent_id=AGENT, base_url="http://sandbox.test/elevenlabs")
        api = ElevenLabsApi(account, line)
        super().__init__(
            agent=RegisterCallAgent(api, AGENT),
            conversations=ElevenLabsConversations(api, AGENT),
            elevenlabs_secret=SECRET,
        )
        self.elevenlabs = ElevenLabsSandbox(wire_to({"titus.example.org.au": self.titus.app}), beside=self.twilio)
        self.elevenlabs.agent(AGENT)
        self.elevenlabs.subscribe(POST_CALL, SECRET, retry_enabled=True)
        app: Any = create_sandbox_app(elevenlabs_part(self.elevenlabs, speed=None))
        line.inner = httpx.ASGITransport(app=app)

    async def unanswered(self, number: str = CALLER) -> str:
        """Alice does not answer, and the caller talks to the agent; the call's id."""
        ringing = self.twilio.call(Caller(number=number), TITUS_NUMBER)
        await self.settle()
        return ringing.sid

    async def work(self) -> tuple[Job, ...]:
        attempt = TryJob(self.titus.working.handlers)
        tried: tuple[Job, ...] = await self.store.jobs.run_due(tuple(self.titus.working.handlers), attempt)
        return tried

    async def transcript(self, call_id: str) -> Transcript | None:
        found: Transcript | None = await self.store.reader.transcript_of(call_id)
        return found


@pytest.fixture
async def stage() -> AgentStage:
    stage = AgentStage()
    await stage.staff(ALICE)
    await stage.group(ALICE, overflow=(ToAgent(), ToVoicemail()))
    stage.twilio.world.phone("+61491570156", NeverAnswers())
    return stage


async def test_what_was_said_is_found_with_the_call(stage: AgentStage) -> None:
    call_id = await stage.unanswered()
    assert await stage.outcome(call_id) == "ai_fallback"
    transcript = await stage.transcript(call_id)
    assert transcript is not None
    assert (transcript.link, transcript.conversation.state) == (Link.OUR_ID, ConversationState.DONE)
    assert transcript.conversation.turns[1].text.startswith("Hi, it’s Sam.")
    assert transcript.summary is None
    await stage.work()
    summarised = await stage.transcript(call_id)
    assert summarised is not None
    assert summarised.summary is not None
    assert summarised.summary.text.startswith("It began with: Hello, you have reached")
    assert len(stage.world.summariser.asked) == 1


async def test_each_callers_words_are_with_their_own_call(stage: AgentStage) -> None:
    ids = [await stage.unanswered(f"+6149157015{last}") for last in (3, 4, 5)]
    transcripts = [await stage.transcript(call_id) for call_id in ids]
    assert len({one.id for one in transcripts if one is not None}) == 3
    assert [one.conversation.number for one in transcripts if one is not None] == [
        f"+6149157015{last}" for last in (3, 4, 5)
    ]


async def test_a_webhook_that_never_came_is_made_up_for(stage: AgentStage) -> None:
    stage.elevenlabs.set_weather(Weather(Rule(fault=Drop())))
    call_id = await stage.unanswered()
    assert await stage.transcript(call_id) is None
    stage.world.clock.advance(120)
    await stage.work()
    transcript = await stage.transcript(call_id)
    assert transcript is not None
    assert transcript.link is Link.OUR_ID
    assert len(transcript.conversation.turns) > 3
    assert transcript.summary is not None


async def test_the_same_told_twice_is_kept_once(stage: AgentStage) -> None:
    call_id = await stage.unanswered()
    before = await stage.transcript(call_id)
    stage.world.clock.advance(120)
    await stage.work()  # also asks for it, and hears the same
    after = await stage.transcript(call_id)
    assert before is not None
    assert after is not None
    assert after.conversation == before.conversation
    assert len(stage.world.summariser.asked) == 1


async def test_when_elevenlabs_is_down_the_caller_leaves_a_message(stage: AgentStage) -> None:
    stage.elevenlabs.break_rest(RestFault(does=Refusal(status=503), times=5))
    call_id = await stage.unanswered()
    assert await stage.outcome(call_id) == "voicemail"
    assert await stage.transcript(call_id) is None
