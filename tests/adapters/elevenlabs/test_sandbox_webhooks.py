"""How the sandbox tells of conversations: events, retries, patience, weather."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.adapters.elevenlabs.stage import AGENT, CALLER, POST_CALL, SECRET, Stage
from titus_adapters.sandbox.elevenlabs.scripts import Script
from titus_adapters.sandbox.elevenlabs.subscription import FORGIVEN_FOR, MOST_PENDING, PATIENCE, Subscription
from titus_adapters.sandbox.elevenlabs.switches import Switches
from titus_adapters.sandbox.elevenlabs.weather import (
    Delay,
    Drop,
    Duplicate,
    Lose,
    Refuse,
    Reorder,
    Rule,
    Stale,
    Unsigned,
    Weather,
    WrongSignature,
)
from titus_http.webhooks.elevenlabs.signature import ElevenLabsVerifier, Verdict


def subscribed(stage: Stage, *rules: Rule, retry: bool = False, seed: int = 0) -> Subscription:
    stage.agents.set_weather(Weather(*rules, seed=seed))
    return stage.agents.subscribe(POST_CALL, SECRET, retry_enabled=retry)


def kinds(stage: Stage) -> list[str]:
    return [heard.json["type"] for heard in stage.ear.heard]


def verdicts(stage: Stage) -> list[Verdict]:
    verifier = ElevenLabsVerifier(SECRET)
    pairs = zip(stage.ear.heard, stage.agents.sent(), strict=True)
    return [
        verifier.verify(heard.body, heard.headers.get("elevenlabs-signature"), datetime.fromtimestamp(sent.at, UTC))
        for heard, sent in pairs
    ]


async def test_a_conversation_is_told_by_transcript_and_audio(stage: Stage) -> None:
    subscribed(stage)
    talked = await stage.talked(titus_call_sid="CA01")
    transcript, audio = stage.ear.heard
    assert kinds(stage) == ["post_call_transcription", "post_call_audio"]
    assert (
        transcript.json["data"]["conversation_initiation_client_data"]["dynamic_variables"]["titus_call_sid"] == "CA01"
    )
    assert transcript.json["event_timestamp"] > talked.created_at
    assert audio.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in audio.headers
    assert base64.b64decode(audio.json["data"]["full_audio"]).startswith(b"\xff\xfb")
    assert verdicts(stage) == [Verdict.ACCEPTED] * 2


async def test_text_is_sent_as_utf_8_and_not_escaped(stage: Stage) -> None:
    subscribed(stage)
    await stage.talked()
    assert "it’s Sam".encode() in stage.ear.heard[0].body


@pytest.mark.parametrize(("spelled", "kind"), [("number", int), ("text", str)])
async def test_an_events_moment_is_a_number_or_text(stage: Stage, spelled: Any, kind: type) -> None:
    stage.agents.desk.switches = Switches(event_timestamp=spelled)
    subscribed(stage)
    await stage.talked()
    assert [type(heard.json["event_timestamp"]) for heard in stage.ear.heard] == [kind] * 2


async def test_without_a_subscription_nobody_is_told(stage: Stage) -> None:
    await stage.talked()
    subscribed(stage).events = frozenset({"audio"})
    await stage.talked()
    assert kinds(stage) == ["post_call_audio"]


async def test_a_transcript_may_be_left_out(stage: Stage) -> None:
    subscribed(stage).exclude_transcript = True
    await stage.talked()
    assert "transcript" not in stage.ear.heard[0].json["data"]


@pytest.mark.parametrize("told", [True, False])
async def test_a_failed_conversation_is_told_or_not(stage: Stage, told: bool) -> None:
    stage.agents.desk.switches = Switches(events_of_failed=told)
    subscribed(stage)
    stage.agents.script(Script(failure="broke off"))
    await stage.talked()
    assert [heard.json["data"]["status"] for heard in stage.ear.heard] == (["failed"] if told else [])


@pytest.mark.parametrize("reason", ["busy", "no-answer", "unknown"])
async def test_a_call_that_nobody_answers_is_told(stage: Stage, reason: str) -> None:
    subscribed(stage)
    stage.agents.script(Script(answer=reason))  # type: ignore[arg-type]  # one of them each
    body = {"agent_id": AGENT, "agent_phone_number_id": "phnum_1", "to_number": CALLER}
    async with httpx.AsyncClient(headers={"xi-api-key": stage.agents.desk.account.api_key}) as http:
        await http.post(f"{stage.url}/v1/convai/twilio/outbound-call", json=body)
    await stage.agents.run_until_idle()
    (heard,) = stage.ear.heard
    assert (heard.json["type"], heard.json["data"]["failure_reason"]) == ("call_initiation_failure", reason)


# --- retries --------------------------------------------------------------------------------------------------------


async def test_nothing_is_told_twice_unless_retries_are_on(stage: Stage) -> None:
    subscribed(stage)
    stage.ear.statuses = [503, 503]
    await stage.talked()
    assert len(stage.ear.heard) == 2


async def test_a_transcript_is_tried_five_times_with_the_same_bytes(stage: Stage) -> None:
    subscribed(stage, retry=True).events = frozenset({"transcription"})
    stage.ear.statuses = [500, 429, 408, 503, 500, 500]
    await stage.talked()
    assert len({heard.body for heard in stage.ear.heard}) == 1
    times = [sent.at - stage.agents.sent()[0].at for sent in stage.agents.sent()]
    assert len(times) == 5
    for at, due in zip(times, (0, 30, 120, 480, 1800), strict=True):
        assert due <= at <= due * 1.1
    assert verdicts(stage) == [Verdict.ACCEPTED] * 5


async def test_retries_may_carry_the_first_signature(stage: Stage) -> None:
    stage.agents.desk.switches = Switches(retries_signed_anew=False)
    subscribed(stage, retry=True).events = frozenset({"transcription"})
    stage.ear.statuses = [500, 500, 500, 500]
    await stage.talked()
    assert len({heard.headers["elevenlabs-signature"] for heard in stage.ear.heard}) == 1


@pytest.mark.parametrize("status", [201, 301, 400, 401, 404])
async def test_other_answers_are_final_failures(stage: Stage, status: int) -> None:
    hook = subscribed(stage, retry=True)
    hook.events = frozenset({"transcription"})
    stage.ear.statuses = [status]
    await stage.talked()
    assert len(stage.ear.heard) == 1
    assert (hook.failures, hook.last_code) == (1, status)


async def test_audio_is_never_tried_again(stage: Stage) -> None:
    subscribed(stage, retry=True).events = frozenset({"audio"})
    stage.ear.statuses = [503]
    await stage.talked()
    assert len(stage.ear.heard) == 1


async def test_an_answer_that_is_lost_is_tried_again(stage: Stage) -> None:
    subscribed(stage, Rule(fault=Lose(), kinds=("transcription",), times=1), retry=True)
    await stage.talked()
    assert kinds(stage).count("post_call_transcription") == 2
    assert [sent.error for sent in stage.agents.sent("transcription")] == ["rt", ""]


# --- patience -------------------------------------------------------------------------------------------------------


async def test_a_webhook_that_never_worked_is_given_up(stage: Stage) -> None:
    hook = subscribed(stage)
    stage.agents.script(Script(audio=False))
    stage.ear.statuses = [401] * 100
    for _ in range(PATIENCE + 5):
        await stage.talked()
    assert len(stage.ear.heard) == PATIENCE
    assert hook.auto_disabled
    hook.enable()
    stage.ear.statuses = []
    await stage.talked()
    assert len(stage.ear.heard) == PATIENCE + 1


async def test_a_webhook_that_is_given_up_gets_no_retries(stage: Stage) -> None:
    hook = subscribed(stage, retry=True)
    hook.events, hook.failures = frozenset({"transcription"}), PATIENCE - 1
    stage.ear.statuses = [500]
    await stage.talked()
    assert len(stage.ear.heard) == 1


async def test_only_so_many_deliveries_wait_for_another_attempt(stage: Stage) -> None:
    hook = subscribed(stage, retry=True)
    hook.events, hook.last_success = frozenset({"transcription"}), stage.agents.now
    stage.ear.statuses = [500] * (MOST_PENDING + 10)
    for _ in range(MOST_PENDING + 10):
        stage.agents.connect(stage.registered())
    await stage.agents.run_until_idle()
    assert len(stage.ear.heard) == 2 * MOST_PENDING + 10
    assert hook.pending == 0


def test_one_that_worked_lately_is_forgiven() -> None:
    hook = Subscription(url=POST_CALL)
    assert hook.attempted(200, 0)
    for _ in range(3 * PATIENCE):
        assert not hook.attempted(500, FORGIVEN_FOR)
    assert not hook.auto_disabled
    hook.attempted(500, FORGIVEN_FOR + 1)
    assert hook.auto_disabled


# --- weather --------------------------------------------------------------------------------------------------------


async def test_an_event_may_never_come(stage: Stage) -> None:
    subscribed(stage, Rule(fault=Drop(), kinds=("transcription",)))
    talked = await stage.talked()
    assert kinds(stage) == ["post_call_audio"]
    assert talked.status == "done"


async def test_an_event_may_come_twice(stage: Stage) -> None:
    subscribed(stage, Rule(fault=Duplicate(after=60), kinds=("transcription",)))
    await stage.talked()
    assert kinds(stage) == ["post_call_transcription", "post_call_audio", "post_call_transcription"]
    assert stage.ear.heard[0].body == stage.ear.heard[2].body


async def test_sound_may_have_a_real_weight_and_come_twice(stage: Stage) -> None:
    subscribed(stage, Rule(fault=Duplicate(), kinds=("audio",)))
    stage.agents.script(Script(talks=120, kbit=128))
    await stage.talked()
    assert kinds(stage) == ["post_call_transcription", "post_call_audio", "post_call_audio"]
    assert stage.ear.heard[1].body == stage.ear.heard[2].body
    sound = base64.b64decode(stage.ear.heard[1].json["data"]["full_audio"])
    assert len(sound) == pytest.approx(118 * 128_000 / 8, rel=0.05)


async def test_audio_may_overtake_its_transcript(stage: Stage) -> None:
    subscribed(stage, Rule(fault=Delay(3600), kinds=("transcription",)))
    await stage.talked()
    assert kinds(stage) == ["post_call_audio", "post_call_transcription"]


async def test_events_of_many_conversations_come_in_any_order_but_alike_for_a_seed(stage: Stage) -> None:
    async def order(seed: int) -> list[int]:
        subscribed(stage, Rule(fault=Reorder(600)), seed=seed).events = frozenset({"transcription"})
        before = len(stage.ear.heard)
        opened = [stage.registered() for _ in range(8)]
        for conversation in opened:
            stage.agents.connect(conversation)
        await stage.agents.run_until_idle()
        places = {conversation.id: place for place, conversation in enumerate(opened)}
        return [places[heard.json["data"]["conversation_id"]] for heard in stage.ear.heard[before:]]

    first = await order(1)
    assert first == await order(1)
    assert first != sorted(first)
    assert first != await order(2)


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (WrongSignature(), Verdict.MISMATCH),
        (Unsigned(), Verdict.UNSIGNED),
        (Stale(1801), Verdict.OUTSIDE_WINDOW),
        (Stale(1700), Verdict.ACCEPTED),
    ],
)
async def test_signatures_may_be_wrong(
    stage: Stage, fault: WrongSignature | Unsigned | Stale, verdict: Verdict
) -> None:
    subscribed(stage, Rule(fault=fault))
    await stage.talked()
    assert verdicts(stage) == [verdict] * 2


async def test_a_proxy_may_answer_instead(stage: Stage) -> None:
    hook = subscribed(stage, Rule(fault=Refuse(502), probability=0.5), seed=1)
    for _ in range(10):
        await stage.talked()
    assert 0 < len(stage.ear.heard) < 20
    assert {sent.status for sent in stage.agents.sent()} == {200, 502}
    assert hook.last_code == 502
