import pytest
from twilio.request_validator import RequestValidator

from tests.adapters.sandbox.reference import known_signatures, needs_reference
from tests.adapters.sandbox.toy import CALLER, LINE, stage
from titus_adapters.sandbox.twilio.behaviour import Caller
from titus_adapters.sandbox.twilio.signature import SharedKey, sign, signature_headers, signed_address
from titus_adapters.sandbox.twilio.switchboard import Account


def test_the_documented_example() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    address = "https://example.com/myapp.php?foo=1&bar=2"
    assert sign("12345", address, params.items()) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


@needs_reference
def test_known_answers() -> None:
    vectors = [vector for vector in known_signatures() if vector["valid"] and "params" in vector]
    assert len(vectors) >= 4
    for vector in vectors:
        algorithm = vector.get("algorithm", "HMAC_SHA1").removeprefix("HMAC_").lower()
        address = signed_address(vector["url"])
        assert sign(vector["auth_token"], address, vector["params"].items(), algorithm) == vector["signature"]


@pytest.mark.parametrize(
    ("url", "keep_port", "signed"),
    [
        ("https://titus.test:8443/a?b=1", False, "https://titus.test/a?b=1"),
        ("https://titus.test:8443/a?b=1", True, "https://titus.test:8443/a?b=1"),
        ("http://titus.test:4000/a", False, "http://titus.test:4000/a"),
        ("https://user:pass@titus.test/a", False, "https://titus.test/a"),
        ("https://titus.test/a?b=c%20d&e=%2B61", False, "https://titus.test/a?b=c%20d&e=%2B61"),
    ],
)
def test_the_signed_address(url: str, keep_port: bool, signed: str) -> None:
    assert signed_address(url, keep_port=keep_port) == signed


def test_a_repeated_field_counts_once_per_value() -> None:
    pairs = [("a", "2"), ("a", "1"), ("a", "2"), ("b", "")]
    assert sign("t", "https://x/", pairs) == sign("t", "https://x/", [("a", "1"), ("a", "2"), ("b", "")])


def test_a_shared_key_signs_with_sha256_and_says_so() -> None:
    key, address, params = SharedKey("SK1", "secret"), "https://titus.test/a", [("CallSid", "CA1")]
    headers = dict(signature_headers("token", key, address, params))
    assert headers["X-Twilio-Webhooks-Signature-Settings"] == "key=SK1,algorithm=HMAC_SHA256"
    validator = RequestValidator("secret")
    assert validator.validate(address, dict(params), headers["X-Twilio-Signature"], "HMAC_SHA256")


async def test_webhooks_of_an_account_with_a_shared_key_carry_both_headers() -> None:
    scene = stage(account=Account(shared_key=SharedKey("SK1", "secret")))
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    headers = scene.toy.seen[0].headers
    assert headers["x-twilio-webhooks-signature-settings"].startswith("key=SK1,")
