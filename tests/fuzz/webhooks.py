"""Requests of providers, right and wrong, signed as the providers sign them: only so is what stands behind the
signature reached. The signing is our own, from the vendors' descriptions."""

from __future__ import annotations

import hmac
import random
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qsl

from tests.fuzz import words
from tests.fuzz.client import Request
from tests.fuzz.target import ACCOUNT, AUTH_TOKEN, BASE_URL, CALLER, ELEVENLABS_SECRET, TITUS_NUMBER
from tests.fuzz.wire import Header, query, quoted

HOOK = b"/api/voice/webhook/"
FORM = b"application/x-www-form-urlencoded"
FORM_TYPES = (FORM, FORM, FORM, FORM + b"; charset=UTF-8")
OTHER_TYPES = (
    b"",
    b"text/plain",
    b"application/json",
    FORM + b"; charset=latin-1",
    FORM + b"; charset=no-such-charset",
    FORM + b"; charset=utf-7; charset=utf-8",
    FORM + b"\xff",
    b"multipart/form-data",
    b"multipart/form-data; boundary=b",
)
CALLS = tuple(f"CA{number:032x}" for number in range(8))
LEGS = tuple(f"CA{number:032x}" for number in range(0xF0, 0xF8))
RECORDINGS = tuple(f"RE{number:032x}" for number in range(4))
STATUSES = ("queued", "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled")

_COMMON = {"AccountSid": (ACCOUNT,), "ApiVersion": ("2010-04-01",), "CallSid": CALLS, "From": (CALLER, "anonymous")}
_TO = (TITUS_NUMBER, "+61255500002")
_VOICE = {**_COMMON, "To": _TO, "CallStatus": STATUSES, "Direction": ("inbound",), "FromZip": ("",)}
_RUNG = ("+61491570151", "+61491570152", "client:user_3")
_LEG = {**_VOICE, "CallSid": LEGS, "ParentCallSid": CALLS, "To": _RUNG}
_RECORDED = {"RecordingSid": RECORDINGS, "RecordingDuration": ("7", "0"), "RecordingUrl": ("https://api.example/R",)}
TEXTS = ("SM" + "1" * 32, "SM" + "2" * 32)
FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "inbound": {**_VOICE, "CallerName": ("Zoë",), "SipHeader_X-Reason": ("none",)},
    "hunt-step": {**_VOICE, "DialCallStatus": STATUSES, "DialCallSid": LEGS, "DialCallDuration": ("0", "61")},
    "screen": {**_LEG, "Digits": ("1", "2", ""), "SpeechResult": ("yes",)},
    "agent": _VOICE,
    "voicemail": {**_VOICE, **_RECORDED, "Digits": ("hangup",)},
    "fallback": {**_VOICE, "ErrorCode": ("11200",), "ErrorUrl": (f"{BASE_URL}/api/voice/webhook/hunt-step",)},
    "status": {**_LEG, "CallDuration": ("9", ""), "SequenceNumber": ("0", "3"), "SipResponseCode": ("200", "486")},
    "recording": {**_COMMON, **_RECORDED, "RecordingStatus": ("in-progress", "completed", "absent")},
    "notice": _LEG,
    "outbound": _VOICE,
    "browser-outbound": {
        **_VOICE,
        "From": ("client:user_1", "client:user_4", "client:user_99", CALLER),
        "To": ("0491 570 110", "client:user_2", "000", "+61491570151"),
    },
    "sms-inbound": {"AccountSid": (ACCOUNT,), "MessageSid": TEXTS, "From": (CALLER,), "Body": ("hi", "STOP")},
    "sms-status": {"MessageSid": TEXTS, "MessageStatus": ("sent", "delivered")},
    "transcription": {"CallSid": CALLS, "TranscriptionText": ("hello",)},
    "debugger": {"AccountSid": (ACCOUNT,), "Sid": ("NO1",), "Payload": ('{"more_info":{}}',)},
}
QUERIES = {
    "callSid": CALLS,
    "step": ("1", "2"),
    "hold": ("1",),
    "wave": ("1",),
    "turn": ("1",),
    "stage": ("1",),
    "request": ("d1",),
}
_QUERY = {"to": ("+61491570151",), **QUERIES}
_PER_LEG = ("status", "recording", "screen")


def valid(dice: random.Random, route: str) -> dict[str, str]:
    """Fields that Titus understands, of a call out of a few."""
    fields = {name: dice.choice(values) for name, values in FIELDS[route].items()}
    if route in _PER_LEG and dice.random() < 0.4:
        fields.pop("ParentCallSid", None)
    return fields


def body_of(fields: Mapping[str, str]) -> bytes:
    return b"&".join(quoted(name) + b"=" + quoted(value) for name, value in fields.items())


def signature(target: bytes, form: bytes, secret: str = AUTH_TOKEN, digest: str = "sha1") -> bytes:
    """`X-Twilio-Signature` of a form; what no form can hold is signed as something, since it is refused unread."""
    if form.count(b"&") > 1000:
        return b"nobody will look at it"
    pairs = dict(parse_qsl(form.decode("utf-8", "replace"), keep_blank_values=True))
    message = BASE_URL + target.decode("utf-8", "replace") + "".join(name + pairs[name] for name in sorted(pairs))
    return b64encode(hmac.digest(secret.encode(), message.encode("utf-8", "replace"), digest))


