"""Bugs that are planted on purpose, one at a time: the simulation must find each within a minute of CPU time."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from tests.planted.bugs import BUGS, NO_BUG
from tests.planted.planting import Bug, Verdict, hunt

CPU_SECONDS = 60.0
FOR_EVER = range(10**9)


def run(count: int) -> list[str]:
    """Also `count` histories of Titus as it is, and with a change that changes nothing: those must find nothing.
    Prints a table for docs/proof.md."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        untouched = [pool.submit(hunt, bug, seeds=range(count), cpu_seconds=10 * CPU_SECONDS) for bug in (None, NO_BUG)]
        hunts = {bug.slug: pool.submit(hunt, bug, seeds=FOR_EVER, cpu_seconds=CPU_SECONDS) for bug in BUGS.values()}
        faults = [fault for clean in untouched for fault in _not_clean(clean.result(), count)]
        print(f"nothing planted, and a change that changes nothing: {count:,} histories each, {len(faults)} found\n")
        print("| planted | what it breaks | found by | histories | CPU s |\n|---|---|---|---:|---:|")
        for slug, hunted in hunts.items():
            verdict = hunted.result()
            print(_row(BUGS[slug], verdict), flush=True)
            if verdict.found is None:
                faults.append(f"{slug} survived {verdict.histories:,} histories")
    return faults


def _not_clean(verdict: Verdict, count: int) -> list[str]:
    if verdict.found is not None:
        return [verdict.what]
    return [] if verdict.histories == count else [f"only {verdict.histories:,} of {count:,} histories in time"]


def _row(bug: Bug, verdict: Verdict) -> str:
    found = _name(verdict.found) if verdict.found is not None else "**nothing**"
    return f"| {bug.slug} | {bug.breaks} | {found} | {verdict.histories:,} | {verdict.cpu_seconds:.1f} |"


def _name(found: str) -> str:
    """`r3_each_member_once` as "R3: each member once"; an error of another kind by its name."""
    number, _, rest = found.partition("_")
    return f"{number.upper()}: {rest.replace('_', ' ')}" if number[1:].isdigit() else f"the error `{found}`"
