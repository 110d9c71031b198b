"""Forged and altered webhooks: the verifier takes none and never raises; the application answers none with 2xx or 5xx,
and nothing of them is stored; what was repeated gets the same bytes and changes nothing."""

from __future__ import annotations

from collections import Counter

from tests.fuzz.forgeries import accepted, forged, genuine
from tests.fuzz.forging import deliver
from tests.fuzz.target import AUTH_TOKEN, BASE_URL, SHARED_KEY, SHARED_SECRET
from tests.fuzz.words import dice_of
from tests.proof.cores import each_batch, on_all_cores
from tests.proof.counting import table
from titus_http.webhooks.twilio.signature import TwilioVerifier

BATCH = 5000
OVER_HTTP = 10
"""One forgery of so many also goes through the whole application."""


def run(count: int) -> list[str]:
    found = on_all_cores(forgeries, count, BATCH)
    counts: Counter[tuple[str, int]] = Counter()
    for report in each_batch(deliver, count // OVER_HTTP, BATCH // 5):
        counts.update(report.counts)
        found += report.found
    print(table(counts))
    return found


def forgeries(seeds: range) -> list[str]:
    """What the verifier took of the forgeries of these seeds, and what it did not take of the genuine ones."""
    verifier = TwilioVerifier((AUTH_TOKEN, "the token of before"), {SHARED_KEY: SHARED_SECRET}, BASE_URL)
    faults = []
    for seed in seeds:
        dice = dice_of(seed)
        how, false = forged(dice)
        try:
            if accepted(verifier, false):
                faults.append(f"seed {seed}: {how}: {false} was accepted")
            if seed % 100 == 0 and not accepted(verifier, true := genuine(dice)):
                faults.append(f"seed {seed}: genuine {true} was refused")
        except Exception as error:  # noqa: BLE001 (a verifier that raises is a finding)
            faults.append(f"seed {seed}: {how}: {false} raised {error!r}")
    return faults
