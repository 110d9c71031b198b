"""Getting through to the app: fragments, retries, the fallback, and what cannot be used."""

import pytest

from tests.adapters.sandbox.toy import CALLER, FIRST, HOST, LINE, Reply, Seen, dial, number, stage, twiml
from titus_adapters.sandbox.twilio import fragments
from titus_adapters.sandbox.twilio.behaviour import Caller, Declines
from titus_adapters.sandbox.twilio.engine.wire import Nowhere
from titus_adapters.sandbox.twilio.verbs.loading import APOLOGY


def test_the_defaults_retry_once_and_only_a_failed_connection() -> None:
    address, connection = fragments.split("https://titus.test/in?a=b")
    assert address == "https://titus.test/in?a=b"
    assert (connection.retries, connection.retry_on, connection.read_seconds) == (1, frozenset({"ct"}), 15)


def test_fragments_are_read_clamped_and_stripped() -> None:
    address, connection = fragments.split("https://titus.test/in#ct=50&rt=4000&tt=14000&rc=9&rp=5xx,rt,x&e=sydney")
    assert address == "https://titus.test/in"
    assert connection == fragments.Connection(0.1, 4.0, 14.0, 5, frozenset({"5xx", "rt"}), "sydney")


def test_all_means_every_class() -> None:
    assert fragments.split("https://x/#rp=all")[1].retry_on == frozenset({"4xx", "5xx", "ct", "rt"})


class Failing:
    """Fails so many times, then answers."""

    def __init__(self, times: int, status: int = 502) -> None:
        self.left = times
        self.status = status

    def __call__(self, _: Seen) -> Reply:
        self.left -= 1
        return Reply(status=self.status) if self.left >= 0 else Reply(twiml("<Say>At last.</Say>"))


async def test_a_bad_gateway_is_retried_only_where_the_address_says_so() -> None:
    scene = stage()
    scene.toy.routes = {"/in": Failing(2)}
    scene.twilio.world.numbers[LINE].voice_url = f"https://{HOST}/in#rc=2&rp=all"
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.heard == ["At last."]
    attempts = scene.toy.at("/in")
    assert len(attempts) == 3
    assert len({seen.headers["i-twilio-idempotency-token"] for seen in attempts}) == 1
    assert [sent.attempt for sent in scene.twilio.sent("incoming")] == [0, 1, 2]


async def test_without_fragments_the_fallback_is_asked_at_once() -> None:
    scene = stage()
    scene.toy.routes = {"/in": Failing(1), "/fallback": twiml("<Say>This is the fallback.</Say>")}
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert len(scene.toy.at("/in")) == 1
    assert call.heard == ["This is the fallback."]


BROKEN = [
    (Reply(status=500), "11200"),
    (Reply(status=404), "11200"),
    (Reply("<Response><Say>"), "12100"),
    (Reply("\n\n<?xml version='1.0'?><Response/>"), "12100"),
    (Reply("<!DOCTYPE r [<!ENTITY x 'y'>]><Response>&x;</Response>"), "12100"),
    (Reply("<html><body>Single page</body></html>", content_type="text/html"), "12100"),
    (Reply("{}", content_type="application/json"), "12300"),
    (Reply(twiml(f"<Say>{'a' * 70_000}</Say>")), "11750"),
]


@pytest.mark.parametrize(("reply", "code"), BROKEN)
async def test_what_cannot_be_used_leads_to_the_fallback_with_its_code(reply: Reply, code: str) -> None:
    scene = stage(strict=False)
    scene.toy.routes = {"/in": reply}
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert scene.toy.at("/fallback")[0].form["ErrorCode"] == code
    assert scene.toy.at("/fallback")[0].form["ErrorUrl"] == f"https://{HOST}/in"


async def test_a_broken_action_keeps_its_query_in_the_error_url() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), action="/step?n=1#rc=0")), "/step": Reply(status=500)}
    scene.phone(FIRST, Declines())
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert scene.toy.at("/fallback")[0].form["ErrorUrl"] == f"https://{HOST}/step?n=1"


async def test_with_no_fallback_left_the_caller_hears_an_apology() -> None:
    scene = stage()
    scene.toy.routes = {"/in": Reply(status=500), "/fallback": Reply(status=500)}
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.heard == [APOLOGY]
    assert call.status == "completed"


async def test_a_refused_connection_is_retried_once_by_default() -> None:
    scene = stage()
    scene.twilio.world.numbers[LINE].voice_url = "https://nowhere.test/in"
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert [sent.error for sent in scene.twilio.sent("incoming")] == ["ct", "ct"]
    assert scene.toy.at("/fallback")[0].form["ErrorCode"] == "11205"
    assert Nowhere()


async def test_a_redirect_turns_the_post_into_a_get_without_its_form() -> None:
    scene = stage()
    scene.toy.routes = {
        "/in": Reply(status=301, headers=((b"location", b"/elsewhere"),)),
        "/elsewhere": twiml("<Say>Here.</Say>"),
    }
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.heard == ["Here."]
    assert scene.toy.at("/elsewhere")[0].form == {}
    assert scene.toy.at("/elsewhere")[0].signed


async def test_a_temporary_redirect_keeps_the_form() -> None:
    scene = stage()
    scene.toy.routes = {"/in": Reply(status=307, headers=((b"location", b"/elsewhere"),))}
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert scene.toy.at("/elsewhere")[0].form["From"] == CALLER


async def test_an_endless_redirect_is_an_error() -> None:
    scene = stage()
    scene.toy.routes = {"/in": Reply(status=307, headers=((b"location", b"/in"),))}
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert len(scene.toy.at("/in")) == 11
    assert scene.toy.at("/fallback")[0].form["ErrorCode"] == "11215"


async def test_a_number_set_to_get_sends_its_fields_in_the_address() -> None:
    scene = stage()
    scene.twilio.world.numbers[LINE].voice_method = "GET"
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    seen = scene.toy.at("/in")[0]
    assert (seen.query["From"], seen.form, seen.signed) == (CALLER, {}, True)


@pytest.mark.parametrize(
    ("reply", "heard"),
    [
        (Reply("Sorry, closed.", content_type="text/plain"), ["Sorry, closed."]),
        (Reply("", content_type="audio/mpeg"), [f"♪ https://{HOST}/in"]),
        (Reply(twiml("<Say>Hi.</Say>"), content_type="application/xml; charset=utf-8"), ["Hi."]),
        (Reply("", status=204), []),
    ],
)
async def test_other_content_types(reply: Reply, heard: list[str]) -> None:
    scene = stage()
    scene.toy.routes = {"/in": reply}
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert (call.heard, call.status) == (heard, "completed")


async def test_a_status_callback_that_fails_is_listed_and_forgotten() -> None:
    scene = stage()
    scene.toy.routes = {"/status": Reply(status=503)}
    scene.twilio.world.numbers[LINE].status_callback = f"https://{HOST}/status#rc=3&rp=all"
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert len(scene.toy.at("/status")) == 4
    assert [finding.code for finding in scene.twilio.findings] == [11200]
