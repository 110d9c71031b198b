"""The same history on a real store and on the model: whatever can be seen is the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.core.calls.builders import NOON
from tests.core.calls.office import Run
from tests.simulation.crashing import summary
from tests.simulation.invariants import Broken
from tests.simulation.premises import MemoryPremises
from tests.simulation.simulator import simulate
from tests.simulation.store_premises import StorePremises
from titus_core.calls.ports import CallFilter

FAR = NOON + timedelta(days=9)


def differences(seeds: Iterable[int], premises: StorePremises) -> Iterator[str]:
    """What is wrong with these histories on that store."""
    for seed in seeds:
        model = MemoryPremises(interleaves=premises.interleaves)
        try:
            theirs = summary(simulate(seed, premises=premises.fresh()))
        except Broken as broken:
            yield str(broken)
            continue
        if theirs != summary(simulate(seed, premises=model)):
            yield f"another history than in memory (seed {seed})"
        for name, seen in lists(*premises.aside).items():
            if seen != lists(*model.aside)[name]:
                yield f"another list of {name} than in memory (seed {seed})"


def lists(store: Any, run: Run) -> dict[str, object]:
    """What readers show, without the numbers that a store counts up itself."""
    reader = store.reader
    rows = run(reader.calls(CallFilter(), 100, None)).items
    return {
        "calls": [replace(row, number=0) for row in rows],
        "due calls": run(reader.due(FAR, 100)),
        "live calls": run(reader.live()),
        "waiting deliveries": [(waiting.delivery, waiting.tries) for waiting in run(reader.waiting(FAR, 100))],
        "groups": run(reader.groups()),
        "availabilities": run(reader.availabilities()),
    }
