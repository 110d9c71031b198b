"""The composition root: a store must keep what calls need, and what is not configured is off."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from tests.contracts.records.base import catalogue
from titus_adapters.memory.store import MemoryStore
from titus_adapters.memory.world import World
from titus_adapters.sql.records.migrating import write_revision
from titus_core.calls.dialling import DialState
from titus_core.calls.place_call import CallOut
from titus_core.jobs.causes import Kind
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.promises import LIVE_STATE, Promises
from titus_core.providers.model import Level
from titus_core.records.model import Fields
from titus_core.records.ports import Create
from titus_core.records.shadow.model import What
from titus_http import settings
from titus_http.bootstrap import Running, build_for, demand, migrate, open_titus, store_for

KEY = "0123456789abcdef" * 4


def known(home: Path, **variables: str) -> settings.Settings:
    return settings.read({"RAILWAY_VOLUME_MOUNT_PATH": str(home), "TITUS_SECRET_KEY": KEY, **variables})


@pytest.mark.parametrize("promise", ["atomic", "optimistic_locking", "read_your_writes", "unique_keys"])
def test_a_store_that_does_not_keep_what_calls_need_is_refused(promise: str) -> None:
    with pytest.raises(Unavailable, match=promise):
        demand(replace(LIVE_STATE, **{promise: False}), durable=False)


def test_a_store_that_forgets_is_refused_in_production_only() -> None:
    demand(MemoryStore.promises, durable=False)
    with pytest.raises(Unavailable, match="durable"):
        demand(MemoryStore.promises, durable=True)


def test_what_airtable_keeps_is_not_enough() -> None:
    airtable = Promises(
        atomic=False,
        optimistic_locking=False,
        read_your_writes=True,
        unique_keys=False,
        durable=True,
        many_processes=True,
    )
    with pytest.raises(Unavailable, match="atomic, optimistic_locking, unique_keys"):
        demand(airtable, durable=True)


async def test_a_store_of_records_is_looked_at_beside_the_one_that_answers(tmp_path: Path) -> None:
    beside = f"sqlite:///{tmp_path / 'beside.db'}"
    shadow = {"RECORDS_STORE": "shadow", "RECORDS_PRIMARY": "sql", "RECORDS_CANDIDATE_URL": beside}
    revisions = tmp_path / "revisions"
    write_revision(revisions, catalogue(), "The base of the contract suite")
    for url in ({}, {"DATABASE_URL": beside}):
        await migrate(known(tmp_path, **url))
        await store_for(known(tmp_path, **url)).migrate_records(revisions)
    stock = catalogue().named("stock")
    async with open_titus(known(tmp_path, **shadow)) as running:
        records = running.titus.use_cases.records.open()
        cells: Fields = {stock.named("item").id: "a", stock.named("open").id: False}
        (made,) = (await records.write(Create(table=stock.id, by=OPERATOR, items=(cells,)))).records
        assert await records.get(stock.id, [made.id]) == (made,)
    store: Any = store_for(known(tmp_path))
    async with store:
        counted = {one.what: one.count for one in await store.reader.record_tallies()}
    assert counted == {What.MIRRORED: 1, What.COMPARED: 1}
    store = store_for(known(tmp_path, DATABASE_URL=beside))
    async with store:
        await store.reader.catalogue()
        (mirrored,) = await store.reader.records(stock.id, [made.id])
    assert mirrored == made


async def test_without_providers_titus_runs_and_their_features_are_off(tmp_path: Path) -> None:
    await migrate(known(tmp_path))
    async with open_titus(known(tmp_path)) as running:
        assert running.telephony is None
        assert running.numbers is None
        assert not running.agent.available
        assert running.agent.direct_url("+61491570006") is None
        assert running.titus.calls.find_calls is None


async def test_with_providers_their_adapters_are_there(tmp_path: Path) -> None:
    twilio = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "token", "ELEVENLABS_AGENT_ID": "agent_1"}
    async with open_titus(known(tmp_path, **twilio), claim=True) as running:
        assert running.telephony is not None
        assert running.agent.available
        assert await running.store.is_migrated()
        with pytest.raises(Unavailable, match="another Titus server"):
            async with open_titus(known(tmp_path, **twilio), claim=True):
                pass


async def shown(running: Running) -> dict[str, Any]:
    """What health tells of each provider."""
    transport = httpx.ASGITransport(app=running.titus.app)  # type: ignore[arg-type]  # both mean ASGI
    async with httpx.AsyncClient(transport=transport, base_url="http://titus.test") as http:
        told = (await http.get("/api/health/integrations")).json()["integrations"]
    return {one["name"]: one for one in told}


async def test_without_keys_summaries_and_conversations_are_off_cleanly(tmp_path: Path) -> None:
    """ElevenLabs without a key: callers are redirected to it, and its webhook tells of them."""
    async with open_titus(known(tmp_path, ELEVENLABS_AGENT_ID="agent_1"), claim=True) as running:
        handlers = running.titus.working.handlers
        assert not {Kind.SUMMARISE_CALL, Kind.KEEP_CONVERSATION_AUDIO, Kind.LOOK_AT_PROVIDERS} & set(handlers)
        await running.titus.working.periodic()
        waiting = (await running.store.jobs.jobs(None, 9, None)).items
        assert {job.kind for job in waiting} == {Kind.REFRESH_CALLERS}
        health = await shown(running)
        assert (health["elevenlabs"]["configured"], health["elevenlabs"]["standing"]) == (True, None)
        assert health["anthropic"] == {
            "name": "anthropic",
            "configured": False,
            "missing": ["ANTHROPIC_API_KEY"],
            "standing": None,
            "detail": None,
            "checkedAt": None,
        }


async def test_with_keys_providers_are_looked_at_every_hour(tmp_path: Path) -> None:
    """Nobody listens where they are said to be: what cannot be seen is said, and the model's dates are known anyhow."""
    nowhere = "http://127.0.0.1:9"
    keys = {
        "ELEVENLABS_AGENT_ID": "agent_1",
        "ELEVENLABS_API_KEY": "xi",
        "ELEVENLABS_BASE_URL": nowhere,
        "ANTHROPIC_API_KEY": "sk",
        "ANTHROPIC_MODEL": "claude-3-7-sonnet-20250219",
        "ANTHROPIC_BASE_URL": nowhere,
    }
    async with open_titus(known(tmp_path, **keys), claim=True) as running:
        handlers = running.titus.working.handlers
        assert {Kind.SUMMARISE_CALL, Kind.KEEP_CONVERSATION_AUDIO, Kind.FIND_CONVERSATION} <= set(handlers)
        await running.titus.working.periodic()
        (job,) = [one for one in (await running.store.jobs.jobs(None, 9, None)).items if "look" in one.kind]
        await handlers[job.kind](job)
        health = await shown(running)
        assert (health["elevenlabs"]["standing"], health["anthropic"]["standing"]) == ("warning", "down")
        assert "ElevenLabs could not be reached" in health["elevenlabs"]["detail"]
        assert health["anthropic"]["detail"].startswith("claude-3-7-sonnet-20250219 is retired")
        assert health["anthropic"]["checkedAt"] is not None


