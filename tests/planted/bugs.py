"""The bugs that the simulation must find: things that went wrong in systems like this, one sentence each."""

from __future__ import annotations

from tests.planted.bugs_of_facts import FACTS
from tests.planted.bugs_of_hunts import HUNTS
from tests.planted.bugs_of_reservations import RESERVATIONS
from tests.planted.planting import Bug

BUGS = {bug.slug: bug for bug in (*FACTS, *HUNTS, *RESERVATIONS)}

NO_BUG = Bug(
    "no-bug",
    "Nothing: a change that means the same, so that it is known that a change alone is not found.",
    "titus_core/calls/evidence.py",
    "    if call.live:\n        return None\n    if is_answered(call):",
    "    if call.status.ended is False:\n        return None\n    if is_answered(call):",
)

RARE = frozenset(
    {
        "agent-fails-after-settling",
        "legs-not-asked-for",
        "named-leg-not-asked-for",
        "stale-key-accepted",
        "two-get-the-caller",
        "failed-agent-counts",
        "known-caller-not-recognised",
        "wrap-up-ignored",
        "agent-tried-for-ever",
        "key-of-one-who-hung-up",
        "timer-not-armed-again",
        "live-calls-missed",
        "late-step-rings",
        "talk-ends-after-a-minute",
    }
)
"""What takes more than some hundred histories to come upon: `make proof` looks for these too, `make test` does not."""
