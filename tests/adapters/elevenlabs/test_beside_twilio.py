"""Both sandboxes and our adapters together: a caller is handed over, talks, and is told of."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from tests.adapters.elevenlabs.stage import AGENT, CALLER, INITIATION, OFFICE, POST_CALL, SECRET, Ear, the_call
from titus_adapters.elevenlabs.agent import RedirectAgent
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
from titus_adapters.elevenlabs.register_call import RegisterCallAgent
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.switches import Switches
from titus_adapters.sandbox.elevenlabs.weather import Lose, Refuse, Rule, Weather
from titus_adapters.sandbox.elevenlabs.wire import wire_to
from titus_adapters.sandbox.twilio.behaviour import Caller, HangUp
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.sandbox.twilio.records import Call as TwilioCall
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_core.kernel.ids import CallId, ConversationId

BASE = "http://sandbox.test/elevenlabs"


class Answering:
    """An app that answers every call with what the agent's adapter says."""

    def __init__(self) -> None:
        self.conversation_id: str | None = None
        self.register: RegisterCallAgent | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        form = httpx.QueryParams((await receive())["body"].decode())
        body = await self._document(form)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
        await send({"type": "http.response.body", "body": body.encode()})

    async def _document(self, form: httpx.QueryParams) -> str:
        if self.register is None:
            url = RedirectAgent(AGENT, BASE).direct_url(form["From"]).replace("&", "&amp;")
            return f'<Response><Redirect method="POST">{url}</Redirect></Response>'
        call = the_call(id=CallId(form["CallSid"]), from_number=form["From"], to_number=form["To"])
        invitation = await self.register.invite(call)
        self.conversation_id = invitation.conversation_id
        return invitation.document or ""


class Both:
    """The two sandboxes in one time, without a socket."""

    def __init__(self) -> None:
        self.app, self.ear, late = Answering(), Ear(), _Late()
        wire = wire_to({"app.test": self.app, "titus.test": self.ear, "sandbox.test": late})
        self.twilio = TwilioSandbox(wire, strict=True)
        self.twilio.world.number(OFFICE, voice_url="https://app.test/voice")
        self.agents = ElevenLabsSandbox(wire, beside=self.twilio)
        self.agents.agent(AGENT)
        self.agents.subscribe(POST_CALL, SECRET)
        late.app = create_sandbox_app(
            twilio_part(self.twilio, speed=None), elevenlabs_part(self.agents, strict=True, speed=None)
        )
        key = self.agents.desk.account.api_key
        settings = ElevenLabsSettings(api_key=key, agent_id=AGENT, base_url=BASE)
        self.api = ElevenLabsApi(settings, httpx.ASGITransport(app=late))

    async def call(self, **caller: Any) -> TwilioCall:
        call = self.twilio.call(Caller(number=CALLER, **caller), OFFICE)
        await self.twilio.run_until_idle()
        return call


class _Late:
    """An app that is known later."""

    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@pytest.fixture
def both() -> Both:
    return Both()


async def test_a_registered_caller_talks_and_is_found_by_our_call_id(both: Both) -> None:
    both.app.register = RegisterCallAgent(both.api, AGENT)
    call = await both.call(talks_to_agent=30)
    (conversation,) = both.agents.conversations
    assert both.app.conversation_id == conversation.id
    told = await ElevenLabsConversations(both.api, AGENT).conversation(ConversationId(conversation.id))
    assert told is not None
    assert (told.call_id, told.provider_call_id, told.number) == (call.sid, call.sid, CALLER)
    assert told.seconds == pytest.approx(28, abs=1)
    assert call.talked_to_agent
    assert [heard.json["type"] for heard in both.ear.heard] == ["post_call_transcription", "post_call_audio"]


async def test_who_hangs_up_early_is_heard_no_longer(both: Both) -> None:
    both.app.register = RegisterCallAgent(both.api, AGENT)
    await both.call(hangs_up=HangUp("agent", after=10), talks_to_agent=300)
    (conversation,) = both.agents.conversations
    assert (conversation.status, conversation.seconds(0)) == ("done", 8)


async def test_the_stream_is_joined_without_a_told_conversation_too(both: Both) -> None:
    both.agents.desk.switches = Switches(conversation_id_in_document=False)
    both.app.register = RegisterCallAgent(both.api, AGENT)
    await both.call()
    assert both.app.conversation_id is None
    assert both.agents.conversations[0].status == "done"


async def test_a_redirected_caller_gets_context_from_the_initiation_webhook(both: Both) -> None:
    both.agents.ask_before(INITIATION, {"x-titus-secret": "s"})
    context = {"type": "conversation_initiation_client_data", "dynamic_variables": {"titus_call_sid": "CA01", "n": 2}}
    both.ear.answer = msgspec.json.encode(context)
    call = await both.call()
    asked = both.ear.at(INITIATION)[0]
    assert asked.headers["x-titus-secret"] == "s"
    assert asked.json == {"caller_id": CALLER, "agent_id": AGENT, "called_number": OFFICE, "call_sid": call.sid}
    told = await ElevenLabsConversations(both.api, AGENT).conversation(ConversationId(both.agents.conversations[0].id))
    assert told is not None
    assert (told.call_id, told.provider_call_id) == ("CA01", call.sid)


async def test_the_initiation_webhook_may_name_the_conversation(both: Both) -> None:
    both.agents.desk.switches = Switches(initiation_names_conversation=True)
    both.agents.ask_before(INITIATION)
    await both.call()
    assert both.ear.at(INITIATION)[0].json["conversation_id"] == both.agents.conversations[0].id


async def test_a_redirected_caller_is_known_without_it(both: Both) -> None:
    call = await both.call()
    (conversation,) = both.agents.conversations
    assert (conversation.status, conversation.call_sid, conversation.number) == ("done", call.sid, CALLER)


@pytest.mark.parametrize("fault", [Refuse(500), Lose(), None], ids=str)
@pytest.mark.parametrize("policy", ["go_on", "fail"])
async def test_an_initiation_webhook_that_fails_may_end_the_conversation(
    both: Both, fault: Refuse | Lose | None, policy: Any
) -> None:
    both.agents.desk.switches = Switches(initiation_failure=policy)
    both.agents.ask_before(INITIATION)
    both.agents.set_weather(Weather(*([Rule(fault=fault)] if fault else [])))
    call = await both.call()
    assert call.talked_to_agent == (policy == "go_on")
    assert both.agents.conversations[0].status == ("done" if policy == "go_on" else "failed")
