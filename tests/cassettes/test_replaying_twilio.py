"""Twilio's cassettes, played back without a network: what the adapters make of what was recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cassettes.kept import PICTURE, SILENCE
from tests.cassettes.replay import replayed
from tests.cassettes.scenarios.twilio import SCENARIOS
from tests.cassettes.scenarios.twilio_account import BASE
from tests.cassettes.scenes.scene import CALLER, COLLEAGUE, MEMBER, OFFICE
from tests.cassettes.scenes.twilio import VOICE
from tests.cassettes.tape import place
from titus_adapters.twilio.numbers import Change
from titus_core.calls.dialling import NotPlaced, Placed
from titus_core.calls.model import CallStatus, Direction, RecordingState
from titus_core.calls.ports import LegNews, ToldRecording
from titus_core.kernel.errors import NotFound, TitusError, Unavailable
from titus_core.kernel.ids import CallId, LegId, RecordingId
from titus_core.messaging.model import Media, MessageStatus, TextTold
from titus_core.messaging.ports import ListedText, Rejected, Taken

pytestmark = pytest.mark.usefixtures("no_network")

DONE, LIVE, RINGS = CallStatus.COMPLETED, CallStatus.IN_PROGRESS, CallStatus.RINGING
IN, OUT = Direction.INBOUND, Direction.OUTBOUND


def made_up(prefix: str, number: int) -> str:
    return f"{prefix}{number:032d}"


def call(number: int) -> CallId:
    return CallId(made_up("CA", number))


def leg(number: int) -> LegId:
    return LegId(made_up("CA", number))


def at(minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 23, 2, minute, second, tzinfo=UTC)


LISTED = (
    LegNews(leg(1), RINGS, call(2), OUT, CALLER, COLLEAGUE, None, at(2)),
    LegNews(call(2), LIVE, None, IN, CALLER, OFFICE, None, at(2)),
    LegNews(call(3), DONE, None, IN, CALLER, OFFICE, 8, at(1)),
    LegNews(leg(4), DONE, call(5), OUT, CALLER, MEMBER, 20, at(0, 4)),
    LegNews(call(5), DONE, None, IN, CALLER, OFFICE, 24, at(0)),
)
PHOTO = TextTold(
    provider_id=made_up("MM", 1),
    from_number=CALLER,
    to_number=OFFICE,
    body="Here it is",
    media=(Media(content_type="image/jpeg", media_id=made_up("ME", 1)),),
)
NUMBER = (
    Change("voice_url", VOICE, f"{BASE}/inbound#rc=2&rp=all"),
    Change("voice_fallback_url", "", f"{BASE}/fallback"),
    Change("status_callback", "", f"{BASE}/status#rc=3&rp=all"),
    Change("sms_url", "", f"{BASE}/sms-inbound#rc=3&rp=all"),
)
APPLICATION = (
    Change("voice_url", VOICE, f"{BASE}/browser"),
    Change("status_callback", "", f"{BASE}/status"),
)
SENT = Taken(made_up("SM", 1), MessageStatus.ACCEPTED)

ANSWERS: dict[str, object] = {
    "call": LegNews(call(1), DONE, None, IN, CALLER, OFFICE, 24, at(0)),
    "call-unknown": None,
    "call-legs": (LegNews(leg(2), DONE, call(1), OUT, CALLER, MEMBER, 20, at(0, 4)),),
    "calls-live": (LegNews(call(2), LIVE, None, IN, CALLER, OFFICE, None, at(2)),),
    "call-placed": Placed(call(1)),
    "call-refused": NotPlaced("Twilio answered 400 (error 21211)"),
    "calls-looked-for": (call(1),),
    "calls-listed": LISTED,
    "calls-listed-while-busy": LISTED,
    "recordings-listed": (
        ToldRecording(RecordingId(made_up("RE", 1)), call(1), RecordingState.COMPLETED, True, 8, 1),
        ToldRecording(RecordingId(made_up("RE", 2)), call(2), RecordingState.COMPLETED, False, 20, 2),
    ),
    "recording": SILENCE,
    "recording-deleted": None,
    "text-sent": SENT,
    "text-refused": Rejected(21211),
    "text-looked-for": (SENT,),
    "texts-listed": (ListedText(PHOTO, at(2, 3)),),
    "picture": PICTURE,
    "number-compared": NUMBER,
    "number-set-up": NUMBER,
    "application-compared": APPLICATION,
    "application-set-up": APPLICATION,
}
ERRORS: dict[str, tuple[type[TitusError], dict[str, object]]] = {
    "calls-refused": (Unavailable, {"provider": "twilio", "code": None}),
    "recording-unknown": (NotFound, {"provider": "twilio"}),
    "number-unknown": (NotFound, {"number": "+61255509999"}),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_the_adapters_answer_what_was_recorded(name: str) -> None:
    assert await replayed(place("twilio", name)) == ANSWERS[name]


@pytest.mark.parametrize("name", ERRORS)
async def test_what_twilio_refuses_is_an_error_of_the_ports(name: str) -> None:
    kind, data = ERRORS[name]
    answer: Any = await replayed(place("twilio", name))
    assert type(answer) is kind
    assert answer.data == data


def test_every_scenario_is_played_back() -> None:
    assert {*ANSWERS, *ERRORS} == {scenario.name for scenario in SCENARIOS}
