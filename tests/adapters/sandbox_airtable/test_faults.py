"""What goes wrong with requests, and with time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.adapters.elevenlabs.stage import serving
from tests.adapters.sandbox_airtable.stage import SCHEMA, Stage, staged
from titus_adapters.sandbox.airtable.faults import (
    CutOff,
    Fault,
    Faults,
    Hang,
    LoseAnswer,
    Nonsense,
    Refusal,
)
from titus_adapters.sandbox.airtable.part import airtable_part
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.airtable.switches import Pace
from titus_adapters.sandbox.airtable.transport import SandboxTransport
from titus_adapters.sandbox.app import create_sandbox_app


async def test_an_overload_says_when_to_come_back(stage: Stage) -> None:
    stage.airtable.break_rest(Fault(does=Refusal()))
    response = await stage.client.get(f"/v0/{stage.base.id}/Clients")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["error"]["type"] == "RETRIABLE_ERROR"


async def test_a_restart_answers_html(stage: Stage) -> None:
    stage.airtable.break_rest(Fault(does=Nonsense()))
    response = await stage.client.get(f"/v0/{stage.base.id}/Clients")
    assert (response.status_code, response.text) == (502, "<html>Bad Gateway</html>")


async def test_a_fault_waits_for_its_method_and_path_and_lets_some_pass(stage: Stage) -> None:
    does = Refusal(status=500, kind="SERVER_ERROR", message="Server error", retry_after=None)
    stage.airtable.break_rest(Fault(does=does, method="POST", path="Clients", times=2, skips=1))
    sent: dict[str, Any] = {"json": {"fields": {}}}
    asked = [("GET", "Clients", {}), *[("POST", table, sent) for table in ("Notes", *["Clients"] * 4)]]
    answers = [(await stage.ask(method, path, **more))[0] for method, path, more in asked]
    assert answers == [200, 200, 200, 500, 500, 200]


async def test_faults_that_never_strike_are_no_faults() -> None:
    faults = Faults()
    faults.add(Fault(does=Refusal(), times=0))
    assert faults.waiting == []
    faults.add(Fault(does=Refusal()))
    faults.clear()
    assert faults.strike("GET", "/") is None


@pytest.fixture
async def socket() -> AsyncIterator[tuple[AirtableSandbox, str]]:
    """The sandbox on a real socket, where connections can really end."""
    airtable = AirtableSandbox()
    airtable.base(SCHEMA, id="appTitusSandbox00")
    async with serving(create_sandbox_app(airtable_part(airtable, speed=None))) as origin:
        yield airtable, f"{origin}/airtable"


@pytest.mark.parametrize("does", [CutOff(after=5), LoseAnswer()])
async def test_what_was_written_stays_when_its_answer_is_lost(
    socket: tuple[AirtableSandbox, str], does: CutOff | LoseAnswer
) -> None:
    airtable, url = socket
    airtable.break_rest(Fault(does=does, method="POST"))
    async with httpx.AsyncClient(base_url=url, headers={"authorization": "Bearer any"}) as client:
        with pytest.raises(httpx.TransportError):
            await client.post("/v0/appTitusSandbox00/Clients", json={"fields": {"Name": "Ada"}})
    assert [record["fields"]["Name"] for record in airtable.bases[0].records("Clients")] == ["Ada"]
    assert airtable.requests[-1].fault == type(does).__name__


async def test_the_same_without_a_socket(stage: Stage) -> None:
    for does in (CutOff(after=5), LoseAnswer()):
        stage.airtable.break_rest(Fault(does=does))
        with pytest.raises(httpx.RemoteProtocolError):
            await stage.client.post(f"/v0/{stage.base.id}/Clients", json={"fields": {"Name": "Ada"}})
    assert len(stage.base.records("Clients")) == 2


async def test_a_request_that_hangs_is_answered_when_its_time_has_come(stage: Stage) -> None:
    stage.airtable.break_rest(Fault(does=Hang(seconds=60)))
    asking = asyncio.ensure_future(stage.get("Clients"))
    await _turns()
    await stage.airtable.run_for(59)
    await _turns()
    assert not asking.done()
    await stage.airtable.run_for(1)
    assert await asking == {"records": []}


async def test_latency_passes_in_virtual_time(stage: Stage) -> None:
    stage.airtable.house.pace = Pace(latency=0.3, latency_spread=0.1)
    asking = asyncio.ensure_future(stage.get("Clients"))
    await _turns()
    await stage.airtable.run_for(0.29)
    await _turns()
    assert not asking.done()
    await stage.airtable.run_for(0.2)
    assert await asking == {"records": []}


async def test_the_sandbox_may_follow_a_clock_of_the_test() -> None:
    now = [1_800_000_000.0]
    async with staged(limited=True, clock=lambda: now[0]) as stage:
        assert [(await stage.ask("GET", "Clients"))[0] for _ in range(6)] == [200] * 5 + [429]
        now[0] += 31
        (made,) = await stage.create("Clients", {"Name": "Ada"})
        assert datetime.fromisoformat(made["createdTime"]).timestamp() == now[0]
        stage.airtable.break_rest(Fault(does=Hang(seconds=5)))
        asking = asyncio.ensure_future(stage.get("Clients"))
        await _turns()
        now[0] += 6
        await stage.airtable.catch_up()
        assert len((await asking)["records"]) == 1


async def test_time_may_pass_by_itself() -> None:
    airtable = AirtableSandbox(pace=Pace(latency=30))
    base = airtable.base(SCHEMA)
    app = create_sandbox_app(airtable_part(airtable, speed=1000))
    async with serving(app) as origin:
        headers = {"authorization": "Bearer any"}
        async with httpx.AsyncClient(base_url=f"{origin}/airtable", headers=headers, timeout=20) as client:
            assert (await client.get(f"/v0/{base.id}/Clients")).status_code == 200
    assert airtable.in_real_time


async def test_a_transport_hands_on_other_errors() -> None:
    async def app(*_: object) -> None:
        raise ValueError

    async with httpx.AsyncClient(transport=SandboxTransport(app)) as client:
        with pytest.raises(ValueError):  # noqa: PT011 - this very one
            await client.get("http://airtable.test/")


async def _turns() -> None:
    """Let whatever is under way go on as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)
