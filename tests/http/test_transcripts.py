"""Today's addresses for transcripts that are missing."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient

from tests.core.calls.builders import CALL, NOON
from tests.core.calls.test_absorbing_conversations import told
from tests.http.staff_app import BASE_URL, Staff, StaffWorld, at_once, hire
from titus_adapters.memory.conversations import MemoryConversations
from titus_core.calls.model import Agent, Call, CallStatus
from titus_core.calls.transcripts import Link, Transcript

PATHS = ("sync", "bulk-fetch", f"fetch/{CALL}")


@pytest.fixture
def asked() -> Any:
    """The agent took a call; what was said is not here."""
    world = StaffWorld(conversations=MemoryConversations())
    hire(world)

    async def save(tx: Any, _: None) -> None:
        tx.calls.save(
            Call(id=CALL, seen_at=NOON, news_at=NOON, status=CallStatus.COMPLETED, agent=Agent(served_at=NOON))
        )

    at_once(world.store.transact(save, None))
    with TestClient(world.app, raise_server_exceptions=False, base_url=BASE_URL) as client:
        yield Staff(world, client)


def jobs(staff: Staff) -> list[tuple[str, str]]:
    return [(job.kind, job.subject) for job in at_once(staff.world.store.jobs.jobs(None, 9, None)).items]


@pytest.mark.parametrize("prefix", ["/api/voice/transcripts", "/api/transcripts"])
def test_what_is_missing_is_searched_for(asked: Staff, prefix: str) -> None:
    answer = asked.client.post(f"{prefix}/fetch/{CALL}", headers=asked.olga)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "sid": CALL, "status": "searching"})
    answer = asked.client.post(f"{prefix}/sync", headers=asked.olga)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "syncing": "1 calls"})
    answer = asked.client.post(f"{prefix}/bulk-fetch", headers=asked.olga)
    assert answer.json() == {"success": True, "message": "The transcripts of 1 calls are searched for", "total": 1}
    assert jobs(asked) == [("find_conversation", CALL)]


def test_what_is_here_is_told_at_once(asked: Staff) -> None:
    async def save(tx: Any, _: None) -> None:
        tx.transcripts.save(Transcript(conversation=told(), heard_at=NOON, call_id=CALL, link=Link.PERSON))

    at_once(asked.world.store.transact(save, None))
    answer = asked.client.post(f"/api/voice/transcripts/fetch/{CALL}", headers=asked.olga).json()
    assert answer == {
        "success": True,
        "sid": CALL,
        "transcript": "Agent: Hello\nCaller: I need help",
        "already": True,
    }
    bulk = asked.client.post("/api/voice/transcripts/bulk-fetch", headers=asked.olga).json()
    assert bulk == {"success": True, "message": "No transcript is missing", "total": 0}
    assert jobs(asked) == []


def test_an_unknown_call_has_no_transcript(asked: Staff) -> None:
    assert asked.client.post("/api/voice/transcripts/fetch/CA9", headers=asked.olga).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_without_a_provider_it_says_what_is_missing(staff: Staff, path: str) -> None:
    answer = staff.client.post(f"/api/voice/transcripts/{path}", headers=staff.olga)
    assert (answer.status_code, answer.json()["missing"]) == (501, ["ELEVENLABS_API_KEY"])


@pytest.mark.parametrize("path", PATHS)
def test_only_those_who_see_calls_may_ask(asked: Staff, path: str) -> None:
    assert asked.client.post(f"/api/voice/transcripts/{path}").status_code == 401
    assert asked.client.post(f"/api/voice/transcripts/{path}", headers=asked.will).status_code == 403
