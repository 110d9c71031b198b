"""Bugs in how a caller is served: whom Titus rings, in which order, for how long, and what comes next."""

from __future__ import annotations

from tests.planted.planting import Bug

HUNTS = (
    Bug(
        "not-screened",
        "Phones are not asked to press 1 although the group says so: a mobile's voicemail gets the caller.",
        "titus_core/calls/hunting.py",
        "            screened=stage.screening and endpoint is Endpoint.PHONE,",
        "            screened=False,",
    ),
    Bug(
        "stale-key-accepted",
        "Someone who presses 1 after their ringing is over is told that they have the caller, who is elsewhere.",
        "titus_core/calls/routing.py",
        "    if not call.live or wave is not call.wave or wave.end is not None:",
        "    if not call.live:",
    ),
    Bug(
        "key-of-one-who-hung-up",
        "A key that is told when its leg is over gets the caller: the call counts as answered, and nobody calls back.",
        "titus_core/calls/routing.py",
        "    if any(leg.id == leg_id and leg.status.ended for leg in call.legs):\n        return True\n",
        "",
    ),
    Bug(
        "two-get-the-caller",
        "Two people who press 1 are both told that they have the caller.",
        "titus_core/calls/routing.py",
        "    return by is not None and by is not attempt",
        "    return False",
    ),
    Bug(
        "budget-ignored",
        "A caller waits as long as there is anybody to ring, whatever the group's longest wait is.",
        "titus_core/calls/hunting.py",
        "    return int((arrived + timedelta(seconds=plan.budget_seconds) - now).total_seconds())",
        "    return int((arrived + timedelta(hours=1) - now).total_seconds())",
    ),
    Bug(
        "last-ring-over-budget",
        "The last wave rings on when the caller's longest wait is over.",
        "titus_core/calls/hunting.py",
        "    ring = min(max((_ring_seconds(stage, member) for member in wave), default=0), left)",
        "    ring = max((_ring_seconds(stage, member) for member in wave), default=0)",
    ),
    Bug(
        "busy-person-rung",
        "People who say that they are busy are rung.",
        "titus_core/hunt_groups/availability.py",
        "    if state is None or state.presence is not Presence.AVAILABLE:",
        "    if state is None or state.presence is Presence.OFFLINE:",
    ),
    Bug(
        "offline-person-rung",
        "People who went home are rung.",
        "titus_core/hunt_groups/availability.py",
        "    if state is None or state.presence is not Presence.AVAILABLE:",
        "    if state is None or state.presence is Presence.BUSY:",
    ),
    Bug(
        "stale-browser-rung",
        "A browser that was closed is rung, and the caller hears it ring in an empty room.",
        "titus_core/hunt_groups/availability.py",
        "        return self.heartbeat_at is not None and now - self.heartbeat_at <= HEARTBEAT_LASTS",
        "        return self.heartbeat_at is not None",
    ),
    Bug(
        "tried-again",
        "Someone who did not answer is rung again for the same caller, before the others.",
        "titus_core/calls/hunting.py",
        "    done = {attempt.user_id for wave in call.waves if wave.stage == index for attempt in wave.attempts}",
        "    done = {attempt.user_id for wave in call.waves[-1:] if wave.stage == index for attempt in wave.attempts}",
    ),
    Bug(
        "order-reversed",
        "The members are rung from the last to the first.",
        "titus_core/calls/hunting.py",
        "    members = stage.members\n",
        "    members = stage.members[::-1]\n",
    ),
    Bug(
        "strategy-ignored",
        "Every group rings in the order in which its members are listed: the first one gets all the calls.",
        "titus_core/hunt_groups/strategies.py",
        "(group.members[place].tier, *key(place), place))",
        "(group.members[place].tier, place))",
    ),
    Bug(
        "round-robin-forgets",
        "Round robin begins with the same person each time.",
        "titus_core/calls/delivering.py",
        "                tx.hunt_groups.remember_first(stage.group_id, in_turn[0])",
        "                pass",
    ),
    Bug(
        "tiers-ignored",
        "The second tier is rung together with the first.",
        "titus_core/calls/hunting.py",
        " and first.user_id != stage.first and first.tier == member.tier",
        " and first.user_id != stage.first",
    ),
    Bug(
        "everybody-at-once",
        "A sequential group rings everybody at once.",
        "titus_core/calls/hunting.py",
        "    return stage.strategy is Strategy.RING_ALL and first",
        "    return first",
    ),
    Bug(
        "one-member-forgotten",
        "The last member of a group is never rung.",
        "titus_core/calls/hunting.py",
        "    return tuple(member for member in members if member.user_id not in done)",
        "    return tuple(member for member in members[: max(1, len(members) - 1)] if member.user_id not in done)",
    ),
    Bug(
        "known-caller-not-recognised",
        "Callers are not put through to whoever served them last.",
        "titus_core/calls/answer_call.py",
        "    if group is None or caller is None or group.sticky_days == 0:",
        "    if group is None or caller is None or group.sticky_days >= 0:",
    ),
    Bug(
        "blocked-caller-served",
        "A blocked caller is served like everybody else.",
        "titus_core/calls/answer_call.py",
        "caller is not None and caller in group.blocked",
        "caller is not None and fact.from_number in group.name",
    ),
    Bug(
        "refusal-ignored-at-second-asking",
        "A blocked caller whose call the provider asks about again is served.",
        "titus_core/calls/routing.py",
        """    if decision.call.refusal is not None:
        return msgspec.structs.replace(decision, instructions=(Reject(),))
""",
        """    if decision.call.refusal is not None and not decision.call.strandings:
        return msgspec.structs.replace(decision, instructions=(Reject(),))
""",
    ),
    Bug(
        "overflow-step-skipped",
        "The first overflow step of every group is left out.",
        "titus_core/calls/planning.py",
        "    for step in group.overflow:",
        "    for step in group.overflow[1:]:",
    ),
    Bug(
        "stage-skipped",
        "When a group is exhausted, the next step of its overflow is jumped over.",
        "titus_core/calls/hunting.py",
        "    for index in range(call.stage, len(plan.stages)):",
        "    for index in (call.stage, *range(min(call.stage + 2, len(plan.stages) - 1), len(plan.stages))):",
    ),
    Bug(
        "groups-in-circles",
        "The overflow of an overflow group is followed: two groups that point to each other take all callers down.",
        "titus_core/calls/planning.py",
        "                _ring(group, call_id, roster, None) for group in roster.groups"
        " if group.id == group_id and group.active",
        """                stage
                for group in roster.groups
                if group.id == group_id and group.active
                for stage in make_plan(group, call_id, roster).stages""",
    ),
    Bug(
        "dead-air",
        "A waiting caller is answered with nothing when it is somebody's turn to be asked again.",
        "titus_core/calls/hunting.py",
        "    return (CallerHeld(call_id=call.id, stage=stage),), (Hold(HOLD_SECONDS, call.holds + 1),)",
        "    return (CallerHeld(call_id=call.id, stage=stage),), ()",
    ),
    Bug(
        "hold-not-counted",
        "Every hold asks the same question, so a waiting caller gets the same old answer and waits for ever.",
        "titus_core/calls/hunting.py",
        "(Hold(HOLD_SECONDS, call.holds + 1),)",
        "(Hold(HOLD_SECONDS, 1),)",
    ),
    Bug(
        "recorded-without-notice",
        "Calls are recorded and nobody told the caller.",
        "titus_core/calls/hunting.py",
        "    return (Say(plan.prompts.recording_notice), dial) if plan.record and not announced else (dial,)",
        "    return (dial,)",
    ),
    Bug(
        "caller-gone-ignored",
        "The hunt goes on for a caller who hung up: people are rung for nobody.",
        "titus_core/calls/routing.py",
        "    return (CallReported(call_id=call.id, status=caller_status),) if caller_status.ended else ()",
        "    return ()",
    ),
    Bug(
        "late-step-rings",
        "A late answer to an old dial rings the next person while the caller's phone rings at another.",
        "titus_core/calls/routing.py",
        "    if wave is not None and wave is not decision.call.wave:\n",
        "    if wave is None:\n",
    ),
    Bug(
        "hunt-after-talk",
        "When a conversation is over, the caller who hangs on is put through to the next person.",
        "titus_core/calls/routing.py",
        "    if wave is not None and served(decision.call, wave):\n",
        "    if wave is not None and served(decision.call, wave) and len(decision.call.waves) > 2:\n",
    ),
    Bug(
        "stranded-caller-dropped",
        "A caller whose document the provider could not use gets no other one.",
        "titus_core/calls/routing.py",
        "    if decision.call.strandings > MAX_STRANDINGS:",
        "    if decision.call.strandings:",
    ),
    Bug(
        "agent-tried-for-ever",
        "A caller whose AI agent fails is sent to it again, instead of to voicemail.",
        "titus_core/calls/hunting.py",
        "            usable = directory.agent_ready and call.agent.failure is None and call.agent.served_at is None",
        "            usable = directory.agent_ready",
    ),
)
