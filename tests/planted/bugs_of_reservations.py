"""Bugs in who is kept for which call: reservations, leases, wrap-up, races."""

from __future__ import annotations

from tests.planted.planting import Bug

RESERVATIONS = (
    Bug(
        "not-released",
        "Whoever did not answer stays reserved: soon nobody can be rung.",
        "titus_core/calls/delivering.py",
        "    tx.engagements.replace(engagements(before) if before is not None else (), engagements(after), at)",
        "    tx.engagements.replace((), engagements(after), at)",
    ),
    Bug(
        "lease-never-expires",
        "Somebody whose last event was lost is never rung again.",
        "titus_core/hunt_groups/availability.py",
        "    if engagement is None or engagement.until <= now:",
        "    if engagement is None:",
    ),
    Bug(
        "lease-too-short",
        "A reservation ends while the phone still rings: a second caller is offered the same person.",
        "titus_core/calls/holding.py",
        "timedelta(seconds=wave.ring_seconds) + SCREENING_ALLOWANCE + QUESTIONS * INSISTENCE",
        "timedelta(seconds=5)",
    ),
    Bug(
        "greeting-not-counted",
        "The time of the spoken notice is not in the lease: it ends while the phone still rings.",
        "titus_core/calls/holding.py",
        "    until = wave.offered_at + _speaking(call) + ringing",
        "    until = wave.offered_at - 20 * _speaking(call) + ringing",
    ),
    Bug(
        "talk-ends-after-a-minute",
        "Whoever talks longer than a minute is offered a second caller.",
        "titus_core/calls/holding.py",
        "TALK_LEASE = timedelta(hours=4, minutes=15)",
        "TALK_LEASE = timedelta(minutes=1)",
    ),
    Bug(
        "loser-freed-too-early",
        "Whoever lost the race is offered another caller while the first one's prompt still speaks to them.",
        "titus_core/calls/holding.py",
        "    return leg is not None and not leg.status.ended",
        "    return False",
    ),
    Bug(
        "wrap-up-ignored",
        "Nobody gets the time for notes that the group grants.",
        "titus_core/calls/holding.py",
        "over + wrap_up) if wrap_up else None",
        "over + wrap_up) if wrap_up < wrap_up else None",
    ),
    Bug(
        "wrap-up-rung",
        "People are rung while they write their notes.",
        "titus_core/hunt_groups/availability.py",
        "            return Reason.WRAP_UP\n",
        "            return None\n",
    ),
    Bug(
        "reserved-person-offered",
        "Somebody whose phone rings for one caller is offered another.",
        "titus_core/hunt_groups/availability.py",
        "            return Reason.RESERVED if engagement.call_id != call_id else None",
        "            return None",
    ),
    Bug(
        "wrong-person-reserved",
        "When two are rung together, the first is reserved twice and the second not at all.",
        "titus_core/calls/holding.py",
        '        return Engagement(attempt.user_id, call.id, "ringing", until)',
        '        return Engagement(wave.attempts[0].user_id or attempt.user_id, call.id, "ringing", until)',
    ),
    Bug(
        "one-call-frees-anothers-person",
        "When a call ends, its people are freed although another call has them by now.",
        "titus_adapters/memory/engagements.py",
        "        if holder is not None and holder.call_id == engagement.call_id:",
        "        if holder is not None:",
    ),
    Bug(
        "reservation-by-hope",
        "Two calls at the same moment reserve the same person.",
        "titus_adapters/memory/engagements.py",
        "            raise Conflict(user_id=engagement.user_id)",
        "            journal.put(held, engagement.user_id, engagement)",
    ),
    Bug(
        "version-not-checked",
        "Of two changes of one call at once, the later one wipes out the earlier one.",
        "titus_adapters/memory/calls.py",
        "    if call.version != (0 if stored is None else stored.call.version):",
        "    if call.version and stored is None:",
    ),
    Bug(
        "looked-up-before-the-commit",
        "Of one report that is delivered twice at once, both find no answer yet, and one is refused.",
        "titus_core/calls/note_report.py",
        """        return await self._storage.transact(self._work, incoming)

    async def _work(self, tx: CallTx, incoming: Incoming[Report]) -> Kept:
        if (before := await answered_before(tx, incoming)) is not None:
            return before
""",
        """        before = await self._storage.transact(answered_before, incoming)
        return before if before is not None else await self._storage.transact(self._work, incoming)

    async def _work(self, tx: CallTx, incoming: Incoming[Report]) -> Kept:
""",
    ),
    Bug(
        "half-a-commit",
        "A unit of work that fails half-way leaves what it wrote until then.",
        "titus_adapters/memory/unit.py",
        "            journal.take_back()\n            raise",
        "            raise",
    ),
)
