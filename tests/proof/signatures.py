"""Webhooks with one bit changed in path, field or signature: none is accepted, none raises."""

from __future__ import annotations

import random
from types import MappingProxyType

from tests.proof.cores import on_all_cores
from titus_http.webhooks.twilio.body import Form
from titus_http.webhooks.twilio.signature import TwilioVerifier

BATCH = 5000
FIELDS = {
    "CallSid": "CA" + "a" * 32,
    "From": "+61491570006",
    "To": "+61255500001",
    "CallStatus": "ringing",
    "FromZip": "",
}
PATH = "/api/voice/webhook/inbound?callSid=1&step=2"


def run(count: int) -> list[str]:
    return on_all_cores(forgeries, count, BATCH)


def forgeries(seeds: range) -> list[str]:
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
