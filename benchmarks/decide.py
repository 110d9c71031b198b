"""`routing.decide` alone, on one core: what an arrival, the end of a dial and a report each mean for a call."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from benchmarks import hunts
from titus_core.calls.events import LegReported
from titus_core.calls.facts import DialEnded
from titus_core.calls.model import CallStatus
from titus_core.calls.routing import Decision, decide
from titus_core.kernel.ids import LegId

_NOON = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
_LATER = _NOON + timedelta(seconds=20)
_ROUNDS, _CALLS = 7, 5000


def main() -> None:
    arrived, world = hunts.arrival(0), hunts.world(0)
    call = decide(None, arrived, _NOON, world).call
    ended = DialEnded(call_id=call.id, wave=1, status=CallStatus.NO_ANSWER, leg_id=LegId("CAleg1"), bridged=False)
    second = decide(call, ended, _LATER, world).call
    ringing = LegReported(
        call_id=call.id, leg_id=LegId("CAleg2"), status=CallStatus.RINGING, address=second.waves[-1].attempts[0].address
    )
    print(f"decide, one core, medians of {_ROUNDS} rounds")
    _measure("a call arrives", lambda: decide(None, arrived, _NOON, world))
    _measure("a dial ended, the next member rings", lambda: decide(call, ended, _LATER, world))
    _measure("a leg rings", lambda: decide(second, ringing, _LATER, world))


def _measure(what: str, work: Callable[[], Decision]) -> None:
    assert work().events
    seconds = statistics.median(_round(work) for _ in range(_ROUNDS))
    print(f"  {what:38}{_CALLS / seconds:9.0f} /s{seconds / _CALLS * 1e6:9.1f} µs")


def _round(work: Callable[[], Decision]) -> float:
    began = time.process_time()
    for _ in range(_CALLS):
        work()
    return time.process_time() - began
