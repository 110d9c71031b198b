"""Conversations that wait for a person, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.calls.builders import CALL, NOON
from tests.core.calls.test_absorbing_conversations import told
from tests.http.staff_app import Staff, at_once
from titus_core.calls.model import Call
from titus_core.calls.transcripts import Transcript
from titus_core.kernel.ids import ConversationId

CONVERSATIONS = "/api/voice/conversations"


@pytest.fixture(autouse=True)
def _one_waits(staff: Staff) -> None:
    async def save(tx: Any, _: None) -> None:
        tx.calls.save(Call(id=CALL, seen_at=NOON, news_at=NOON))
        tx.transcripts.save(Transcript(conversation=told(number="+61491570006"), heard_at=NOON))

    at_once(staff.world.store.transact(save, None))


def test_one_waits_until_a_person_says_which_call_it_is_of(staff: Staff) -> None:
    (waiting,) = staff.client.get(f"{CONVERSATIONS}/unlinked", headers=staff.olga).json()["items"]
    assert (waiting["id"], waiting["callSid"], waiting["link"]) == ("conv_1", None, None)
    assert [turn["text"] for turn in waiting["turns"]] == ["Hello", "I need help"]
    path, body = f"{CONVERSATIONS}/conv_1/link", {"callSid": CALL}
    stale = staff.client.post(path, headers=staff.olga | {"If-Match": '"7"'}, json=body)
    assert stale.status_code == 412
    linked = staff.client.post(path, headers=staff.olga | {"If-Match": '"1"'}, json=body)
    assert (linked.status_code, linked.json()["link"], linked.headers["etag"]) == (200, "person", '"2"')
    assert staff.client.get(f"{CONVERSATIONS}/unlinked", headers=staff.olga).json()["items"] == []
    assert staff.client.get(f"{CONVERSATIONS}/conv_1", headers=staff.olga).json()["callSid"] == CALL
    detail = staff.client.get(f"/api/voice/calls/{CALL}", headers=staff.olga).json()
    assert detail["transcript"] == "Agent: Hello\nCaller: I need help"


def test_those_that_wait_are_listed_page_by_page(staff: Staff) -> None:
    async def save(tx: Any, _: None) -> None:
        tx.transcripts.save(
            Transcript(conversation=told(id=ConversationId("conv_2"), number="+61491570006"), heard_at=NOON)
        )

    at_once(staff.world.store.transact(save, None))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = staff.client.get(f"{CONVERSATIONS}/unlinked", headers=staff.olga, params=query).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == ["conv_2", "conv_1"]
    odd = staff.client.get(f"{CONVERSATIONS}/unlinked", headers=staff.olga, params={"cursor": "b2RkOjE"})
    assert odd.status_code == 400


def test_unknown_ones_and_unknown_calls_are_refused(staff: Staff) -> None:
    assert staff.client.get(f"{CONVERSATIONS}/conv_9", headers=staff.olga).status_code == 404
    path = f"{CONVERSATIONS}/conv_1/link"
    assert staff.client.post(path, headers=staff.olga, json={"callSid": "CA9"}).status_code == 422
    assert (
        staff.client.post(path, headers=staff.headers("will@titus.example"), json={"callSid": CALL}).status_code == 403
    )
