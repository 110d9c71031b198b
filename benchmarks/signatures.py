"""Reading and verifying one webhook: ours beside the standard library's parser and Twilio's own validator."""

from __future__ import annotations

from timeit import repeat
from urllib.parse import parse_qsl, urlencode

from twilio.request_validator import RequestValidator

from titus_http.webhooks.twilio.body import Form, parse_form
from titus_http.webhooks.twilio.signature import TwilioVerifier

BASE = "https://titus.example.org.au"
PATH = "/api/voice/webhook/hunt-step?callSid=CA1&step=1"
TOKEN = "a token for a benchmark"
FIELDS = {f"Field{n}": f"value {n}" for n in range(30)} | {"From": "+61491570006", "FromZip": ""}
TYPE = "application/x-www-form-urlencoded"


def main() -> None:
    body = urlencode(FIELDS).encode()
    theirs = RequestValidator(TOKEN)
    signature = theirs.compute_signature(BASE + PATH, FIELDS)
    ours = TwilioVerifier((TOKEN,), {}, BASE)

    def titus() -> None:
        form = parse_form(body, TYPE)
        assert isinstance(form, Form)
        assert ours.verify(PATH, form, body, signature=signature, settings=None)

    def vendor() -> None:
        assert theirs.validate(BASE + PATH, dict(parse_qsl(body.decode(), keep_blank_values=True)), signature)

    mine, peer = (min(repeat(work, number=2000, repeat=7)) / 2000 * 1e6 for work in (titus, vendor))
    print(f"read and verify              {mine:7.1f} µs   parse_qsl + validator {peer:7.1f} µs   {peer / mine:.1f}×")
