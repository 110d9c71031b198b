"""Calling out over HTTP: who may, whom, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.http.staff_app import BASE_URL, Staff, StaffWorld, hire
from titus_adapters.memory.dialler import MemoryDialler, MemoryTokens
from titus_core.calls.dialling import NotPlaced, Uncertain
from titus_core.kernel.errors import Invalid
from titus_http.callable_numbers import callable_number

OUTBOUND, TOKEN = "/api/voice/calls/outbound", "/api/voice/dialer/token"
BODY = {"to": "0491 570 110", "callbackNumber": "0491 570 006", "participant": "Mia"}


@pytest.fixture
def dialler() -> MemoryDialler:
    return MemoryDialler()


@pytest.fixture
def calling(dialler: MemoryDialler) -> Iterator[Staff]:
    world = StaffWorld(dialler=dialler, browser_tokens=MemoryTokens(), twilio_number="+61255500001")
    hire(world)
    with TestClient(world.app, raise_server_exceptions=False, base_url=BASE_URL) as client:
        yield Staff(world, client)


def place(staff: Staff, body: Mapping[str, Any] = BODY, headers: Mapping[str, str] = {}) -> Any:
    return staff.client.post(OUTBOUND, headers={**staff.olga, **headers}, json=dict(body))


def test_a_call_is_placed_and_listed(calling: Staff, dialler: MemoryDialler) -> None:
    answer = place(calling)
    sid = f"CA{1:032x}"
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "sid": sid, "id": answer.json()["id"], "state": "placed"}
    (asked,) = dialler.dialled
    assert (asked.to, asked.callback, asked.from_number, asked.placed_by) == (
        "+61491570110",
        "+61491570006",
        "+61255500001",
        3,
    )
    (row,) = calling.client.get("/api/calls", headers=calling.olga).json()
    assert (row["sid"], row["type"], row["from_number"], row["to_number"], row["participant"]) == (
        sid,
        "outbound",
        "+61255500001",
        "+61491570110",
        "Mia",
    )
    (listed,) = calling.client.get(OUTBOUND, headers=calling.olga).json()["items"]
    assert (listed["sid"], listed["state"], listed["userId"], listed["callbackNumber"]) == (
        sid,
        "placed",
        3,
        "+61491570006",
    )


def test_a_repetition_under_one_key_dials_nobody(calling: Staff, dialler: MemoryDialler) -> None:
    first = place(calling, headers={"Idempotency-Key": "k1"})
    assert place(calling, headers={"Idempotency-Key": "k1"}).json() == first.json()
    assert place(calling, {**BODY, "to": "0491 570 156"}, headers={"Idempotency-Key": "k1"}).status_code == 409
    assert len(dialler.dialled) == 1
    place(calling)
    assert len(dialler.dialled) == 2


def test_what_is_not_known_is_said_and_shown(calling: Staff, dialler: MemoryDialler) -> None:
    dialler.answers = [Uncertain("no answer in time"), NotPlaced("no such number")]
    told = place(calling).json()
    assert (told["success"], told["sid"], told["state"]) == (False, None, "unknown")
    failed = place(calling)
    assert failed.status_code == 503
    assert "no such number" in failed.json()["error"]
    (unknown,) = calling.client.get(OUTBOUND, headers=calling.olga, params={"state": "unknown"}).json()["items"]
    assert unknown["reason"] == "no answer in time"
    assert len(calling.client.get(OUTBOUND, headers=calling.olga).json()["items"]) == 2


def test_requests_are_listed_page_by_page(calling: Staff) -> None:
    placed = [place(calling).json()["id"] for _ in range(3)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = calling.client.get(OUTBOUND, headers=calling.olga, params=query).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(placed)
    assert calling.client.get(OUTBOUND, headers=calling.olga, params={"cursor": "x"}).status_code == 400


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("000", "emergency"),
        ("112", "emergency"),
        ("1900 555 001", "premium"),
        ("0147 123 456", "premium"),
        ("1234", "not a telephone number"),
        ("+64 21 123 456", "country"),
        ("client:user_1", "not a telephone number"),
        ("0255500001 ext 5", "not a telephone number"),
    ],
)
@pytest.mark.parametrize("field", ["to", "callbackNumber"])
def test_what_may_not_be_called_is_refused(
    calling: Staff, dialler: MemoryDialler, field: str, to: str, why: str
) -> None:
    answer = place(calling, {**BODY, field: to})
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert why in answer.json()["error"]
    assert dialler.dialled == []


def test_another_country_is_called_where_it_is_allowed() -> None:
    assert callable_number("+64 21 123 456", "to", {"NZ"}) == "+6421123456"
    with pytest.raises(Invalid):
        callable_number("+64 21 123 456", "to", {"GB"})
    assert callable_number("(02) 5550 0001", "to") == "+61255500001"


def test_support_workers_are_rung_and_do_not_call_out(calling: Staff) -> None:
    assert calling.client.post(OUTBOUND, headers=calling.will, json=BODY).status_code == 403
    token = calling.client.get(TOKEN, headers=calling.will).json()
    assert token == {"token": "user_4 may be called", "identity": "user_4"}


def test_a_token_is_for_the_session_that_asks(calling: Staff) -> None:
    answer = calling.client.get("/api/twilio/token", headers=calling.olga)
    assert answer.json() == {"token": "user_3 may call and be called", "identity": "user_3"}
    assert answer.headers["cache-control"] == "no-store"
    assert calling.client.get(TOKEN).status_code == 401


def test_nobody_gets_tokens_or_calls_without_end(calling: Staff) -> None:
    headers = calling.olga
    tokens = [calling.client.get(TOKEN, headers=headers).status_code for _ in range(31)]
    assert (tokens.count(200), tokens[-1]) == (30, 429)
    assert calling.client.get(TOKEN, headers=calling.dina).status_code == 200
    placed = [calling.client.post(OUTBOUND, headers=headers, json=BODY) for _ in range(21)]
    assert (placed[-2].status_code, placed[-1].status_code) == (200, 429)
    assert placed[-1].headers["retry-after"] == "600"
    calling.world.clock.advance(601)
    assert calling.client.get(TOKEN, headers=headers).status_code == 200


def test_without_settings_it_says_which_are_missing() -> None:
    missing = {"twilio": ("TWILIO_AUTH_TOKEN",), "browser_calls": ("TWILIO_API_KEY",)}
    world = StaffWorld(missing=missing, twilio_number="")
    hire(world)
    with TestClient(world.app, raise_server_exceptions=False, base_url=BASE_URL) as client:
        staff = Staff(world, client)
        answer = place(staff)
        assert (answer.status_code, answer.json()["missing"]) == (501, ["TWILIO_AUTH_TOKEN", "TWILIO_PHONE_NUMBER"])
        answer = client.get(TOKEN, headers=staff.olga)
        assert (answer.status_code, answer.json()["missing"]) == (501, ["TWILIO_API_KEY"])
        assert client.get(OUTBOUND, headers=staff.olga).json() == {"items": [], "next": None}
