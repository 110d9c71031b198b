"""Bugs in how facts are taken in: repetitions, statuses, recordings, events, outcomes."""

from __future__ import annotations

from tests.planted.planting import Bug

FACTS = (
    Bug(
        "nobody-calls-back",
        "A caller whom nobody served is owed nothing: no list shows them, and nobody calls them back.",
        "titus_core/calls/delivering.py",
        "    _owe(tx, decision, at)\n",
        "",
    ),
    Bug(
        "no-dedup",
        "A repeated webhook is worked on as if it were new: Titus answers it with an error.",
        "titus_core/calls/delivering.py",
        "    kept = await tx.inbox.find(incoming.delivery.route, incoming.delivery.key, incoming.delivery.token)",
        "    kept = None",
    ),
    Bug(
        "answer-computed-anew",
        "A repeated request gets an answer made from today's state: the provider rings people whom the caller left.",
        "titus_core/calls/advance_hunt.py",
        """            return before
        fact = incoming.fact.fact
""",
        """            call = await tx.calls.get(incoming.fact.fact.call_id)
            assert call is not None
            world = await world_for(tx, call.plan, incoming, self._calendar)
            return Kept(before.key, decide(call, incoming.fact.fact, incoming.at, world).reply, before.base_url)
        fact = incoming.fact.fact
""",
    ),
    Bug(
        "marked-before-done",
        "A report is marked as received in a commit of its own: a crash before the next one loses it for ever.",
        "titus_core/calls/note_report.py",
        "        return await self._storage.transact(self._work, incoming)\n",
        """        async def mark(tx: CallTx, incoming: Incoming[Report]) -> Kept | None:
            if (before := await answered_before(tx, incoming)) is not None:
                return before
            tx.inbox.keep(incoming.delivery, None, incoming.base_url)
            return None

        async def work(tx: CallTx, incoming: Incoming[Report]) -> Kept:
            known = await tx.calls.get(incoming.fact.call_id)
            store(tx, known, decide(known, incoming.fact, incoming.at, Directory()), incoming.at, TWILIO)
            return Kept(incoming.delivery.key, None, incoming.base_url)

        from titus_core.calls.delivering import store
        from titus_core.kernel.actor import TWILIO

        before = await self._storage.transact(mark, incoming)
        return before if before is not None else await self._storage.transact(work, incoming)
""",
    ),
    Bug(
        "asked-before-looked-up",
        "Every repetition of a request asks the AI agent's provider again: a second agent waits on a line of its own.",
        "titus_core/calls/connect_agent.py",
        "    if incoming.waiting_id is not None or await answered_before(tx, incoming) is not None:",
        "    if incoming.waiting_id is not None:",
    ),
    Bug(
        "unknown-call-ignored",
        "A report about a call that Titus does not know yet is acknowledged and thrown away.",
        "titus_core/calls/note_report.py",
        "        return answer(tx, known, decide(",
        """        if known is None:
            return Kept(incoming.delivery.key, None, incoming.base_url)
        return answer(tx, known, decide(""",
    ),
    Bug(
        "status-overwritten",
        "A late 'ringing' overwrites 'completed': a leg that is over rings again in every list.",
        "titus_core/calls/model.py",
        "        return max(self, other, key=_RANK.__getitem__)",
        "        return other",
    ),
    Bug(
        "end-not-absorbing",
        "A late 'in-progress' brings a call or a leg that ended back to life.",
        "titus_core/calls/model.py",
        "        return max(self, other, key=_RANK.__getitem__)",
        "        return other if other is CallStatus.IN_PROGRESS else max(self, other, key=_RANK.__getitem__)",
    ),
    Bug(
        "duration-forgotten",
        "A report without a duration wipes out the one that was known: bills and reports show nothing.",
        "titus_core/calls/history.py",
        "        duration=_larger(call.duration, event.duration),",
        "        duration=event.duration,",
    ),
    Bug(
        "agent-fails-after-settling",
        "News of the AI agent's failure lowers an outcome that was settled, and acted upon.",
        "titus_core/calls/routing.py",
        "    if fact.agent_failed and call.settled_at is None:",
        "    if fact.agent_failed:",
    ),
    Bug(
        "first-event-missing",
        "The audit trail misses the first of several events: who was passed by and why is never known.",
        "titus_core/calls/delivering.py",
        "event) for event in decision.events))",
        "event) for event in decision.events[-1:]))",
    ),
    Bug(
        "own-doings-not-in-the-trail",
        "What Titus learns by asking the provider changes calls without a line in the audit trail.",
        "titus_core/calls/delivering.py",
        "    tx.record(*(Envelope(",
        "    tx.record() if actor is not TWILIO else tx.record(*(Envelope(",
    ),
    Bug(
        "event-without-state",
        "Reports are in the audit trail, and the call does not show them.",
        "titus_core/calls/delivering.py",
        "    tx.calls.save(after)\n",
        "    if before is None or decision.instructions or actor is not TWILIO:\n        tx.calls.save(after)\n",
    ),
    Bug(
        "recording-dropped-while-live",
        "A recording that is reported while the caller is still on the line is forgotten.",
        "titus_core/calls/history.py",
        "            return replace(call, recordings=_with_recording(call.recordings, event))",
        "            return call if call.live else replace(call, recordings=_with_recording(call.recordings, event))",
    ),
    Bug(
        "recording-at-the-latest-call",
        "A recording is attached to the call that was heard of last: somebody's message is filed under somebody else.",
        "titus_core/calls/note_report.py",
        "        known = await tx.calls.get(incoming.fact.call_id)\n",
        """        from msgspec.structs import replace

        if isinstance(incoming.fact, RecordingReported):
            latest = getattr(self, "_latest", incoming.fact.call_id)
            incoming = replace(incoming, fact=replace(incoming.fact, call_id=latest))
        self._latest = incoming.fact.call_id
        known = await tx.calls.get(incoming.fact.call_id)
""",
    ),
    Bug(
        "voicemail-by-offer",
        "A caller who hung up before the tone counts as having left a message, so nobody calls back.",
        "titus_core/calls/evidence.py",
        "    if left_message(call):\n        return Outcome.VOICEMAIL",
        "    if left_message(call) or call.voicemail_offered_at is not None:\n        return Outcome.VOICEMAIL",
    ),
    Bug(
        "failed-agent-counts",
        "A caller whose AI agent could not be reached counts as served by it.",
        "titus_core/calls/evidence.py",
        "    if call.agent.served_at is not None and call.agent.failure is None:",
        "    if call.agent.served_at is not None:",
    ),
    Bug(
        "whoever-picks-up-wins",
        "A mobile's voicemail that picks up a screened call counts as an answer.",
        "titus_core/calls/evidence.py",
        "    if attempt.screened:\n        return attempt.answer is Screening.ACCEPTED\n",
        "",
    ),
    Bug(
        "legs-not-asked-for",
        "A call whose callbacks were lost settles without asking who answered: its caller is called back for nothing.",
        "titus_core/calls/tend_call.py",
        "        if self._telephony is None or all(",
        "        if not call.live or self._telephony is None or all(",
    ),
    Bug(
        "named-leg-not-asked-for",
        "Nobody asks about a leg that the end of a dial named and nobody told of, though it is the one that talked.",
        "titus_core/calls/tend_call.py",
        "    return end.bridged is not None or end.leg_id is None or any(leg.id == end.leg_id for leg in call.legs)",
        "    return True",
    ),
    Bug(
        "settles-at-once",
        "A call is settled as soon as it ended: its caller is sent a missed-call text, and the answer is told later.",
        "titus_core/calls/timers.py",
        "SETTLES_AFTER = timedelta(seconds=30)",
        "SETTLES_AFTER = timedelta(seconds=0)",
    ),
    Bug(
        "never-settled",
        "Calls that nobody answered are never settled: their callers are never called back.",
        "titus_core/calls/timers.py",
        "    if call.settled_at is not None:\n",
        "    if call.settled_at is not None or (call.waves and not call.live):\n",
    ),
    Bug(
        "timer-not-armed-again",
        "A live call is looked up once: if its end is lost after that, it stays on the wallboard for ever.",
        "titus_adapters/memory/calls.py",
        "        journal.put(state.calls, call_id, StoredCall(stored.call, stored.number, stored.created_at, at))",
        "        journal.put(state.calls, call_id, StoredCall(stored.call, stored.number, stored.created_at, None))",
    ),
    Bug(
        "timer-claimed-first",
        "A due call is put off before it is looked after: a crash in between leaves it waiting for hours.",
        "titus_core/calls/tend_call.py",
        "        reports = await (self._ask(",
        """        async def claim(tx: CallTx, at: datetime) -> None:
            tx.calls.look_again(call_id, at + 100 * INQUIRES_AFTER)

        await self._storage.transact(claim, now)
        reports = await (self._ask(""",
    ),
    Bug(
        "live-calls-missed",
        "Calls that no webhook told of are not found: they are in no list, and nobody calls back.",
        "titus_core/calls/find_calls.py",
        "if news.parent is None and CallId(news.id) not in known and not is_foreign(news)]",
        "if news.parent is not None and CallId(news.id) not in known and not is_foreign(news)]",
    ),
)
