"""What a storm came to: what was found, and how long callers and posts waited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

import msgspec
import sqlalchemy as sa

from tests.faults.live.figures import percentile
from tests.faults.storm.posts import Post, word_in
from tests.faults.storm.run import Played, Script, played
from titus_adapters.sql.inbox import inbox
from titus_adapters.sql.statements import Query, bind
from titus_core.calls.transcripts import Transcript
from titus_core.kernel.ids import ConversationId

STEP = "hunt-step"
DOCUMENTS = frozenset({"inbound", STEP, "screen", "agent", "fallback", "voicemail"})
ROUTE = "elevenlabs/post-call"

_STORED = Query(
    sa.select(sa.func.count()).select_from(inbox).where(inbox.c.route == bind(inbox.c.route)), lambda count: count
)


class Figures(msgspec.Struct, frozen=True):
    """`steps` are the seconds that callers waited for the next step of their hunt while it stormed, sorted."""

    lines: list[str]
    found: list[str]
    steps: list[float]


async def proved(script: Script) -> Figures:
    """Play it, look, and measure."""
    async with played(script) as over:
        steps = _waited(over, {STEP}, *over.storm)
        return Figures(list(_lines(over, steps)), [found async for found in _found(over)], steps)


async def _found(over: Played) -> AsyncIterator[str]:
    """Whatever is not there, not with its call, there twice, or was not refused."""
    for post, answer in zip(over.posts, over.answers, strict=True):
        if answer.status != (200 if post.genuine else 401):
            yield f"{post.conversation.id}, genuine: {post.genuine}, got {answer.status}"
    for post in {post.conversation.id: post for post in over.posts}.values():
        kept = await over.store.reader.transcript(ConversationId(post.conversation.id))
        if (wrong := _wrong(post, kept)) is not None:
            yield f"{post.conversation.id} {wrong}"
    (stored,) = await over.store.reader._reading.all(_STORED, {"route": ROUTE})
    if stored != over.script.posts:
        yield f"{stored} bodies are stored of {over.script.posts}"
    for exchange in over.wire.exchanges:
        if not exchange.acknowledged:
            yield f"{exchange.route} got {exchange.answer.status or exchange.answer.error}"
    for line in over.log.splitlines():
        if "Traceback" in line or " ERROR " in line:
            yield f"log: {line}"


def _wrong(post: Post, kept: Transcript | None) -> str | None:
    """What is not right with what is kept of a conversation."""
    if not post.genuine:
        return "is forged, and kept" if kept is not None else None
    said = [line.text for line in post.conversation.script.lines]
    if kept is None or [turn.text for turn in kept.conversation.turns] != said:
        return "is not kept word for word"
    if kept.call_id != post.call_id:
        return f"is with {kept.call_id}, and of {post.call_id}"
    if kept.summary is None or word_in(post.conversation) not in kept.summary.text:
        return f"is summarised as {kept.summary}"
    return None


def _lines(over: Played, steps: Sequence[float]) -> Iterator[str]:
    script, (began, ended) = over.script, over.storm
    answers = sorted(answer.seconds for answer in over.answers)
    sizes = sorted(len(post.body) for post in over.posts)
    calm = _waited(over, {STEP}, 0.0, began)
    after = _waited(over, {STEP}, ended, float("inf"))
    yield (
        f"{len(over.posts):,} posts of {sizes[0] // 1000} to {sizes[-1] // 1000} kB ({sum(sizes) / 1e6:.0f} MB) in "
        f"{ended - began:.1f} s beside {script.callers} callers at once: {script.posts:,} conversations, "
        f"{len(over.posts) - script.posts - _forged(over):,} repetitions, {_forged(over)} forgeries"
    )
    yield f"hunt steps: {_told(steps)}; in the calm before {_told(calm)}; while the rest was worked off {_told(after)}"
    yield f"all documents meanwhile: {_told(_waited(over, DOCUMENTS, began, ended))}; posts: {_told(answers)}"
    yield f"summaries written {over.drained:.0f} s after the storm; {over.grown / 1e6:.0f} MB more memory at most"


def _forged(over: Played) -> int:
    return sum(not post.genuine for post in over.posts)


def _told(seconds: Sequence[float]) -> str:
    p50, p99 = percentile(seconds, 0.5) * 1000, percentile(seconds, 0.99) * 1000
    return f"{len(seconds):,}, p50 {p50:.0f} ms, p99 {p99:.0f} ms, {max(seconds, default=0.0) * 1000:.0f} ms at most"


def _waited(over: Played, kinds: frozenset[str] | set[str], began: float, ended: float) -> list[float]:
    """For answers of these routes that were asked for in this span of time, sorted."""
    exchanges = [one for one in over.wire.exchanges if one.route in kinds and began <= one.began < ended]
    return sorted(one.seconds for one in exchanges)
