"""Forged, altered and repeated webhooks: the short counts of `make proof PART=signatures`."""

from __future__ import annotations

import pytest

from tests.fuzz.forgeries import FORGERIES, accepted, forged, genuine
from tests.fuzz.forging import deliver
from tests.fuzz.target import AUTH_TOKEN, BASE_URL, SHARED_KEY, SHARED_SECRET
from tests.fuzz.words import dice_of
from tests.proof.signatures import forgeries
from titus_http.webhooks.twilio.signature import TwilioVerifier

COUNT, PART = 20_000, 5_000


@pytest.mark.parametrize("start", range(0, COUNT, PART))
def test_no_forgery_is_accepted(start: int) -> None:
    assert forgeries(range(start, start + PART)) == []


@pytest.mark.parametrize("start", range(0, 4_000, 2_000))
def test_no_forgery_gets_through_the_application_and_no_repetition_changes_anything(start: int) -> None:
    report = deliver(range(start, start + 2_000))
    assert report.found == []
    kinds = {how for how, _ in report.counts}
    assert kinds >= {*FORGERIES, "another account", "a repetition", "elevenlabs: bit of the body"}
    assert {status for how, status in report.counts if how == "a repetition"} == {200}


def test_what_is_genuine_is_accepted() -> None:
    verifier = TwilioVerifier((AUTH_TOKEN,), {SHARED_KEY: SHARED_SECRET}, BASE_URL)
    assert all(accepted(verifier, genuine(dice_of(seed))) for seed in range(200))


def test_every_way_of_forging_is_taken_and_says_something_else() -> None:
    made = [forged(dice_of(seed)) for seed in range(500)]
    assert {how for how, _ in made} == set(FORGERIES)
