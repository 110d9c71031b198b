"""The 18 arrival orders of ../shared/reference/twilio/payloads/_scenarios.json end as they say, on every store."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.journeys.arrivals import ACCOUNT, CALL, PAYLOADS, PHONES, TOKEN, Provider, facts
from tests.journeys.stage import ALICE, BEN, CARA, Stage
from titus_core.calls.evidence import answered_by, outcome, result
from titus_core.calls.holding import engagements
from titus_core.calls.model import Call, RecordingState
from titus_core.hunt_groups.model import Strategy, ToAgent, ToVoicemail
from titus_core.kernel.ids import CallId

pytestmark = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the payloads of ../shared are not beside this clone")

SCENARIOS: dict[str, dict[str, Any]] = (
    {s["name"]: s for s in json.loads((PAYLOADS / "_scenarios.json").read_text())} if PAYLOADS.is_dir() else {}
)


class Play:
    """One scenario on one store."""

    def __init__(self, store: Any) -> None:
        self.stage = Stage(store, auth_tokens=(TOKEN,), accounts=frozenset({ACCOUNT}))
        self.provider = Provider(self.stage.titus.app)
        self.answers: list[str] = []

    async def set_up(self, strategy: Strategy = Strategy.SEQUENTIAL, members: int = 3, agent: bool = False) -> None:
        people = (ALICE, BEN, CARA)[:members]
        await self.stage.staff(*people, phones=dict(zip(people, PHONES, strict=False)))
        await self.stage.group(*people, strategy=strategy, overflow=(ToAgent() if agent else ToVoicemail(),))

    async def arrive(self, *words: str) -> str:
        for word in words:
            self.answers.append((await self.provider.arrive(word)).text)
        return self.answers[-1]

    async def call(self) -> Call:
        return await self.stage.call(CALL)

    async def results(self) -> list[str | None]:
        call = await self.call()
        found = [result(call, wave, attempt) for wave in call.waves for attempt in wave.attempts]
        return [r.value if r is not None else None for r in found]


@pytest.fixture
def play(store: Any) -> Play:
    return Play(store)


def arrivals(name: str) -> list[str]:
    words: list[str] = SCENARIOS[name]["arrivals"]
    return words


async def test_first_member_answers(play: Play) -> None:
    await play.set_up()
    await play.arrive(*arrivals("first_member_answers"))
    call = await play.call()
    assert outcome(call) == "answered"
    assert answered_by(call) == call.waves[0].attempts[0]
    assert call.status == "completed"
    assert [recording.state for recording in call.recordings] == [RecordingState.COMPLETED]
    assert len(call.waves) == 1
    assert len(call.legs) == 1


async def test_second_member_answers(play: Play) -> None:
    await play.set_up()
    await play.arrive(*[word for word in arrivals("second_member_answers") if word != "(step 2) leg events"])
    assert await play.results() == ["no_answer", "answered"]
    await play.arrive("parent_status_completed")
    assert outcome(await play.call()) == SCENARIOS["second_member_answers"]["expect_outcome"]


async def test_all_exhausted_ai_fallback(play: Play) -> None:
    await play.set_up(agent=True)
    last = await play.arrive(*arrivals("all_exhausted_ai_fallback"))
    assert "/api/voice/webhook/agent" in last
    handed_over = await play.provider.follow_to_agent()
    assert "https://agent.example/inbound" in handed_over.text
    assert await play.results() == ["no_answer", "busy", "failed"]
    await play.arrive("parent_status_completed")
    assert outcome(await play.call()) == "ai_fallback"


async def test_caller_abandons_at_step_2(play: Play) -> None:
    await play.set_up()
    last = await play.arrive(*arrivals("caller_abandons_at_step_2"))
    assert last.endswith("<Response />")
    call = await play.call()
    assert outcome(call) == "caller_hung_up"
    assert await play.results() == ["no_answer", "caller_gone"]
    assert engagements(call) == ()


async def test_status_before_action(play: Play, other_store: Any) -> None:
    await play.set_up()
    await play.arrive(*arrivals("status_before_action"))
    other = Play(other_store)
    await other.set_up()
    await other.arrive(*arrivals("first_member_answers"))
    assert facts(await play.call()) == facts(await other.call())
    assert outcome(await play.call()) == "answered"
    assert await play.results() == ["answered"]


async def test_duplicate_action(play: Play) -> None:
    await play.set_up()
    await play.arrive(*arrivals("duplicate_action"))
    assert play.answers[1] == play.answers[2]
    assert PHONES[1] in play.answers[1]
    assert len((await play.call()).waves) == 2


async def test_retry_same_token(play: Play) -> None:
    await play.set_up()
    await play.arrive(*arrivals("retry_same_token"))
    assert play.answers[1] == play.answers[2]
    events = await play.stage.store.reader.events(CallId(CALL))
    assert [event.kind for event in events].count("call.wave_ended") == 1


async def test_stale_action_after_advance(play: Play) -> None:
    await play.set_up()
    await play.arrive(*arrivals("stale_action_after_advance"))
    call = await play.call()
    assert len(call.waves) == 2
    assert await play.results() == ["no_answer", "answered"]
    assert [e for e in engagements(call) if e.kind == "ringing"] == []


async def test_voicemail_answers_screening_on(play: Play) -> None:
    await play.set_up()
    asked = await play.arrive("voice_incoming_mobile", "voice_client_incoming_screen")
    assert "<Gather" in asked
    assert asked.endswith("<Hangup /></Response>")
    last = await play.arrive("dial_action_completed_not_bridged")
    assert PHONES[1] in last
    assert await play.results() == ["screened_out", None]


async def test_decline_screen(play: Play) -> None:
    await play.set_up()
    await play.arrive(*arrivals("decline_screen"))
    assert await play.results() == ["declined", None]


async def test_ring_all_two_pick_up(play: Play) -> None:
    await play.set_up(Strategy.RING_ALL, members=2)
    await play.arrive(*arrivals("ring_all_two_pick_up"))
    assert await play.results() == ["answered", "lost_race"]
    await play.arrive("parent_status_completed")
    assert outcome(await play.call()) == "answered"


async def test_restart_between_steps(play: Play) -> None:
    await play.set_up()
    await play.arrive("voice_incoming_mobile")
    restarted = Play(play.stage.store)
    assert PHONES[1] in await restarted.arrive("dial_action_no_answer")


async def test_action_for_unknown_call(play: Play) -> None:
    await play.set_up()
    answer = await play.arrive(*arrivals("action_for_unknown_call"))
    assert "<Record" in answer
    assert "<Dial" not in answer
    assert (await play.call()).found == "hunt-step"


async def test_recording_before_everything(play: Play) -> None:
    await play.set_up()
    await play.arrive(*arrivals("recording_before_everything"))
    call = await play.call()
    assert len(call.recordings) == 1
    assert len(call.waves) == 1


async def test_recording_absent_closes(play: Play) -> None:
    await play.set_up()
    await play.arrive(*arrivals("recording_absent_closes"))
    assert [recording.state for recording in (await play.call()).recordings] == [RecordingState.ABSENT]


async def test_withheld_number(play: Play) -> None:
    await play.set_up()
    await play.arrive(*arrivals("withheld_number"))
    call = await play.call()
    assert call.caller is None
    assert call.contact_id is None


async def test_browser_member_offline(play: Play) -> None:
    await play.set_up()
    await play.arrive("voice_incoming_mobile")
    answer = await play.provider.send("dial_action_no_answer", DialCallDuration=None)
    assert PHONES[1] in answer.text


async def test_no_members_available(play: Play) -> None:
    answer = await play.arrive("voice_incoming_mobile")
    assert "<Dial" not in answer
    assert "/api/voice/webhook/agent" in answer


def test_every_scenario_is_played() -> None:
    played = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert set(SCENARIOS) <= played
