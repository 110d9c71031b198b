"""`make proof`: the long counts. Each part prints what it counted and exits non-zero if anything was found.

    make proof PART=simulation     histories of callers, people and faults; every invariant after every step
    make proof PART=signatures     forged and altered webhooks; none accepted, none raises

`TITUS_PROOF_COUNT` changes a part's count. Results are kept in docs/proof.md.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from types import MappingProxyType

from tests.simulation.invariants import Broken
from tests.simulation.simulator import simulate
from titus_http.webhooks.twilio.body import Form
from titus_http.webhooks.twilio.signature import TwilioVerifier

BATCH = 500
FIELDS = {
    "CallSid": "CA" + "a" * 32,
    "From": "+61491570006",
    "To": "+61255500001",
    "CallStatus": "ringing",
    "FromZip": "",
}
PATH = "/api/voice/webhook/inbound?callSid=1&step=2"


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    if wanted != "all" and wanted not in PARTS:
        print(f"PART={wanted}: there is {', '.join(PARTS)}", file=sys.stderr)
        return 2
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    found = 0
    for name, (part, usual) in PARTS.items():
        if wanted in {"all", name}:
            count = int(os.environ.get("TITUS_PROOF_COUNT", usual))
            began = time.perf_counter()
            faults = part(count)
            seconds = time.perf_counter() - began
            print(f"{name}: {count:,} in {seconds:.0f} s ({count / seconds:,.0f}/s), {len(faults)} found")
            print("\n".join(faults[:20]))
            found += len(faults)
    return 1 if found else 0


def simulation(count: int) -> list[str]:
    """Histories with seeds 0 to `count`, on all cores."""
    starts = range(0, count, BATCH)
    with ProcessPoolExecutor() as pool:
        return _joined(pool.map(_histories, [range(start, min(start + BATCH, count)) for start in starts]))


def _histories(seeds: Iterable[int]) -> list[str]:
    faults = []
    for seed in seeds:
        try:
            simulate(seed)
        except Broken as broken:
            faults.append(str(broken))
        except Exception as error:  # noqa: BLE001 (whatever happens is a finding, and its seed is what counts)
            faults.append(f"{type(error).__name__}: {error} (seed {seed})")
    return faults


def signatures(count: int) -> list[str]:
    """Altered requests with seeds 0 to `count`, on all cores."""
    with ProcessPoolExecutor() as pool:
        return _joined(
            pool.map(_forgeries, [range(start, min(start + 5000, count)) for start in range(0, count, 5000)])
        )


def _forgeries(seeds: Iterable[int]) -> list[str]:
    from twilio.request_validator import RequestValidator

    base = "https://titus.example.org.au"
    verifier = TwilioVerifier(("the token of a proof",), {"key": "the secret of a proof"}, base)
    signature = RequestValidator("the token of a proof").compute_signature(base + PATH, FIELDS)
    faults = []
    for seed in seeds:
        dice = random.Random(seed)
        path, form, signed = _altered(dice, PATH, dict(FIELDS), signature)
        if verifier.verify(path, Form(MappingProxyType(form)), b"", signature=signed, settings=None):
            faults.append(f"seed {seed}: {path} {form} {signed} was accepted")
    return faults


def _altered(dice: random.Random, path: str, form: dict[str, str], signature: str) -> tuple[str, dict[str, str], str]:
    """The request with one character of its path, a value or its signature changed."""
    match dice.randrange(3):
        case 0:
            return _changed(dice, path, start=1), form, signature
        case 1:
            name = dice.choice([name for name, value in form.items() if value])
            return path, {**form, name: _changed(dice, form[name])}, signature
        case _:
            return path, form, _changed(dice, signature)


def _changed(dice: random.Random, text: str, start: int = 0) -> str:
    place = dice.randrange(start, len(text))
    return text[:place] + chr(ord(text[place]) ^ (1 << dice.randrange(7))) + text[place + 1 :]


def _joined(batches: Iterable[list[str]]) -> list[str]:
    return [fault for batch in batches for fault in batch]


PARTS: dict[str, tuple[Callable[[int], list[str]], int]] = {
    "simulation": (simulation, 100_000),
    "signatures": (signatures, 1_000_000),
}

if __name__ == "__main__":
    raise SystemExit(main())
