"""The process that looks for a planted bug: plays histories until one of them finds something. `planting` starts it.

Arguments: the folder that Titus must come from, the first seed, the last one (not played), the CPU seconds allowed.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import msgspec

import titus_adapters
import titus_core
from tests.planted.planting import Verdict
from tests.simulation.invariants import Broken
from tests.simulation.simulator import simulate

STUCK_AFTER = 5.0
"""CPU seconds for one history, which takes some milliseconds: beyond, somebody waits for an answer for ever."""


class Stuck(Exception):
    """A history does not end."""


def main(arguments: Sequence[str]) -> None:
    folder, first, last, cpu_seconds = arguments
    for package in (titus_core, titus_adapters):
        assert Path(str(package.__file__)).is_relative_to(folder), f"{package.__file__} is not the planted one"
    signal.signal(signal.SIGPROF, _stuck)
    sys.stdout.buffer.write(msgspec.json.encode(_played(range(int(first), int(last)), float(cpu_seconds))))


def _played(seeds: range, cpu_seconds: float) -> Verdict:
    for seed in seeds:
        if time.process_time() > cpu_seconds:
            return _verdict(None, "", seeds, seed, seed)
        signal.setitimer(signal.ITIMER_PROF, STUCK_AFTER)
        try:
            simulate(seed)
        except Broken as broken:
            return _verdict(broken.invariant, str(broken), seeds, seed, seed + 1)
        except Exception as error:  # noqa: BLE001 (whatever comes up is a finding)
            return _verdict(type(error).__name__, str(error), seeds, seed, seed + 1)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return _verdict(None, "", seeds, seeds.stop, seeds.stop)


def _verdict(found: str | None, what: str, seeds: range, seed: int, end: int) -> Verdict:
    return Verdict(found, what[:500], end - seeds.start, seed, time.process_time())


def _stuck(number: int, frame: FrameType | None) -> None:
    raise Stuck(f"a history took more than {STUCK_AFTER:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