def signed_form(route: str, body: bytes, asked: bytes = b"", content_type: bytes = FORM) -> Request:
    """The request as Twilio sends it."""
    target = HOOK + route.encode() + (b"?" + asked if asked else b"")
    headers = (
        (b"host", b"titus.example.org.au"),
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
        (b"x-twilio-signature", signature(target, body)),
    )
    return Request(method="POST", target=target, headers=headers, chunks=(body,))


def twilio(dice: random.Random) -> Request:
    """A signed webhook: well-formed with hostile values most often, else not well-formed."""
    route = dice.choice(tuple(FIELDS))
    fields = valid(dice, route)
    for _ in range(dice.choice((0, 1, 1, 2, 4))):
        name = dice.choice(tuple(fields)) if fields and dice.random() < 0.85 else words.text(dice)[:90]
        fields[name] = words.text(dice)
    for name in tuple(fields) if dice.random() < 0.3 else ():
        if dice.random() < 0.3:
            del fields[name]
    body = body_of(fields)
    if dice.random() < 0.25:
        body = broken(dice, body)
    kind = dice.choice(FORM_TYPES if dice.random() < 0.95 else OTHER_TYPES)
    asked = b"" if dice.random() < 0.4 else _hints(dice)
    if dice.random() < 0.05:
        return _as_get(route, body)
    return signed_form(route, body, asked, kind)


def broken(dice: random.Random, body: bytes) -> bytes:
    """The form with something that no form should have."""
    place = dice.randint(0, len(body))
    match dice.randrange(9):
        case 0:
            return body + b"&" + body
        case 1:
            return body + b"".join(b"&f%d=%d" % (number, number) for number in range(dice.choice((80, 101, 10_000))))
        case 2:
            return body[:place] + dice.choice((b"%", b"%z", b"%zz", b"%u0041", b"%C3%28", b"%ED%A0%80")) + body[place:]
        case 3:
            return body[:place] + dice.choice((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\0", b"%00")) + body[place:]
        case 4:
            return body + b"&Body=" + b"x" * dice.choice((60_000, 70_000, 300_000))
        case 5:
            return dice.choice((b"", b"&", b"&&&=", b"=", b"==&=", b"?", b"[]=1&[a][b]=2"))
        case 6:
            return b"--b\r\nContent-Disposition: form-data; name=CallSid\r\n\r\n" + body + b"\r\n--b-"
        case 7:
            return body[:place] + words.noise(dice) + body[place:]
        case _:
            return body[:place]


def elevenlabs(dice: random.Random, now: int) -> Request:
    """A signed report, or the question that comes with a secret."""
    body = dice.choice(
        (
            b'{"type":"post_call_transcription","data":{}}',
            _sound(dice),
            b'{"call_sid":"%b"}' % dice.choice(CALLS).encode(),
            b"",
            b"[" * 100_000,
            words.noise(dice, 200),
        )
    )
    body = broken(dice, body) if dice.random() < 0.5 else body
    if dice.random() < 0.5:
        header: Header = (b"x-titus-secret", ELEVENLABS_SECRET.encode())
        return _post(b"/api/voice/elevenlabs/initiation", body, header)
    sent = str(now - dice.randint(-400, 2000))
    return _post(b"/api/voice/elevenlabs/post-call", body, (b"elevenlabs-signature", post_call(body, sent)))


def _sound(dice: random.Random) -> bytes:
    """An audio event, perhaps large, perhaps of what is no sound."""
    sound = dice.choice(
        (
            b64encode(words.noise(dice, 300)),
            b"A" * dice.choice((4, 7, 400_000, 2_000_000)),
            b"=" * 9,
            b"AA==AAAA",
            b"\\/\\/\\/\\",
            words.noise(dice, 60),
        )
    )
    known = dice.choice((b"conv_1", b"conv_2", b"", b"../../x", b"\\u0000", b"\\ud800", b"a" * 700))
    members = [b'"conversation_id":"' + known + b'"', b'"full_audio":"' + sound + b'"', b'"agent_id":"a"']
    dice.shuffle(members)
    kind = dice.choice((b"post_call_audio", b"unredacted_audio"))
    return b'{"data":{' + b",".join(members) + b'},"type":"' + kind + b'"}'


def post_call(body: bytes, sent: str, secret: str = ELEVENLABS_SECRET) -> bytes:
    """ElevenLabs' header for this body."""
    digest = hmac.digest(secret.encode(), sent.encode() + b"." + body, sha256)
    return f"t={sent},v0={digest.hex()}".encode()


def _post(target: bytes, body: bytes, header: Header) -> Request:
    headers = ((b"host", b"titus.example.org.au"), (b"content-type", b"application/json"), header)
    return Request(method="POST", target=target, headers=headers, chunks=(body,))


def _hints(dice: random.Random) -> bytes:
    if dice.random() < 0.5:
        return query(dice, tuple(_QUERY))
    chosen = dice.sample(tuple(_QUERY), dice.randint(1, 3))
    return b"&".join(name.encode() + b"=" + quoted(dice.choice(_QUERY[name])) for name in chosen)


def _as_get(route: str, body: bytes) -> Request:
    target = HOOK + route.encode() + b"?" + body
    headers = ((b"host", b"titus.example.org.au"), (b"x-twilio-signature", signature(target, b"")))
    return Request(method="GET", target=target, headers=headers)
