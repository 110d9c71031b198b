"""Whom a call keeps from other calls, and until when at the latest (decision 0011). Derived from the call."""

from __future__ import annotations

from datetime import timedelta

from titus_core.calls.evidence import leg_of, result_given, talk_ended_at, winner
from titus_core.calls.model import Attempt, Call, CallStatus, RingStage, Wave
from titus_core.hunt_groups.availability import Engagement
from titus_core.hunt_groups.model import Prompts
from titus_core.kernel.ids import UserId

SCREENING_ALLOWANCE = timedelta(seconds=30)
"""How long picking up, hearing the prompt and pressing a key may take after the ringing."""

INSISTENCE = timedelta(seconds=15)
"""How long the provider repeats a question whose answer got lost, at the longest (`twilio.md` §1.3)."""

QUESTIONS = 3
"""Each of which may be repeated: whom to ring, what to say to someone who picked up, what their key means."""

LETTERS_PER_SECOND = 10
"""How fast prompts are spoken, at the slowest: nobody is rung before the caller heard them to the end."""

TALK_LEASE = timedelta(hours=4, minutes=15)
"""The longest that anybody counts as talking without an event that ends it: the provider's limit, and a margin."""


def engagements(call: Call) -> tuple[Engagement, ...]:
    """Who this call keeps from other calls, one row a person, by user id."""
    strongest: dict[UserId, Engagement] = {}
    for wave in call.waves:
        won = winner(call, wave)
        for attempt in wave.attempts:
            engagement = _engagement(call, wave, attempt, won)
            if engagement is not None:
                known = strongest.get(engagement.user_id)
                strongest[engagement.user_id] = engagement if known is None else max(known, engagement, key=_strength)
    if call.placed_by is not None and call.arrived_at is not None and call.live:
        # Whoever calls out is on the line, whatever else this call holds them for.
        strongest[call.placed_by] = Engagement(call.placed_by, call.id, "talking", call.arrived_at + TALK_LEASE)
    return tuple(strongest[user_id] for user_id in sorted(strongest))


def _engagement(call: Call, wave: Wave, attempt: Attempt, won: Attempt | None) -> Engagement | None:
    if attempt.user_id is None:
        return None
    if won is attempt:
        return _talk(call, wave, attempt, attempt.user_id)
    if wave.end is not None or not call.live:
        return None
    if not attempt.screened and _is_picked_up(call, wave, attempt):
        # Without screening whoever picks up has the caller, even if word of another's key came first.
        return Engagement(attempt.user_id, call.id, "talking", wave.offered_at + TALK_LEASE)
    found = result_given(call, wave, attempt, won)
    ringing = timedelta(seconds=wave.ring_seconds) + SCREENING_ALLOWANCE + QUESTIONS * INSISTENCE
    until = wave.offered_at + _speaking(call) + ringing
    if found is None:
        return Engagement(attempt.user_id, call.id, "ringing", until)
    return Engagement(attempt.user_id, call.id, "leaving", until) if _is_on_the_leg(call, wave, attempt) else None


def _talk(call: Call, wave: Wave, attempt: Attempt, user_id: UserId) -> Engagement | None:
    """The conversation, or the time after it that the group leaves for notes."""
    over = talk_ended_at(call, wave, attempt)
    if over is None:
        return Engagement(user_id, call.id, "talking", wave.offered_at + TALK_LEASE)
    wrap_up = _wrap_up(call, wave)
    return Engagement(user_id, call.id, "wrap_up", over + wrap_up) if wrap_up else None


def _is_picked_up(call: Call, wave: Wave, attempt: Attempt) -> bool:
    leg = leg_of(call, wave, attempt)
    return leg is not None and leg.status is CallStatus.IN_PROGRESS


def _is_on_the_leg(call: Call, wave: Wave, attempt: Attempt) -> bool:
    """Whether the phone of someone who lost or declined is not told to be free yet: it may still speak to them."""
    leg = leg_of(call, wave, attempt)
    return leg is not None and not leg.status.ended


def _speaking(call: Call) -> timedelta:
    """How long the caller listens before it rings: to the greeting and the recording notice."""
    prompts = call.plan.prompts if call.plan is not None else Prompts()
    return timedelta(seconds=(len(prompts.greeting) + len(prompts.recording_notice)) / LETTERS_PER_SECOND)


def _wrap_up(call: Call, wave: Wave) -> timedelta:
    stage = call.plan.stages[wave.stage] if call.plan is not None else None
    return timedelta(seconds=stage.wrap_up_seconds if isinstance(stage, RingStage) else 0)


def _strength(engagement: Engagement) -> int:
    return ("leaving", "ringing", "wrap_up", "talking").index(engagement.kind)
