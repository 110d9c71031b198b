"""Conversations by the hundred that end within seconds, and what the agent's provider posts of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import msgspec

from tests.aftermath.talks import name_in, talks
from titus_adapters.elevenlabs.reading import OUR_CALL
from titus_adapters.sandbox.elevenlabs.events import transcript_event
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.scripts import Line, Script
from titus_adapters.sandbox.elevenlabs.signature import HEADER, sign
from titus_core.kernel.ids import CallId

AGENT, SECRET, SOMEBODY_ELSE = "agent_storm", "wsec_of_the_storm", "wsec_of_somebody_else"
SMALLEST, LARGEST = 10_000, 200_000
"""Bytes of a body, about: a few turns, and half an hour of talk with all that is told about each turn."""

REPEATED, FORGED = 0.1, 0.05
"""Of all posts: how many come again, byte for byte, and how many others besides come from somebody else."""

AGAIN_AFTER = 3.0
_A_TURN = 520
"""Bytes."""

_SENTENCES = (
    "I wanted to ask about the shift on Thursday.",
    "The worker usually comes in the afternoon, at about three o’clock.",
    "Let me check that for you.",
    "No, it is nothing urgent, but I would like to know before the weekend.",
    "Is there anything else that I should write down for the team?",
)


class Post(msgspec.Struct, frozen=True):
    """One request, `at` so many seconds after the storm began. `call_id` None: the conversation is of no call that we
    know. `genuine` False: another one signed it, and it must change nothing."""

    at: float
    headers: dict[str, str]
    body: bytes
    conversation: Conversation
    call_id: CallId | None
    genuine: bool


def storm(
    elevenlabs: ElevenLabsSandbox, calls: Sequence[CallId], count: int, seconds: float, random: Random
) -> list[Post]:
    """`count` conversations that end within so many seconds, in order of time, repetitions and forgeries besides. Every
    other one is of one of these calls, each call of one conversation."""
    posts: list[Post] = []
    for number, script in enumerate(talks(count + int(FORGED * count))):
        call_id = calls[number // 2] if number % 2 and number // 2 < len(calls) else None
        genuine = number < count
        conversation = _ended(elevenlabs, _long(script, random), call_id if genuine else None, random)
        at = random.uniform(0, seconds)
        posts.append(_post(elevenlabs, conversation, call_id, at, genuine=genuine))
        if genuine and random.random() < REPEATED:
            posts.append(msgspec.structs.replace(posts[-1], at=at + random.uniform(0, AGAIN_AFTER)))
    for post in posts:
        post.conversation.status = "in-progress"
    return sorted(posts, key=lambda post: post.at)


def word_in(conversation: Conversation) -> str:
    """What tells it from all others."""
    return name_in(conversation.script)


def _long(script: Script, random: Random) -> Script:
    """As many turns as make a body of some size between the bounds; small ones are as many as large ones."""
    turns = int(SMALLEST * (LARGEST / SMALLEST) ** random.random()) // _A_TURN
    return msgspec.structs.replace(script, lines=(*script.lines, *_chat(turns, random)))


def _chat(turns: int, random: Random) -> Iterator[Line]:
    for turn in range(turns):
        text = " ".join(random.sample(_SENTENCES, 2))
        yield Line(role="user" if turn % 2 else "agent", at=20.0 + 4.0 * turn, text=text)


def _ended(elevenlabs: ElevenLabsSandbox, script: Script, call_id: CallId | None, random: Random) -> Conversation:
    """Half of those of a call carry our id, the others the telephone's."""
    desk = elevenlabs.desk
    ours = {"dynamic_variables": {OUR_CALL: call_id}} if call_id is not None and random.random() < 0.5 else {}
    conversation = desk.open(AGENT, "redirected", "", "+61255500001", "inbound", ours)
    conversation.script, conversation.status = script, "done"
    conversation.call_sid = call_id if call_id is not None and not ours else desk.ids.new("CA")
    conversation.stream_sid = desk.ids.new("MZ")
    conversation.ended_at = desk.now()
    conversation.accepted_at = conversation.ended_at - script.lines[-1].at - 5
    return conversation


def _post(
    elevenlabs: ElevenLabsSandbox, conversation: Conversation, call_id: CallId | None, at: float, *, genuine: bool
) -> Post:
    body = transcript_event(elevenlabs.desk, conversation)
    signature = sign(SECRET if genuine else SOMEBODY_ELSE, body, elevenlabs.now)
    headers = {HEADER: signature, "Content-Type": "application/json", "User-Agent": "ElevenLabs/1.0"}
    return Post(at, headers, body, conversation, call_id, genuine)
