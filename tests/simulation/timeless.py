"""A call without its times: what two orders of the same facts must agree on."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from titus_core.calls.model import Call, Leg, Skip, Wave
from titus_core.kernel.clock import EPOCH


def timeless(call: Call) -> Call:
    return replace(
        call,
        version=0,
        seen_at=EPOCH,
        news_at=EPOCH,
        arrived_at=_once(call.arrived_at),
        ended_at=_once(call.ended_at),
        settled_at=_once(call.settled_at),
        held_since=_once(call.held_since),
        voicemail_offered_at=_once(call.voicemail_offered_at),
        agent=replace(call.agent, served_at=_once(call.agent.served_at)),
        waves=tuple(map(_wave, call.waves)),
        skips=tuple(map(_skip, call.skips)),
        legs=tuple(map(_leg, call.legs)),
    )


def _once(at: datetime | None) -> datetime | None:
    return None if at is None else EPOCH


def _wave(wave: Wave) -> Wave:
    end = None if wave.end is None else replace(wave.end, at=EPOCH)
    return replace(wave, offered_at=EPOCH, end=end)


def _skip(skip: Skip) -> Skip:
    return replace(skip, at=EPOCH)


def _leg(leg: Leg) -> Leg:
    return replace(leg, answered_at=_once(leg.answered_at), ended_at=_once(leg.ended_at))
