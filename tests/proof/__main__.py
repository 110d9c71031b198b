"""`make proof`: the long counts, by parts. Each part prints what it counted, and the command exits non-zero if anything
was found. Results are kept in docs/proof.md.

`make proof PART=simulation` runs one part; `TITUS_PROOF_COUNT` changes its count.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
import time
from collections.abc import Sequence

PARTS = {
    "simulation": 1_000_000,
    "stores": 40_000,
    "signatures": 1_000_000,
    "live": 10_000,
    "restart": 1_000_000,
    "planted": 3_000,
    "power": 5_000,
    "fuzz": 1_000_000,
    "schemathesis": 50_000,
    "twiml": 100_000,
    "stops": 50,
    "outages": 20,
    "aftermath": 10_000,
    "kills": 1_000,
    "storm": 1_000,
    "records": 100_000,
}
"""The parts, each a module beside this one, and how much a release counts of it."""


def main(arguments: Sequence[str]) -> int:
    wanted = arguments[0] if arguments else "all"
    if wanted != "all" and wanted not in PARTS:
        print(f"PART={wanted}: there is {', '.join(PARTS)}", file=sys.stderr)
        return 2
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    found = [_run(name, usual) for name, usual in PARTS.items() if wanted in {"all", name}]
    return 1 if any(found) else 0


def _run(name: str, usual: int) -> int:
    """How many faults the part found; at most twenty are printed."""
    count = int(os.environ.get("TITUS_PROOF_COUNT", usual))
    part = importlib.import_module(f"tests.proof.{name}")
    began = time.perf_counter()
    faults: list[str] = part.run(count)
    seconds = time.perf_counter() - began
    print(f"{name}: {count:,} in {seconds:.0f} s ({count / seconds:,.0f}/s), {len(faults)} found", flush=True)
    print("".join(f"{fault}\n" for fault in faults[:20]), end="", flush=True)
    return len(faults)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
