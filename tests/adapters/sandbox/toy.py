"""A small app that hunts, as far from Titus as can be: what the sandbox's tests let Twilio talk to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from twilio.request_validator import RequestValidator

from titus_adapters.sandbox.twilio.behaviour import PhoneBehaviour
from titus_adapters.sandbox.twilio.engine.wire import wire_to
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switchboard import Account

HOST = "titus.test"
LINE = "+61255500001"
CALLER = "+61491570110"
FIRST, SECOND, THIRD = "+61491570006", "+61491570156", "+61491570157"
EVENTS = "initiated ringing answered completed"

Form = dict[str, str]


class Reply(msgspec.Struct, frozen=True):
    body: str = "<Response/>"
    status: int = 200
    content_type: str = "text/xml"
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Seen(msgspec.Struct, frozen=True):
    path: str
    query: dict[str, str]
    form: Form
    headers: dict[str, str]
    signed: bool


Route = str | Reply | Callable[[Seen], str | Reply]


class Toy:
    """Routes by path; keeps what it saw, and whether the official validator believed it."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.seen: list[Seen] = []
        self._validator = RequestValidator(Account().auth_token)

    def at(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = await _body(receive)
        seen = self._read(scope, body)
        self.seen.append(seen)
        route = self.routes.get(seen.path, Reply())
        answer = route(seen) if callable(route) else route
        reply = Reply(answer) if isinstance(answer, str) else answer
        headers = [(b"content-type", reply.content_type.encode()), *reply.headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body.encode()})

    def _read(self, scope: Any, body: bytes) -> Seen:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        query = scope["query_string"].decode()
        url = f"{scope['scheme']}://{headers['host']}{scope['path']}{'?' if query else ''}{query}"
        signed = bool(self._validator.validate(url, form, headers["x-twilio-signature"]))
        return Seen(scope["path"], dict(parse_qsl(query, keep_blank_values=True)), form, headers, signed)


async def _body(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


def twiml(*verbs: str) -> str:
    return f"<Response>{''.join(verbs)}</Response>"


def dial(*nouns: str, action: str = "/after", **attributes: str) -> str:
    """A Dial of these nouns, answered on bridge and 10 s long unless told otherwise."""
    given = {"timeout": "10", "answerOnBridge": "true", "action": action} | attributes
    words = "".join(f' {name}="{value}"' for name, value in given.items() if value)
    return f"<Dial{words}>{''.join(nouns)}</Dial>"


def number(phone: str, *, screened: bool = False, **attributes: str) -> str:
    given = {"statusCallback": "/status", "statusCallbackEvent": EVENTS} | attributes
    if screened:
        given["url"] = "/screen"
    words = "".join(f' {name}="{value}"' for name, value in given.items())
    return f"<Number{words}>{phone}</Number>"


def client(identity: str) -> str:
    return f'<Client statusCallback="/status" statusCallbackEvent="{EVENTS}">{identity}</Client>'


SCREEN = twiml('<Gather numDigits="1" action="/accept"><Say>Press 1 to take the call.</Say></Gather>', "<Hangup/>")
VOICEMAIL = twiml(
    "<Say>Please leave a message.</Say>",
    '<Record action="/kept" recordingStatusCallback="/recording" '
    'recordingStatusCallbackEvent="in-progress completed absent"/>',
)


def accept(seen: Seen) -> str:
    return twiml() if seen.form["Digits"] == "1" else twiml("<Hangup/>")


def hunt(members: Sequence[str], *, screened: bool = True) -> dict[str, Route]:
    """One member after another, then voicemail: goes on unless the two were joined."""

    def step(place: int) -> str:
        if place == len(members):
            return VOICEMAIL
        return twiml(
            dial(
                number(members[place], screened=screened),
                action=f"/step?n={place + 1}#rc=2&amp;rp=all",
                record="record-from-answer-dual",
                recordingStatusCallback="/recording",
            )
        )

    def after(seen: Seen) -> str:
        done = seen.form.get("DialBridged") == "true" or seen.form["CallStatus"] == "completed"
        return twiml("<Hangup/>") if done else step(int(seen.query["n"]))

    return {"/in": lambda _: step(0), "/step": after, "/screen": SCREEN, "/accept": accept}


class Stage(msgspec.Struct, frozen=True):
    """The toy and the sandbox that plays Twilio to it."""

    toy: Toy
    twilio: TwilioSandbox

    def phone(self, number: str, *reactions: PhoneBehaviour) -> None:
        self.twilio.world.phone(number, *reactions)


def stage(**settings: Any) -> Stage:
    """A sandbox with one number that asks the toy at `/in`; strict about documents unless told otherwise."""
    toy = Toy()
    twilio = TwilioSandbox(wire_to({HOST: toy}), **({"strict": True} | settings))
    twilio.world.number(
        LINE,
        voice_url=f"https://{HOST}/in",
        voice_fallback_url=f"https://{HOST}/fallback",
        status_callback=f"https://{HOST}/status",
        sms_url=f"https://{HOST}/text",
    )
    return Stage(toy, twilio)
