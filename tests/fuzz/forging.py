"""Forged and repeated webhooks at the whole application: nothing of them may be taken, and nothing may change."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import msgspec
from msgspec.structs import replace

from tests.fuzz import words
from tests.fuzz.client import Answer, Request, call
from tests.fuzz.forgeries import forged, forged_post_call, genuine
from tests.fuzz.judge import faults
from tests.fuzz.target import ACCOUNT, AUTH_TOKEN, ELEVENLABS_SECRET, Target
from tests.fuzz.webhooks import FIELDS, body_of, post_call, signed_form, valid

LIFE = 500
REFUSALS = frozenset({400, 401, 403, 404, 405, 413, 415})
"""404: with its path changed it is nothing that Titus knows."""
SPOOFED = (
    (b"x-forwarded-host", b"evil.example"),
    (b"x-forwarded-proto", b"http"),
    (b"x-forwarded-for", b"127.0.0.1"),
    (b"forwarded", b"host=evil.example;proto=http"),
    (b"x-original-url", b"/api/health"),
    (b"x-rewrite-url", b"/api/health"),
    (b"x-http-method-override", b"GET"),
    (b"host", b"evil.example"),
)
"""What proxies say of an address, and anybody else can."""

_POST_CALL = b"/api/voice/elevenlabs/post-call"
_INITIATION = b"/api/voice/elevenlabs/initiation"
_BODIES = (
    b'{"type":"post_call_transcription","event_timestamp":1,"data":{"conversation_id":"conv_1"}}',
    '{"type":"post_call_transcription","data":{"transcript":[{"message":"Zoë – 6 pm 🙏"}]}}'.encode(),
    b'{"type":"post_call_audio","data":{"full_audio":"' + b"A" * 20_000 + b'"}}',
    b"[1, 2]",
)


class Forged(msgspec.Struct, frozen=True):
    """`counts` by how it was forged and the status."""

    counts: Counter[tuple[str, int]]
    found: list[str]


def deliver(seeds: range) -> Forged:
    """Send one forgery or repetition a seed."""
    report = Forged(Counter(), [])
    for start in range(seeds.start, seeds.stop, LIFE):
        asyncio.run(_life(range(start, min(start + LIFE, seeds.stop)), report))
    return report


async def busy(target: Target, dice: random.Random) -> None:
    """Some calls and messages, so that there is something to tell of and to change."""
    for _ in range(50):
        await call(target.app, genuine(dice).request())


async def _life(seeds: range, report: Forged) -> None:
    target = await Target().open()
    dice = words.dice_of(seeds.start)
    with target.listening():
        await busy(target, dice)
        for seed in seeds:
            dice = words.dice_of(seed)
            [send] = dice.choices(_SENDERS, _WEIGHTS)
            how, answers, wrong = await send(dice, target)
            for request, answer in answers:
                report.counts[how, answer.status] += 1
                wrong += faults(request, answer)
            wrong += [f"logged {error}" for error in target.errors]
            target.errors.clear()
            report.found.extend(f"seed {seed} (from {seeds.start}): {how}: {fault}" for fault in wrong)


Outcome = tuple[str, list[tuple[Request, Answer]], list[str]]


async def _refused(target: Target, how: str, request: Request) -> Outcome:
    """Sent, and looked at: it is refused and nothing is another than before."""
    before = target.rows()
    answer = await call(target.app, request)
    after = target.rows()
    wrong = [] if answer.status in REFUSALS else [f"{request} was answered {answer.status}"]
    wrong += [f"{request} changed {name}" for name in before if before[name] != after[name]]
    return how, [(request, answer)], wrong


async def _forgery(dice: random.Random, target: Target) -> Outcome:
    how, false = forged(dice)
    spoofed = dice.sample(SPOOFED, dice.randint(1, 3)) if dice.random() < 0.3 else ()
    return await _refused(target, how, false.request(*spoofed))


async def _foreign(dice: random.Random, target: Target) -> Outcome:
    """Signed with our key, for another account."""
    route = dice.choice([route for route, fields in FIELDS.items() if "AccountSid" in fields])
    other = dice.choice(("AC" + "9" * 32, ACCOUNT.lower(), ACCOUNT + " ", "", ACCOUNT[:-1], "*"))
    fields = {**valid(dice, route), "AccountSid": other}
    return await _refused(target, "another account", signed_form(route, body_of(fields)))


async def _elevenlabs(dice: random.Random, target: Target) -> Outcome:
    host, kind = (b"host", b"titus.example.org.au"), (b"content-type", b"application/json")
    if dice.random() < 0.2:
        near = (ELEVENLABS_SECRET[:-1], ELEVENLABS_SECRET + " x", ELEVENLABS_SECRET.upper(), "", AUTH_TOKEN, "é\ufffd")
        secret = (b"x-titus-secret", dice.choice(near).encode())
        headers = (host, kind, secret) if dice.random() < 0.8 else (host, kind)
        request = Request(method="POST", target=_INITIATION, headers=headers, chunks=(_BODIES[0],))
        return await _refused(target, "elevenlabs: another secret", request)
    how, body, header = forged_post_call(dice, int(target.world.clock.now().timestamp()), dice.choice(_BODIES))
    headers = (host, kind, (b"elevenlabs-signature", header))
    request = Request(method="POST", target=_POST_CALL, headers=headers, chunks=(body,))
    return await _refused(target, f"elevenlabs: {how}", request)


async def _repetition(dice: random.Random, target: Target) -> Outcome:
    """Taken once; when it comes again, also later and under another token, the answer is the same and the end of it."""
    request = genuine(dice).request((b"i-twilio-idempotency-token", b"once"))
    if dice.random() < 0.1:
        body, sent = dice.choice(_BODIES), str(int(target.world.clock.now().timestamp()) - dice.randint(-200, 1700))
        headers = (*request.headers[:3], (b"elevenlabs-signature", post_call(body, sent)))
        request = Request(method="POST", target=_POST_CALL, headers=headers, chunks=(body,))
    first = await call(target.app, request)
    target.world.clock.advance(dice.choice((0, 1, 30)))
    again = replace(request, headers=(*request.headers[:2], *request.headers[3:]))
    before = target.rows()
    second = await call(target.app, dice.choice((request, again)))
    after = target.rows()
    wrong = [] if first.status == 200 else [f"{request} was answered {first.status}"]
    wrong += [f"{request} again changed {name}" for name in before if before[name] != after[name]]
    if (first.status, first.body) != (second.status, second.body):
        wrong.append(f"{request} again was answered {second.status} {second.body!r}, not {first.body!r}")
    return "a repetition", [(request, first), (request, second)], wrong


_SENDERS = (_forgery, _foreign, _elevenlabs, _repetition)
_WEIGHTS = (70, 5, 15, 10)
