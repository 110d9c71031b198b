"""R2 and R6: every offer that was stored is dialled, or is known to be over. An offer that nobody dials is a person
held for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.history import LATER, History, Step
from titus_core.calls.facts import CallerIsStranded, CallerWaits, DialEnded
from titus_core.calls.instructions import Dial, Hold
from titus_core.calls.model import Call
from titus_core.hunt_groups.availability import Engagement


def r6_every_offer_is_dialled(history: History, step: Step) -> Iterator[str]:
    """By the very answer that it was made for. (A crash took that answer where nothing is delivered; its repetition is
    answered alike, or the next check finds the person.)"""
    if step.delivered is None:
        return
    heard = () if step.delivered.route.endswith(LATER) else step.instructions
    dialled = {instruction.wave for instruction in heard if isinstance(instruction, Dial)}
    for change, offer in step.offers:
        ended = any(wave.number == offer.wave and wave.end is not None for wave in change.after.waves)
        if offer.wave not in dialled and not ended:
            yield f"wave {offer.wave} of {change.after.id} is stored, and nobody is told to dial it"


def r2_nobody_is_held_for_what_was_never_dialled(history: History, step: Step) -> Iterator[str]:
    """When a caller asks what comes next, all that was offered before and never rang is given up, or rings now. While
    the caller is asked to wait, Titus does not know where they are."""
    delivered = step.delivered
    if delivered is None or not delivered.fresh or delivered.again or step.raced:
        return
    fact = delivered.fact
    if not isinstance(fact, DialEnded | CallerWaits | CallerIsStranded) or fact.call_id not in history.truths:
        return
    if any(isinstance(instruction, Hold) for instruction in step.instructions):
        return
    call = step.changes[0].after if step.changes else history.calls[fact.call_id]
    rings = {instruction.wave for instruction in step.instructions if isinstance(instruction, Dial)}
    for row in history.engaged.values():
        if row.call_id == call.id and row.kind == "ringing" and row.until > step.at:
            wave = _wave(call, row)
            if wave not in rings and (call.id, wave) not in history.rung:
                yield f"{row} is held for wave {wave} of {call.id}, which never rang"


def _wave(call: Call, row: Engagement) -> int:
    """The latest wave that offers this person."""
    return max(wave.number for wave in call.waves if any(a.user_id == row.user_id for a in wave.attempts))


OFFER_CHECKS = (r6_every_offer_is_dialled, r2_nobody_is_held_for_what_was_never_dialled)
