"""Nothing is done twice: nobody rung for two calls, no wave dialled for two questions, no answer given in two ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tests.faults.live import people
from tests.faults.live.ledger import Ledger
from titus_adapters.sandbox.twilio.records import Call as Caller
from titus_adapters.sandbox.twilio.records import Entry
from titus_core.calls.facts import KeyPressed
from titus_core.calls.instructions import Accept, Dial
from titus_core.kernel.ids import CallId
from titus_http.webhooks.twilio.links import Links
from titus_http.webhooks.twilio.twiml import render


def nobody_is_rung_twice_at_once(ledger: Ledger) -> Iterator[str]:
    legs = {leg.sid: leg for leg in ledger.played.twilio.calls}
    for clash in ledger.played.twilio.world.double_rings:
        if clash.address == people.ON_CALL:
            continue  # an external service: nobody knows whom else it serves
        told = [line for sid in (*clash.others, clash.sid) for line in _story(legs[sid], ledger)]
        yield "\n  ".join([f"{clash.address} was rung at {clash.at:.1f} while it rang or talked", *told])


def _story(leg: Caller, ledger: Ledger) -> Iterator[str]:
    """What the world knows of a leg and of its caller, and what Titus does."""
    root = leg.root
    yield f"leg {leg.sid} of {root.sid}"
    entries = sorted(
        [(entry, "caller") for entry in root.timeline] + [(entry, "leg") for entry in leg.timeline], key=_at
    )
    yield from (f"  {entry.at:.1f} {whose}: {entry.kind} {entry.text}" for entry, whose in entries)
    yield f"  {ledger.stored.calls.get(CallId(root.sid))}"


def _at(entry: tuple[Entry, str]) -> float:
    return entry[0].at


def a_wave_is_dialled_for_one_question(ledger: Ledger) -> Iterator[str]:
    dialled: dict[tuple[CallId, int], set[str]] = defaultdict(set)
    for kept in ledger.stored.inbox.values():
        for instruction in kept.reply.instructions if kept.reply is not None else ():
            if isinstance(instruction, Dial) and kept.reply is not None:
                dialled[kept.reply.call_id, instruction.wave].add(kept.key)
    for (call_id, wave), keys in dialled.items():
        if len(keys) > 1:
            yield f"wave {wave} of {call_id} is dialled for {sorted(keys)}"


def a_caller_talks_to_one_person(ledger: Ledger) -> Iterator[str]:
    for call_id, caller in ledger.callers.items():
        if len(caller.bridges) > 1:
            yield f"{call_id} was joined with {caller.bridges}"


def one_person_of_a_wave_is_told_to_have_the_caller(ledger: Ledger) -> Iterator[str]:
    for call_id, history in ledger.histories.items():
        accepted: dict[int | None, set[str]] = defaultdict(set)
        for delivered in history.delivered:
            fact, reply = delivered.fact, delivered.reply
            if isinstance(fact, KeyPressed) and reply is not None and isinstance(reply.instructions[-1], Accept):
                accepted[fact.wave].add(fact.leg_id)
        for wave, legs in accepted.items():
            if len(legs) > 1:
                yield f"{sorted(legs)} all have the caller of {call_id}, wave {wave}"


def repetitions_get_the_same_bytes(ledger: Ledger) -> Iterator[str]:
    """The stored answer, each time; what stood in for it does not count."""
    for told in ledger.all_answered():
        kept = ledger.stored.inbox.get((told.route.name, told.key))
        if told.asked and not told.stands_in and kept is not None:
            expected = render(kept.reply, Links(kept.base_url)) if kept.reply is not None else None
            if told.exchange.answer.body != expected:
                yield f"{told.route.name} {told.key} got {told.exchange.answer.body!r}, stored is {expected!r}"


def nobody_is_held(ledger: Ledger) -> Iterator[str]:
    """Nothing is left but leases of wrap-ups, which end by themselves."""
    for member in ledger.played.members:
        row = member.engagement
        settled = ledger.stored.calls[row.call_id].settled_at if row is not None else None
        if row is not None and (row.kind != "wrap_up" or settled is None or row.until > settled):
            yield f"{row} is left"
