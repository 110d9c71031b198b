"""The way in for Twilio: who is let in, what a bad request gets, and that repetitions change nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from defusedxml import ElementTree
from twilio.request_validator import RequestValidator

from tests.journeys.stage import ACCOUNT, ALICE, BEN, CALLER, PHONES, TITUS_NUMBER, Stage
from titus_core.kernel.ids import CallId
from titus_http.bootstrap import TEST_BASE_URL

CALL = "CA" + "c" * 32
LEG = "CA" + "d" * 32
FORM = {
    "AccountSid": ACCOUNT.sid,
    "CallSid": CALL,
    "From": CALLER,
    "To": TITUS_NUMBER,
    "CallStatus": "ringing",
    "Direction": "inbound",
    "FromZip": "",
}
FORM_TYPE = "application/x-www-form-urlencoded"


class Provider:
    """Speaks to the application as Twilio does, well or badly."""

    def __init__(self, stage: Stage) -> None:
        app: Any = stage.titus.app
        self.stage = stage
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=TEST_BASE_URL)
        self.validator = RequestValidator(ACCOUNT.auth_token)

    async def post(self, path: str, **changes: str | None) -> httpx.Response:
        """A signed request; a field that is None is left out."""
        form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
        url = f"{TEST_BASE_URL}/api/voice/webhook/{path}"
        headers = {"X-Twilio-Signature": self.validator.compute_signature(url, form), "Content-Type": FORM_TYPE}
        return await self.http.post(url, content=urlencode(form), headers=headers)

    async def raw(self, path: str, content: bytes, **headers: str) -> httpx.Response:
        url = f"{TEST_BASE_URL}/api/voice/webhook/{path}"
        return await self.http.post(url, content=content, headers={"Content-Type": FORM_TYPE, **headers})

    async def stored(self) -> bool:
        return await self.stage.store.reader.call(CallId(CALL)) is not None


@pytest.fixture
async def provider() -> Provider:
    stage = Stage()
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN)
    return Provider(stage)


def verbs(response: httpx.Response) -> list[str]:
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/xml"
    return [verb.tag for verb in ElementTree.fromstring(response.text)]


async def test_an_unsigned_request_is_refused_and_only_counted(provider: Provider) -> None:
    response = await provider.raw("inbound", urlencode(FORM).encode())
    assert (response.status_code, response.content) == (403, b"")
    assert not await provider.stored()
    assert provider.stage.titus.edge.refusals["unsigned"] == 1


async def test_an_altered_request_is_refused(provider: Provider) -> None:
    url = f"{TEST_BASE_URL}/api/voice/webhook/inbound"
    signature = provider.validator.compute_signature(url, FORM)
    altered = urlencode({**FORM, "From": "+61491570007"}).encode()
    response = await provider.raw("inbound", altered, **{"X-Twilio-Signature": signature})
    assert response.status_code == 403
    assert not await provider.stored()


async def test_the_address_that_a_proxy_claims_changes_nothing(provider: Provider) -> None:
    url = "https://evil.example/api/voice/webhook/inbound"
    signature = provider.validator.compute_signature(url, FORM)
    forwarded = {"X-Forwarded-Host": "evil.example", "Host": "evil.example", "X-Twilio-Signature": signature}
    assert (await provider.raw("inbound", urlencode(FORM).encode(), **forwarded)).status_code == 403


async def test_another_accounts_request_is_refused(provider: Provider) -> None:
    response = await provider.post("inbound", AccountSid="AC" + "9" * 32)
    assert response.status_code == 403
    assert not await provider.stored()


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"a=1&a=2", {}, 400),
        (b"a=%00", {}, 400),
        (b"a=\xff", {}, 400),
        (b"&".join(b"f%d=" % n for n in range(200)), {}, 400),
        (b"a=" + b"x" * 70_000, {}, 413),
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"a=1", {"Content-Type": "multipart/form-data; boundary=x; charset=nonsense"}, 415),
    ],
)
async def test_what_cannot_be_read_is_the_senders_fault(
    provider: Provider, content: bytes, headers: dict[str, str], status: int
) -> None:
    assert (await provider.raw("inbound", content, **headers)).status_code == status
    assert (await provider.raw("status", content, **headers)).status_code == status


async def test_other_methods_are_not_taken(provider: Provider) -> None:
    response = await provider.http.put(
        f"{TEST_BASE_URL}/api/voice/webhook/inbound", headers={"Content-Type": FORM_TYPE}
    )
    assert response.status_code == 405


async def test_a_signed_get_is_as_good_as_a_post(provider: Provider) -> None:
    url = f"{TEST_BASE_URL}/api/voice/webhook/inbound?{urlencode(FORM)}"
    response = await provider.http.get(
        url, headers={"X-Twilio-Signature": provider.validator.compute_signature(url, {})}
    )
    assert "Dial" in verbs(response)
    assert await provider.stored()


async def test_a_caller_with_malformed_fields_is_served(provider: Provider) -> None:
    assert verbs(await provider.post("inbound", CallSid="nonsense")) == ["Say", "Pause", "Redirect"]
    assert verbs(await provider.post("hunt-step?step=one", DialCallStatus="busy")) == ["Say", "Pause", "Redirect"]
    assert verbs(await provider.post("hunt-step", DialCallStatus="on fire")) == ["Say", "Pause", "Redirect"]


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("status", {"CallStatus": "on fire"}),
        ("status", {"CallDuration": "-3"}),
        ("status", {"CallDuration": "١٢"}),
        ("recording", {"RecordingSid": "x", "RecordingStatus": "completed"}),
        ("recording", {"RecordingStatus": "failed"}),
        ("sms-status", {"MessageStatus": None}),
    ],
)
async def test_a_signed_report_in_words_that_nobody_knows_is_kept_as_it_came(
    provider: Provider, path: str, changes: dict[str, str | None]
) -> None:
    for _ in range(2):
        assert (await provider.post(path, **changes)).status_code == 200
    (waiting,) = await provider.stage.store.reader.waiting(provider.stage.world.clock.now(), 9)
    assert waiting.delivery.route == path
    assert "AccountSid" in waiting.delivery.body


async def test_an_unknown_call_on_a_hunt_step_is_served(provider: Provider) -> None:
    answer = verbs(await provider.post("hunt-step?callSid=x&step=3&from=y", DialCallStatus="no-answer"))
    assert "Dial" not in answer
    assert answer[-1] in {"Redirect", "Hangup"}
    assert await provider.stored()


async def test_a_repetition_gets_the_same_bytes_and_changes_nothing(provider: Provider) -> None:
    first = await provider.post("inbound")
    events = await provider.stage.store.reader.events(CallId(CALL))
    for _ in range(3):
        assert (await provider.post("inbound")).content == first.content
    assert await provider.stage.store.reader.events(CallId(CALL)) == events


@pytest.mark.parametrize("path", ["sms-inbound", "transcription"])
async def test_what_is_not_built_yet_is_kept_and_answered(provider: Provider, path: str) -> None:
    assert (await provider.post(path, MessageSid="SM" + "e" * 32)).status_code == 200


@pytest.mark.parametrize("path", ["outbound", "browser-outbound"])
async def test_a_call_that_nobody_asked_for_is_turned_away(provider: Provider, path: str) -> None:
    assert verbs(await provider.post(path)) == ["Say", "Hangup"]


async def test_every_emitted_url_carries_retries(provider: Provider) -> None:
    document = ElementTree.fromstring((await provider.post("inbound")).text)
    urls = [value for element in document.iter() for value in element.attrib.values() if value.startswith("http")]
    assert len(urls) >= 3
    assert all("rc=" in url.partition("#")[2] for url in urls)


async def test_the_caller_waits_while_phones_ring_so_long_as_people_hear(provider: Provider) -> None:
    dial = ElementTree.fromstring((await provider.post("inbound")).text).find("Dial")
    assert dial is not None
    assert dial.get("timeout") == "15"
    assert [number.text for number in dial] == [PHONES[ALICE]]


async def test_a_leg_is_asked_to_accept_and_then_joined(provider: Provider) -> None:
    await provider.post("inbound")
    leg = {"CallSid": LEG, "ParentCallSid": CALL, "To": PHONES[ALICE], "CallStatus": "in-progress"}
    assert verbs(await provider.post("screen?wave=1", **leg)) == ["Gather", "Hangup"]
    assert verbs(await provider.post("screen?wave=1", Digits="1", **leg)) == []
    other = {**leg, "CallSid": "CA" + "e" * 32, "To": PHONES[BEN]}
    assert verbs(await provider.post("screen?wave=1", **other)) == ["Say", "Hangup"]


async def test_rest_paths_are_not_the_edges_business(provider: Provider) -> None:
    answer = await provider.http.get("/api/voice/webhook/test")
    assert answer.json()["ok"] is True
    assert (await provider.http.get("/api/voice/webhook/nothing")).status_code == 404
