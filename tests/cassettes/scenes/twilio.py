"""Twilio with some texts, calls and recordings, one of each too long ago or going on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.cassettes.scenario import Given
from tests.cassettes.scenarios.twilio_account import WORDS
from tests.cassettes.scenes.scene import AN_HOUR, CALLER, COLLEAGUE, MEMBER, OFFICE, START, Scene
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller
from titus_adapters.sandbox.twilio.calling import Wanted, call_out
from titus_adapters.sandbox.twilio.engine.wire import wire_to
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switchboard import RestFault
from titus_adapters.sandbox.twilio.texting import send_text
from titus_adapters.sandbox.twilio.verbs.line import Source
from titus_adapters.twilio.settings import TwilioSettings

WRITTEN = ("STOP", "Here it is")
"""The sandbox's own words, which may stay in a cassette."""

VOICE = "https://titus.example/voice"
PICTURE = f"https://api.twilio.com/Media/ME{1:032x}"
_DOCUMENTS = (
    "",
    f"<Dial record='record-from-answer-dual'><Number>{MEMBER}</Number></Dial>",
    "<Record action='https://titus.example/done' maxLength='60'/>",
    f"<Dial><Number>{COLLEAGUE}</Number></Dial>",
)


async def twilio_scene(scenario: str) -> Scene:
    sandbox = TwilioSandbox(wire_to({"titus.example": _titus()}), start=START, strict=True)
    await _happens(sandbox)
    given = _given(sandbox)
    _WEATHER.get(scenario, _fair)(sandbox)
    own = sandbox.board.account

    def account(base_url: str) -> TwilioSettings:
        return TwilioSettings(account_sid=own.sid, auth_token=own.auth_token, base_url=base_url)

    return Scene(create_sandbox_app(twilio_part(sandbox, strict=True, speed=None)), account, given)


async def _happens(sandbox: TwilioSandbox) -> None:
    world = sandbox.world
    world.number(OFFICE, voice_url=VOICE)
    world.application(voice_url=VOICE)
    for phone in (MEMBER, COLLEAGUE):
        world.phone(phone, Answers(after=4, talks=20))
    sandbox.text(CALLER, OFFICE, "STOP")
    sandbox.call(Caller(number=CALLER), OFFICE)
    await sandbox.run_for(AN_HOUR)
    for _ in range(2):
        sandbox.call(Caller(number=CALLER, speaks=8), OFFICE)
        await sandbox.run_for(60)
    sandbox.call(Caller(number=CALLER), OFFICE)
    await sandbox.run_for(3)
    sandbox.text(CALLER, OFFICE, "Here it is", [("image/jpeg", PICTURE)])


def _given(sandbox: TwilioSandbox) -> Given:
    """`since` leaves out the first of what happened."""
    return Given(
        since=START + timedelta(seconds=AN_HOUR),
        call=next(leg.root.sid for leg in sandbox.calls if leg.parent is not None),
        recording=next(iter(sandbox.board.recordings)),
        message=sandbox.messages[-1].sid,
        media=PICTURE.rpartition("/")[2],
        number=OFFICE,
        phone=MEMBER,
        application=next(iter(sandbox.world.applications)),
    )


def _titus() -> Any:
    """Titus, as far as calls need it: a document for each."""
    left = list(_DOCUMENTS)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        verb = left.pop(0) if scope["path"] == "/voice" and left else ""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
        await send({"type": "http.response.body", "body": f"<Response>{verb}</Response>".encode()})

    return app


def _fair(sandbox: TwilioSandbox) -> None:
    """Nothing special."""


def _ours_are_there(sandbox: TwilioSandbox) -> None:
    """A call and a text of ours were taken, and the answers got lost."""
    call_out(sandbox.board, Wanted(from_=OFFICE, to=MEMBER, source=Source(kind="incoming", url=VOICE)))
    send_text(sandbox.board, OFFICE, MEMBER, WORDS)


_WEATHER: dict[str, Callable[[TwilioSandbox], None]] = {
    "calls-looked-for": _ours_are_there,
    "text-looked-for": _ours_are_there,
    "calls-listed-while-busy": lambda sandbox: sandbox.refuse_rest(RestFault()),
    "calls-refused": lambda sandbox: sandbox.refuse_rest(RestFault(401, 20003, "Authenticate")),
}
"""What only one scenario meets."""
