"""The hand-over by register-call, against the sandbox on a socket."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.elevenlabs.stage import AGENT, CALLER, OFFICE, Stage, the_call
from titus_adapters.elevenlabs.agent import RedirectAgent
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.breaker import FAILURES, PAUSE, Breaker
from titus_adapters.elevenlabs.register_call import INVITE_WITHIN, RegisterCallAgent
from titus_adapters.sandbox.elevenlabs.restfaults import CutOff, Hang, Nonsense, Refusal
from titus_adapters.sandbox.elevenlabs.switches import Switches
from titus_adapters.sandbox.twilio.twiml.documents import parse
from titus_core.calls.conversations import Invitation
from titus_core.kernel.errors import Unavailable


class Watch:
    """A clock that stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def agent_of(stage: Stage, watch: Watch | None = None, agent_id: str = AGENT) -> RegisterCallAgent:
    return RegisterCallAgent(stage.api, agent_id, clock=watch or Watch())


async def refused(agent: RegisterCallAgent) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        await agent.invite(the_call())
    return caught.value


async def test_a_caller_gets_the_document_as_it_came(stage: Stage) -> None:
    invitation = await agent_of(stage).invite(the_call())
    (conversation,) = stage.agents.conversations
    assert invitation.conversation_id == conversation.id
    assert invitation.url is None
    (verb,) = parse(invitation.document or "").verbs
    assert (verb.name, verb.children[0].name) == ("Connect", "Stream")
    assert (conversation.number, conversation.line, conversation.direction) == (CALLER, OFFICE, "inbound")


async def test_our_call_and_what_happened_before_go_along(stage: Stage) -> None:
    await agent_of(stage).invite(the_call())
    assert stage.agents.conversations[0].variables == {
        "titus_call_sid": the_call().id,
        "titus_hunt_group": "After hours",
        "titus_hunt_outcome": "exhausted",
        "titus_attempts": 2,
    }


async def test_every_variable_is_given_for_a_call_without_a_plan_too(stage: Stage) -> None:
    await agent_of(stage).invite(the_call(plan=None, waves=(), from_number=""))
    conversation = stage.agents.conversations[0]
    assert conversation.number == "anonymous"
    assert conversation.variables["titus_hunt_group"] == "none"
    assert conversation.variables["titus_hunt_outcome"] == "nobody_rung"


@pytest.mark.parametrize("told", [True, False])
async def test_a_document_may_come_inside_json_and_without_the_conversation(stage: Stage, told: bool) -> None:
    stage.agents.desk.switches = Switches(document="json", conversation_id_in_document=told)
    invitation = await agent_of(stage).invite(the_call())
    assert isinstance(invitation, Invitation)
    assert (invitation.document or "").startswith("<?xml")
    assert invitation.conversation_id == (stage.agents.conversations[0].id if told else None)


BROKEN: dict[str, Refusal | CutOff | Nonsense] = {
    "an error": Refusal(status=503, reason="system_busy"),
    "too many": Refusal(status=429),
    "half an answer": CutOff(after=60),
    "no answer": CutOff(after=0),
    "a page": Nonsense(),
    "nothing": Nonsense(body=""),
    "half a document": Nonsense(body="<Response><Connect>", content_type="text/xml"),
    "another document": Nonsense(body="<Response><Dial>+61755500009</Dial></Response>", content_type="text/xml"),
    "a redirect": Nonsense(status=302),
}


@pytest.mark.parametrize("fault", list(BROKEN))
async def test_every_failure_is_unavailable(stage: Stage, fault: str) -> None:
    stage.breaks(BROKEN[fault])
    await refused(agent_of(stage))


async def test_silence_is_unavailable_in_time_for_voicemail(stage: Stage) -> None:
    stage.breaks(Hang(seconds=30))
    began = asyncio.get_running_loop().time()
    await refused(agent_of(stage))
    assert asyncio.get_running_loop().time() - began < INVITE_WITHIN + 1


async def test_a_provider_that_is_not_there_is_unavailable(stage: Stage) -> None:
    settings = stage.settings()
    async with ElevenLabsApi(type(settings)(api_key="x", agent_id=AGENT, base_url="http://127.0.0.1:9")) as api:
        await refused(RegisterCallAgent(api, AGENT))


async def test_it_says_why_and_when_to_come_back(stage: Stage) -> None:
    stage.breaks(Refusal(retry_after="7"))
    error = await refused(agent_of(stage))
    assert error.data == {
        "provider": "elevenlabs",
        "status": 429,
        "reason": "too_many_concurrent_requests",
        "retry_after": 7.0,
    }


async def test_after_some_failures_nobody_is_asked_until_a_probe_succeeds(stage: Stage) -> None:
    watch = Watch()
    agent = agent_of(stage, watch)
    stage.breaks(Refusal(status=500, reason="oops"), times=FAILURES)
    for _ in range(FAILURES):
        assert agent.available
        await refused(agent)
    assert not agent.available
    await refused(agent)
    assert stage.agents.conversations == []
    watch.now += PAUSE
    assert (await agent.invite(the_call())).document
    assert agent.breaker == Breaker()


@pytest.mark.parametrize(("status", "reason"), [(401, "invalid_api_key"), (401, "quota_exceeded"), (402, "payment")])
async def test_what_a_person_has_to_mend_closes_the_agent_at_once(stage: Stage, status: int, reason: str) -> None:
    agent = agent_of(stage)
    stage.breaks(Refusal(status=status, reason=reason))
    await refused(agent)
    assert not agent.available


async def test_a_wrong_key_and_an_unknown_agent_close_it_too(stage: Stage) -> None:
    async with ElevenLabsApi(stage.settings("another key")) as api:
        keyless = RegisterCallAgent(api, AGENT)
        await refused(keyless)
        assert not keyless.available
    nobody = agent_of(stage, agent_id="agent_99")
    await refused(nobody)
    assert not nobody.available


async def test_one_strange_call_does_not_close_it_for_others(stage: Stage) -> None:
    agent = agent_of(stage)
    stage.breaks(Refusal(status=422, reason="invalid_number"), times=2 * FAILURES)
    for _ in range(2 * FAILURES):
        await refused(agent)
    assert agent.available


async def test_of_many_callers_one_is_the_probe(stage: Stage) -> None:
    watch = Watch()
    agent = agent_of(stage, watch)
    stage.breaks(Refusal(status=401, reason="invalid_api_key"))
    await refused(agent)
    watch.now += PAUSE
    results = await asyncio.gather(*(agent.invite(the_call()) for _ in range(5)), return_exceptions=True)
    assert [isinstance(result, Invitation) for result in results].count(True) == 1
    assert len(stage.agents.conversations) == 1


async def test_the_last_resort_is_a_redirect_only_where_redirects_work(stage: Stage) -> None:
    assert agent_of(stage).direct_url(CALLER) is None
    redirect = RedirectAgent(AGENT, stage.url)
    agent = RegisterCallAgent(stage.api, AGENT, redirect=redirect)
    assert agent.direct_url(CALLER) == redirect.direct_url(CALLER)
