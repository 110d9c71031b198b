"""Texts at Twilio: `messaging.ports.TextSender`, `TextLedger` and `MediaSource`."""

from __future__ import annotations

from datetime import timedelta

from tests.cassettes.scenario import Given, Kind, Scenario
from tests.cassettes.scenarios.twilio_account import NO_NUMBER, WORDS, Twilio
from titus_adapters.twilio.ledger import TwilioLedger
from titus_core.messaging.model import Direction, Message, MessageId, MessageStatus
from titus_core.messaging.ports import ListedText, Receipt, Rejected, Taken

A_MINUTE = timedelta(minutes=1)


async def send_text(on: Twilio, given: Given) -> Receipt:
    return await on.texts.send(_text(given, given.phone))


async def send_to_nobody(on: Twilio, given: Given) -> Receipt:
    return await on.texts.send(_text(given, NO_NUMBER))


async def find_text(on: Twilio, given: Given) -> tuple[Taken, ...]:
    return await on.texts.find(_text(given, given.phone))


async def listed_texts(on: Twilio, given: Given) -> tuple[ListedText, ...]:
    return await TwilioLedger(on.api, page=given.page).received(given.since)


async def picture(on: Twilio, given: Given) -> bytes:
    return b"".join([piece async for piece in on.texts.media(given.message, given.media)])


def _text(given: Given, phone: str) -> Message:
    return Message(
        id=MessageId("TX1"),
        direction=Direction.OUTBOUND,
        status=MessageStatus.SENDING,
        from_number=given.number,
        to_number=phone,
        party=None,
        body=WORDS,
        created_at=given.since,
        updated_at=given.since,
    )


def _began(given: Given, told: ListedText) -> bool:
    return told.came_at >= given.since - A_MINUTE and bool(told.told.provider_id)


SCENARIOS = (
    Scenario(
        name="text-sent",
        play=send_text,
        needs=("number", "phone"),
        kind=Kind.COSTS,
        holds=lambda given, answer: isinstance(answer, Taken),
    ),
    Scenario(
        name="text-refused",
        play=send_to_nobody,
        needs=("number",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: isinstance(answer, Rejected),
    ),
    Scenario(
        name="text-looked-for",
        play=find_text,
        needs=("number", "phone"),
        holds=lambda given, answer: all(isinstance(one, Taken) for one in answer),
    ),
    Scenario(
        name="texts-listed",
        play=listed_texts,
        holds=lambda given, answer: all(_began(given, told) for told in answer),
    ),
    Scenario(name="picture", play=picture, needs=("message", "media"), holds=lambda given, answer: bool(answer)),
)
