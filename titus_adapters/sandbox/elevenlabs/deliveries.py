"""Getting a webhook through: signed, retried as its subscription says, lost or doubled by the weather."""

from __future__ import annotations

import msgspec

from titus_adapters.sandbox.elevenlabs.desk import Desk, Sent
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.signature import HEADER, sign
from titus_adapters.sandbox.elevenlabs.subscription import ATTEMPTS_AT, JITTER, Kind, Subscription
from titus_adapters.sandbox.elevenlabs.weather import (
    AttemptFault,
    Delay,
    Drop,
    Duplicate,
    Lose,
    Refuse,
    Reorder,
    Stale,
    Unsigned,
    WrongSignature,
)
from titus_adapters.sandbox.elevenlabs.wire import CHUNKED
from titus_adapters.sandbox.twilio.engine.process import fetch, sleep
from titus_adapters.sandbox.twilio.engine.wire import Answer, Outgoing

SOMEBODY_ELSE = "wsec_of_somebody_else"


class Event(msgspec.Struct, frozen=True):
    """One thing to tell somebody, whose bytes never change."""

    subscription: Subscription
    kind: Kind
    conversation: Conversation
    body: bytes
    made_at: float


async def tell(desk: Desk, kind: Kind, conversation: Conversation, body: bytes) -> None:
    """Tell whoever subscribed, through all retries; nobody, if nobody did."""
    if not desk.subscription.wants(kind):
        return
    event = Event(desk.subscription, kind, conversation, body, desk.now())
    for fault in desk.weather.on_delivery(kind):
        match fault:
            case Drop():
                desk.note(conversation, f"{kind} is lost on the way")
                return
            case Delay(seconds):
                await sleep(seconds)
            case Reorder(window):
                await sleep(desk.weather.within(window))
            case Duplicate(after):
                desk.spawn(_again, desk, event, after)
    await _persist(desk, event)


async def _again(desk: Desk, event: Event, after: float) -> None:
    await sleep(after)
    await _persist(desk, event)


async def _persist(desk: Desk, event: Event) -> None:
    began, subscription = desk.now(), event.subscription
    for attempt in range(len(ATTEMPTS_AT)):
        if attempt:
            due = began + ATTEMPTS_AT[attempt] + desk.weather.within(JITTER * _gap(attempt))
            await sleep(due - desk.now())
            subscription.pending -= 1
        status = (await _attempt(desk, event, attempt)).status
        if subscription.attempted(status, desk.now()) or attempt + 1 == len(ATTEMPTS_AT):
            return
        if subscription.auto_disabled or not subscription.retries(event.kind, status):
            return
        subscription.pending += 1


def _gap(attempt: int) -> float:
    return ATTEMPTS_AT[attempt] - ATTEMPTS_AT[attempt - 1]


async def _attempt(desk: Desk, event: Event, attempt: int) -> Answer:
    faults = desk.weather.on_attempt(event.kind)
    request = Outgoing(
        "POST",
        event.subscription.url,
        tuple(_headers(desk, event, faults)),
        event.body,
        read_seconds=desk.pace.webhook_read,
    )
    refusal = next((fault.status for fault in faults if isinstance(fault, Refuse)), None)
    answer = Answer(refusal) if refusal is not None else await fetch(request)
    if any(isinstance(fault, Lose) for fault in faults):
        answer = Answer(error="rt")
    record(desk, event.kind, event.conversation, request, answer, attempt)
    return answer


def _headers(desk: Desk, event: Event, faults: list[AttemptFault]) -> list[tuple[str, str]]:
    headers = [("Content-Type", "application/json"), ("User-Agent", "ElevenLabs/1.0")]
    if event.kind == "audio":
        headers.append(CHUNKED)
    at = desk.now() if desk.switches.retries_signed_anew else event.made_at
    secret = event.subscription.secret
    for fault in faults:
        match fault:
            case WrongSignature():
                secret = SOMEBODY_ELSE
            case Stale(seconds):
                at -= seconds
            case Unsigned():
                return headers
            case _:
                pass
    return [*headers, (HEADER, sign(secret, event.body, at))]


def record(
    desk: Desk, kind: Kind, conversation: Conversation, request: Outgoing, answer: Answer, attempt: int = 0
) -> None:
    """Write down what was sent and what came back."""
    desk.sent.append(
        Sent(
            at=desk.now(),
            kind=kind,
            url=request.url,
            headers=dict(request.headers),
            body=request.body,
            attempt=attempt,
            status=answer.status,
            error=answer.error,
            conversation_id=conversation.id,
        )
    )
    retry = f" (retry {attempt})" if attempt else ""
    desk.note(conversation, f"{kind} → {answer.error or answer.status}{retry}")