async def test_calls_are_placed_from_the_number_that_is_set(tmp_path: Path) -> None:
    """Nobody listens where Twilio is said to be; what was asked for is stored all the same, and said to have failed."""
    twilio = {
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_PHONE_NUMBER": "+61 2 5550 0001",
        "TWILIO_BASE_URL": "http://127.0.0.1:9",
        "TITUS_CALL_COUNTRIES": "NZ, GB",
    }
    async with open_titus(known(tmp_path, **twilio), claim=True) as running:
        calling_out = running.titus.use_cases.calling_out
        place_call, number = calling_out.placing()
        assert (number, sorted(calling_out.countries)) == (PhoneNumber("+61255500001"), ["GB", "NZ"])
        told = await place_call(
            CallOut(
                actor=OPERATOR,
                user_id=UserId(1),
                from_number=number,
                callback=PhoneNumber("+61491570156"),
                to=PhoneNumber("+61491570110"),
            )
        )
        assert told.state is DialState.FAILED
        assert await running.store.reader.dial_requests(None, 9) == (told,)


def test_the_test_twin_is_the_same_titus() -> None:
    world = World()
    titus = build_for(world)
    assert titus.calls.find_calls is not None
    assert titus.use_cases.voice_agent is world.agent


AIRTABLE = {"RECORDS_STORE": "airtable", "AIRTABLE_API_KEY": "patAny", "AIRTABLE_BASE_ID": "appTitusSandbox00"}


async def test_with_records_in_airtable_writes_are_settled_and_changes_heard_of(tmp_path: Path) -> None:
    """Nobody listens where Airtable is said to be: records are told to be away, and everything else runs."""
    nowhere = {**AIRTABLE, "AIRTABLE_BASE_URL": "http://127.0.0.1:9", "AIRTABLE_RATE": "4"}
    async with open_titus(known(tmp_path, **nowhere), claim=True) as running:
        assert running.titus.use_cases.records.store is not None
        assert {Kind.SETTLE_WRITES, Kind.NOTE_RECORD_CHANGES} <= set(running.titus.working.handlers)
        seen = await running.watched["airtable"].look(datetime.now(UTC))
        assert seen.level is Level.WARNING
        assert (await shown(running))["airtable"]["configured"]


async def test_without_a_base_records_cannot_lie_in_airtable(tmp_path: Path) -> None:
    with pytest.raises(settings.BadSettings, match="AIRTABLE_BASE_ID"):
        known(tmp_path, RECORDS_STORE="airtable", AIRTABLE_API_KEY="patAny")
    async with open_titus(known(tmp_path), claim=True) as running:
        assert "airtable" not in running.watched
        assert Kind.SETTLE_WRITES not in running.titus.working.handlers
