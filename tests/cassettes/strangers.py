"""Accounts that nobody must recognise: what a real one has in it, made up, and full of secrets and of people. None of
`PLANTED` may be in a recording of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs.desk import Account as AgentAccount
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.scripts import Line, Script
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller
from titus_adapters.sandbox.twilio.engine.wire import wire_to
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switchboard import Account

SID, TOKEN = "AC" + "9f" * 16, "c0ffee" * 5 + "42"
API_KEY, AGENT = "sk_" + "5eed" * 12, "agent_5501kzebedeequill"
COOKIE = "session=zebedee-quill-7"
OFFICE, PERSON, WORKER = "+61000000001", "+61000000002", "+61000000003"
"""No Australian number begins like this."""

WORDS, NAME = "I am at home, it is Zebedee", "Zebedee Quill"
PICTURE = "ME" + "ab" * 16
PLACE = "https://zebedee.quill.invalid/voice"
PLANTED = (
    *(SID, TOKEN, API_KEY, AGENT, COOKIE, "session=", PICTURE, NAME, WORDS, "Zebedee", "zebedee", "Quill", "quill"),
    *(number[1:] for number in (OFFICE, PERSON, WORKER)),
)


async def twilio_of_strangers() -> TwilioSandbox:
    """A call that a worker answered and that was recorded, and a text with a picture, in the last hours."""
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    account = Account(sid=SID, auth_token=TOKEN, friendly_name=NAME)
    sandbox = TwilioSandbox(wire_to({"zebedee.quill.invalid": _dialling}), account=account, start=began)
    sandbox.world.number(OFFICE, voice_url=PLACE, friendly_name=NAME)
    sandbox.world.application(voice_url=PLACE)
    sandbox.world.phone(WORKER, Answers(after=3, talks=9))
    sandbox.call(Caller(number=PERSON), OFFICE)
    await sandbox.run_for(3600)
    sandbox.text(PERSON, OFFICE, WORDS, [("image/jpeg", f"https://api.twilio.com/Media/{PICTURE}")])
    return sandbox


async def elevenlabs_of_strangers() -> ElevenLabsSandbox:
    """A conversation, in the last hours."""
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    agents = ElevenLabsSandbox(wire_to({}), account=AgentAccount(api_key=API_KEY), start=began)
    agents.agent(AGENT, NAME)
    agents.script(Script(lines=(Line(role="user", at=1, text=WORDS),), talks=5, summary=WORDS, title=NAME))
    told = {"user_id": NAME, "dynamic_variables": {"client": NAME, "phone": PERSON, "titus_hunt_group": NAME}}
    agents.connect(agents.desk.open(AGENT, "registered", PERSON, OFFICE, "inbound", told))
    await agents.run_for(3600)
    return agents


class Heard:
    """Their providers, which also set cookies. `methods` says how they were asked."""

    def __init__(self, twilio: TwilioSandbox, elevenlabs: ElevenLabsSandbox) -> None:
        parts = twilio_part(twilio, strict=True, speed=None), elevenlabs_part(elevenlabs, strict=True, speed=None)
        self._app: Any = create_sandbox_app(*parts)
        self.methods: set[str] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_cookie(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"set-cookie", COOKIE.encode())]
            await send(message)

        if scope["type"] == "http":
            self.methods.add(scope["method"])
        await self._app(scope, receive, with_cookie)


async def _dialling(scope: Any, receive: Any, send: Any) -> None:
    document = f"<Response><Dial record='record-from-answer'><Number>{WORKER}</Number></Dial></Response>"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
    await send({"type": "http.response.body", "body": document.encode()})
