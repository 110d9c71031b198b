"""ElevenLabs asks what its agent should know of a caller who was redirected to it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec
import pytest

from tests.core.calls.builders import CALL, NOON
from tests.http.webhooks.test_elevenlabs_edge import SECRET, ElevenLabs
from tests.journeys.stage import ALICE, BEN, CALLER, TITUS_NUMBER, Stage
from titus_adapters.elevenlabs.agent import RedirectAgent
from titus_adapters.sandbox.twilio.behaviour import Caller, NeverAnswers
from titus_core.calls.brief_agent import BriefAgent
from titus_core.calls.model import Call
from titus_core.calls.ports import CallTx
from titus_core.hunt_groups.model import ToAgent, ToVoicemail
from titus_http.bootstrap import ELEVENLABS
from titus_http.webhooks.elevenlabs.initiation import HEADER, InitiationEdge
from titus_http.webhooks.elevenlabs.routes import INITIATION

ASKED = {
    "caller_id": "+61491570006",
    "agent_id": "agent_01",
    "called_number": "+61255500001",
    "call_sid": CALL,
}
DEFAULTS = {"titus_hunt_group": "none", "titus_hunt_outcome": "unknown", "titus_attempts": 0}


async def ask(elevenlabs: ElevenLabs, asked: object = ASKED, secret: str = SECRET) -> httpx.Response:
    return await elevenlabs.http.post(INITIATION, json=asked, headers={"x-titus-secret": secret})


def told(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200
    body = answer.json()
    assert body.keys() == {"type", "dynamic_variables"}
    assert body["type"] == "conversation_initiation_client_data"
    known: dict[str, Any] = body["dynamic_variables"]
    return known


@pytest.fixture
def elevenlabs() -> ElevenLabs:
    return ElevenLabs()


async def test_a_redirected_caller_is_told_of_with_what_happened_before() -> None:
    elevenlabs = ElevenLabs(agent=RedirectAgent("agent_01"))
    stage = elevenlabs.stage
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN, overflow=(ToAgent(), ToVoicemail()))
    for phone in ("+61491570156", "+61491570157"):
        stage.twilio.world.phone(phone, NeverAnswers())
    call = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER)
    await stage.twilio.run_for(120)
    assert told(await ask(elevenlabs, {**ASKED, "call_sid": call.sid})) == {
        "titus_call_sid": call.sid,
        "titus_hunt_group": "Intake",
        "titus_hunt_outcome": "exhausted",
        "titus_attempts": 2,
    }


@pytest.mark.parametrize("sid", ["CA" + "9" * 32, "x", "' OR 1=1"])
async def test_of_an_unknown_call_every_name_is_told_all_the_same(elevenlabs: ElevenLabs, sid: str) -> None:
    assert told(await ask(elevenlabs, {**ASKED, "call_sid": sid})) == {"titus_call_sid": sid, **DEFAULTS}


@pytest.mark.parametrize("asked", [{}, {"call_sid": None}, {"call_sid": 7}, {"call_sid": ""}, [], "x", [None]])
async def test_a_question_of_another_shape_is_answered(elevenlabs: ElevenLabs, asked: object) -> None:
    assert told(await ask(elevenlabs, asked)) == {"titus_call_sid": "none", **DEFAULTS}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 2000])
async def test_what_is_no_json_is_malformed(elevenlabs: ElevenLabs, body: bytes) -> None:
    answer = await elevenlabs.http.post(INITIATION, content=body, headers={"x-titus-secret": SECRET})
    assert answer.status_code == 400


@pytest.mark.parametrize("secret", ["", "another", SECRET + " x"])
async def test_only_who_has_the_secret_is_answered(elevenlabs: ElevenLabs, secret: str) -> None:
    answer = await ask(elevenlabs, secret=secret)
    assert (answer.status_code, answer.text) == (401, "")
    assert elevenlabs.stage.store.deliveries() == ()
    assert (await elevenlabs.http.post(INITIATION, json=ASKED)).status_code == 401


async def test_without_a_secret_of_ours_nobody_is_answered() -> None:
    assert (await ask(ElevenLabs(secret=""), secret="")).status_code == 401


async def test_the_question_is_kept_as_it_came_once(elevenlabs: ElevenLabs) -> None:
    for _ in range(2):
        told(await ask(elevenlabs))
    (kept,) = elevenlabs.stage.store.deliveries()
    assert (kept.route, kept.key) == ("elevenlabs/initiation", hashlib.sha256(kept.body.encode()).hexdigest())


async def test_a_store_that_is_gone_is_no_error_to_a_caller(elevenlabs: ElevenLabs) -> None:
    await elevenlabs.stage.store.close()
    assert told(await ask(elevenlabs)) == {"titus_call_sid": CALL, **DEFAULTS}


class Troubled:
    """A store that hangs, or fails in a way that nobody thought of."""

    def __init__(self, stage: Stage, trouble: Callable[[], Awaitable[object]]) -> None:
        self._store, self._trouble = stage.world.store, trouble

    async def transact(self, work: Any, command: Any, /) -> Any:
        await self._trouble()
        return await self._store.transact(work, command)


async def _stumbles() -> object:
    raise LookupError("a fault in Titus")


async def _hangs() -> object:
    return await asyncio.Event().wait()


@pytest.mark.parametrize("trouble", [_stumbles, _hangs])
async def test_neither_is_a_store_that_hangs_or_stumbles(trouble: Callable[[], Awaitable[object]]) -> None:
    stage = Stage()
    edge = InitiationEdge(SECRET, ELEVENLABS, BriefAgent(Troubled(stage, trouble)), stage.world.clock, within=0.05)
    answer, *_ = await edge(msgspec.json.encode(ASKED), {HEADER: SECRET})
    assert answer.status_code == 200
    assert answer.content["dynamic_variables"] == {"titus_call_sid": CALL, **DEFAULTS}


async def test_a_call_that_nobody_was_rung_for() -> None:
    elevenlabs = ElevenLabs()

    async def save(tx: CallTx, _: None) -> None:
        tx.calls.save(Call(id=CALL, seen_at=NOON, news_at=NOON))

    await elevenlabs.stage.store.transact(save, None)
    assert told(await ask(elevenlabs)) == {
        "titus_call_sid": CALL,
        "titus_hunt_group": "none",
        "titus_hunt_outcome": "nobody_rung",
        "titus_attempts": 0,
    }
