"""Pings: thin, signed, once for whatever happened meanwhile, tried again for about a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from titus_adapters.sandbox.airtable.hooks.hook import Hook, Result
from titus_adapters.sandbox.airtable.hooks.signature import HEADER, mac
from titus_adapters.sandbox.airtable.hooks.weather import (
    Delay,
    Drop,
    Duplicate,
    Lose,
    PingFault,
    Refuse,
    Unsigned,
    WrongMac,
)
from titus_adapters.sandbox.airtable.times import stamp
from titus_adapters.sandbox.twilio.engine.process import fetch, sleep
from titus_adapters.sandbox.twilio.engine.wire import Answer, Outgoing

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.desk import Desk

RETRIES = 13
FIRST_RETRY = 10.0
"""Seconds, doubled each time: thirteen retries take about 23 hours. How they are spread, Airtable does not say."""

SOMEBODY_ELSE = b"the secret of somebody else"


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at one ping, and what came of it. `status` 0: no answer."""

    at: float
    hook_id: str
    url: str
    headers: dict[str, str]
    body: bytes
    retry: int
    status: int


def news(desk: Desk, hook: Hook) -> None:
    """There is something to tell: ping soon, together with what else comes until then."""
    hook.has_news = True
    if hook.url is not None and hook.notifies and not hook.pinging:
        hook.pinging = True
        desk.spawn(_tell, desk, hook)


async def _tell(desk: Desk, hook: Hook) -> None:
    try:
        while hook.has_news and hook.notifies:
            await sleep(desk.house.pace.ping_delay)
            hook.has_news = False
            await _persist(desk, hook)
    finally:
        hook.pinging = False


async def _persist(desk: Desk, hook: Hook) -> None:
    """Until it gets through; after the last try nobody is told any more, though payloads go on."""
    for retry in range(RETRIES + 1):
        if retry:
            await sleep(FIRST_RETRY * 2 ** (retry - 1))
        if not hook.notifies or not hook.is_active(desk.now()):
            return
        if await _attempt(desk, hook, retry):
            return
    hook.notifies = False


async def _attempt(desk: Desk, hook: Hook, retry: int) -> bool:
    faults = desk.weather.on_ping()
    for fault in faults:
        if isinstance(fault, Delay):
            await sleep(fault.seconds)
    if any(isinstance(fault, Drop) for fault in faults):
        return True
    request, began = _request(desk, hook, faults), desk.now()
    for _ in range(2 if any(isinstance(fault, Duplicate) for fault in faults) else 1):
        answer = await _send(request, faults)
        desk.pings.append(
            Sent(
                at=desk.now(),
                hook_id=hook.id,
                url=request.url,
                headers=dict(request.headers),
                body=request.body,
                retry=retry,
                status=answer.status,
            )
        )
    success = answer.status in {200, 204}
    _note(desk, hook, answer, retry, began)
    return success


async def _send(request: Outgoing, faults: list[PingFault]) -> Answer:
    refusal = next((fault.status for fault in faults if isinstance(fault, Refuse)), None)
    if refusal is not None:
        return Answer(refusal)
    answer = await fetch(request)
    return Answer(error="rt") if any(isinstance(fault, Lose) for fault in faults) else answer


def _request(desk: Desk, hook: Hook, faults: list[PingFault]) -> Outgoing:
    told = {"base": {"id": hook.base.id}, "webhook": {"id": hook.id}, "timestamp": stamp(desk.now())}
    body = msgspec.json.encode(told)
    headers = [("Content-Type", "application/json"), ("User-Agent", "Airtable-Webhooks")]
    if not any(isinstance(fault, Unsigned) for fault in faults):
        wrong = any(isinstance(fault, WrongMac) for fault in faults)
        headers.append((HEADER, mac(SOMEBODY_ELSE if wrong else hook.secret, body)))
    return Outgoing("POST", hook.url or "", tuple(headers), body, read_seconds=desk.house.pace.ping_wait)


def _note(desk: Desk, hook: Hook, answer: Answer, retry: int, began: float) -> None:
    success = answer.status in {200, 204}
    hook.last_success = desk.now() if success else hook.last_success
    hook.last_result = Result(
        success=success,
        at=desk.now(),
        milliseconds=(desk.now() - began) * 1000,
        retry=retry,
        will_be_retried=not success and retry < RETRIES,
        error="" if success else f"The notification URL answered {answer.status}" if answer.status else "No answer",
    )
