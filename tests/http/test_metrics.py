"""`/metrics`: who may read it, and what requests, webhooks and jobs become there."""

from __future__ import annotations

import asyncio
import platform
import re
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families
from twilio.request_validator import RequestValidator

from tests.http.staff_app import BASE_URL, StaffWorld, at_once, hire
from tests.journeys.stage import ACCOUNT, ALICE, BEN, CALLER, TITUS_NUMBER, Stage
from titus_adapters.memory.clock import ManualClock
from titus_adapters.telemetry.observer import Observer
from titus_adapters.telemetry.standing import Standing
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import Job, JobId, JobState
from titus_core.kernel.correlation import correlation
from titus_core.kernel.errors import NotFound, Unauthenticated, Unavailable
from titus_http.bootstrap import TEST_BASE_URL
from titus_http.callers_first import CallersFirst
from titus_http.figures_only import FiguresOnly
from titus_http.jobs import Working
from titus_http.observing import Observed
from titus_http.security.monitors import Monitors
from titus_http.telemetry import SILENT

TOKEN = "5f2c9a7e41d8b3604c7e9f1a2b6d8053"
HERE = {"host": "localhost:3000"}


def figures(page: str) -> dict[str, float]:
    """Every sample, as `name a=b c=d`."""
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    return {
        sample.name + "".join(f" {k}={v}" for k, v in sorted(sample.labels.items())): sample.value for sample in samples
    }


class Watched:
    """The whole application with an observer, and a client of it that comes from `peer`."""

    def __init__(self, *, token: str = "", peer: str = "127.0.0.1", **parts: Any) -> None:
        clock = ManualClock()
        self.observer = Observer("1.2.3", clock, SILENT)
        self.world = StaffWorld(telemetry=self.observer, metrics_token=token, **parts)
        self.world.store.tap = self.observer
        self.observer.look_at(Standing(self.world.store.reader, self.world.store.jobs, self.world.clock))
        transport = httpx.ASGITransport(self.world.app, raise_app_exceptions=False, client=(peer, 1234))
        self.http = httpx.AsyncClient(transport=transport, base_url=BASE_URL)

    async def figures(self) -> dict[str, float]:
        return figures((await self.http.get("/metrics", headers=HERE)).text)


# --- who may read it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1"])
@pytest.mark.parametrize("host", ["localhost:3000", "127.0.0.1", "[::1]:3000"])
async def test_without_a_token_the_figures_are_for_this_machine(peer: str, host: str) -> None:
    answer = await Watched(peer=peer).http.get("/metrics", headers={"host": host})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert figures(answer.text)[f"titus_build_info python={platform.python_version()} version=1.2.3"] == 1


@pytest.mark.parametrize("peer", ["203.0.113.7", "10.0.0.1", "100.64.0.2", "nobody", ""])
async def test_without_a_token_nobody_else_gets_them(peer: str) -> None:
    answer = await Watched(peer=peer).http.get("/metrics", headers=HERE)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "TITUS_METRICS_TOKEN" in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "203.0.113.7"},
        {"forwarded": "for=203.0.113.7"},
        {"via": "1.1 proxy"},
        {"x-real-ip": "203.0.113.7"},
        {"x-forwarded-host": "titus.example"},
        {"host": "titus.example"},
        {"host": "localhost.evil.example"},
    ],
)
async def test_a_proxy_on_this_machine_or_a_page_in_its_browser_is_not_this_machine(headers: dict[str, str]) -> None:
    answer = await Watched().http.get("/metrics", headers={**HERE, **headers})
    assert answer.status_code == 401


async def test_with_a_token_only_who_has_it_gets_them() -> None:
    watched = Watched(token=TOKEN, peer="203.0.113.7")
    for headers, status in (
        ({"authorization": f"Bearer {TOKEN}"}, 200),
        ({"authorization": f"bearer  {TOKEN}"}, 200),
        ({"authorization": f"Bearer {TOKEN[:-1]}"}, 401),
        ({"authorization": f"Basic {TOKEN}"}, 401),
        ({"authorization": "Bearer"}, 401),
        ({}, 401),
    ):
        assert (await watched.http.get("/metrics", headers=headers)).status_code == status


async def test_a_token_counts_on_this_machine_too_and_a_session_never() -> None:
    watched = Watched(token=TOKEN)
    assert (await watched.http.get("/metrics", headers=HERE)).status_code == 401
    hire(watched.world)
    login = await watched.http.post(
        "/api/auth/login", json={"email": "sam@titus.example", "password": "a quiet river bend"}
    )
    session = {"authorization": f"Bearer {login.json()['token']}"}
    assert (await watched.http.get("/metrics", headers={**HERE, **session})).status_code == 401


def test_monitors_do_not_show_their_token() -> None:
    assert TOKEN not in repr(Monitors(TOKEN))


async def test_a_titus_that_counts_nothing_says_so() -> None:
    world = StaffWorld()
    transport = httpx.ASGITransport(world.app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
        assert (await http.get("/metrics", headers=HERE)).status_code == 501


@pytest.mark.parametrize(
    ("path", "method", "peer", "status"),
    [
        ("/metrics", "GET", "127.0.0.1", 200),
        ("/metrics", "GET", "10.0.0.9", 401),
        ("/metrics", "POST", "127.0.0.1", 404),
        ("/api/health", "GET", "127.0.0.1", 404),
    ],
)
async def test_a_worker_shows_its_figures_and_nothing_else(path: str, method: str, peer: str, status: int) -> None:
    app: Any = FiguresOnly(Observer("1.2.3", ManualClock(), SILENT), Monitors())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(peer, 1)), base_url="http://localhost"
    ) as http:
        answer = await http.request(method, path)
    assert answer.status_code == status
    assert ("titus_build_info" in answer.text) is (status == 200)


# --- requests ---------------------------------------------------------------------------------------------------------


async def test_requests_are_counted_by_the_template_of_their_route() -> None:
    watched = Watched()
    for number in range(5):
        await watched.http.get(f"/api/voice/calls/CA{number:032x}")
    await watched.http.get("/api/calls")
    found = await watched.figures()
    assert found["titus_http_request_seconds_count method=GET route=/api/voice/calls/{sid} status=4xx"] == 5


async def test_what_clients_make_up_is_no_label() -> None:
    watched = Watched()
    for path in ("/wp-admin.php", "/api/nothing/0491570006", "/%2B61491570006", "/api/voice/webhook/none"):
        await watched.http.get(path)
    await watched.http.request("BREW", "/api/health")
    page = (await watched.http.get("/metrics", headers=HERE)).text
    routes = set(re.findall(r'route="([^"]*)"', page))
    assert routes <= {"unmatched", "/api/health"}
    assert set(re.findall(r'method="([^"]*)"', page)) == {"GET", "other"}


async def test_every_answer_names_its_request_and_no_two_the_same() -> None:
    watched = Watched()
    answers = [
        await watched.http.get("/api/health", headers={"x-request-id": "mine"}),
        await watched.http.get("/nowhere"),
        await watched.http.post("/api/voice/webhook/inbound"),
        await watched.http.get("/metrics", headers=HERE),
    ]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"r[0-9a-f]{10}-[0-9a-f]+", each) for each in ids)


async def test_an_answer_that_never_began_is_counted_too() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("a bug")

    observer = Observer("1.2.3", ManualClock(), SILENT)
    scope: Any = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(LookupError):
        await Observed(broken, observer)(scope, None, None)  # type: ignore[arg-type]  # neither is asked for
    found = figures((await observer.page()).decode())
    assert found["titus_http_request_seconds_count method=GET route=unmatched status=none"] == 1


# --- webhooks ---------------------------------------------------------------------------------------------------------

FORM = {
    "AccountSid": ACCOUNT.sid,
    "CallSid": "CA" + "c" * 32,
    "From": CALLER,
    "To": TITUS_NUMBER,
    "CallStatus": "ringing",
    "Direction": "inbound",
}


class Hooked:
    """A stage whose webhooks are watched."""

    def __init__(self) -> None:
        self.observer = Observer("1.2.3", ManualClock(), SILENT)
        self.stage = Stage(telemetry=self.observer, elevenlabs_secret="a secret of ElevenLabs")
        self.stage.store.tap = self.observer
        app: Any = self.stage.titus.app
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=TEST_BASE_URL)

    async def post(self, path: str, **changes: str) -> httpx.Response:
        form, url = {**FORM, **changes}, f"{TEST_BASE_URL}/api/voice/webhook/{path}"
        signature = RequestValidator(ACCOUNT.auth_token).compute_signature(url, form)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return await self.http.post(url, content=urlencode(form), headers=headers)

    async def verdicts(self) -> dict[str, float]:
        """Counts by `route verdict`."""
        found = figures((await self.observer.page()).decode())
        counted = re.compile(r"titus_webhook_seconds_count provider=(\S+) route=(\S+) verdict=(\S+)")
        return {f"{m[2]} {m[3]}": value for name, value in found.items() if (m := counted.fullmatch(name))}


async def test_a_webhook_is_accepted_once_and_then_repeated() -> None:
    hooked = Hooked()
    await hooked.stage.staff(ALICE, BEN)
    await hooked.stage.group(ALICE, BEN)
    assert (await hooked.post("inbound")).content == (await hooked.post("inbound")).content
    await hooked.post("status", CallStatus="in-progress")
    await hooked.post("status", CallStatus="in-progress")
    assert await hooked.verdicts() == {
        "inbound accepted": 1,
        "inbound repeated": 1,
        "status accepted": 1,
        "status repeated": 1,
    }
    found = figures((await hooked.observer.page()).decode())
    assert found["titus_hunt_steps_total result= step=offered"] == 1
    assert found["titus_http_request_seconds_count method=POST route=/api/voice/webhook/inbound status=2xx"] == 2


async def test_a_webhook_that_is_not_the_providers_is_refused_by_reason() -> None:
    hooked = Hooked()
    await hooked.http.post("/api/voice/webhook/inbound", data=FORM)
    await hooked.post("inbound", AccountSid="AC" + "9" * 32)
    assert await hooked.verdicts() == {"inbound refused": 2}
    found = figures((await hooked.observer.page()).decode())
    assert found["titus_webhook_refusals_total provider=twilio reason=unsigned"] == 1
    assert found["titus_webhook_refusals_total provider=twilio reason=foreign-account"] == 1


async def test_a_caller_who_is_served_without_the_store_is_a_fallback_and_a_report_a_failure() -> None:
    hooked = Hooked()
    at_once(hooked.stage.store.close())
    assert (await hooked.post("inbound")).status_code == 200
    assert (await hooked.post("status")).status_code == 503
    assert await hooked.verdicts() == {"inbound fallback": 1, "status failed": 1}
    assert figures((await hooked.observer.page()).decode())["titus_fallbacks_total"] == 1


async def test_what_cannot_be_read_or_worked_on_has_words_of_its_own() -> None:
    hooked = Hooked()
    await hooked.post("status", CallSid="nonsense")
    await hooked.post("inbound", CallSid="nonsense")
    hooked.stage.titus.edge._table["/api/voice/webhook/status"] = _broken(hooked, "status")
    hooked.stage.titus.edge._table["/api/voice/webhook/inbound"] = _broken(hooked, "inbound")
    await hooked.post("status")
    await hooked.post("inbound")
    assert await hooked.verdicts() == {"status deferred": 2, "inbound fallback": 2}


def _broken(hooked: Hooked, name: str) -> Any:
    async def fail(_: object) -> Any:
        raise LookupError("a bug")

    return replace(hooked.stage.titus.edge._table[f"/api/voice/webhook/{name}"], act=fail)


async def test_webhooks_of_the_agents_provider_are_watched_too() -> None:
    hooked = Hooked()
    secret = {"x-titus-secret": "a secret of ElevenLabs"}
    for headers in ({}, secret, secret):
        await hooked.http.post("/api/voice/elevenlabs/initiation", content=b"{}", headers=headers)
    await hooked.http.post("/api/voice/elevenlabs/post-call", content=b"{}")
    await hooked.http.post("/api/voice/elevenlabs/initiation", content=b"\xff", headers=secret)
    assert await hooked.verdicts() == {
        "initiation refused": 1,
        "initiation fallback": 2,
        "initiation unreadable": 1,
        "post-call refused": 1,
    }


# --- jobs -------------------------------------------------------------------------------------------------------------


async def test_a_try_of_a_job_is_counted_and_known_to_whatever_it_does() -> None:
    watched = Watched()
    seen = []

    async def handler(job: Job) -> None:
        seen.append(correlation())
        if job.subject != "good":
            raise NotFound if job.subject == "hopeless" else Unavailable

    working = _working(watched, handler)
    for number, subject in enumerate(("good", "hopeless", "down")):
        await working.attempt(_job(number, subject))
    found = await watched.figures()
    for verdict in ("done", "given_up", "later"):
        assert found[f"titus_job_seconds_count kind=keep_recording verdict={verdict}"] == 1
    assert [(each.job_kind, each.job_id, each.call_id) for each in seen] == [
        ("keep_recording", number, FORM["CallSid"]) for number in range(3)
    ]


async def test_a_try_that_is_cut_short_is_counted_too() -> None:
    watched = Watched()

    async def hang(_: Job) -> None:
        await asyncio.Event().wait()

    trying = asyncio.create_task(_working(watched, hang).attempt(_job(1, "hangs")))
    await asyncio.sleep(0)
    trying.cancel()
    await asyncio.gather(trying, return_exceptions=True)
    assert (await watched.figures())["titus_job_seconds_count kind=keep_recording verdict=cut_short"] == 1


def _working(watched: Watched, handler: Any) -> Any:
    worker: Any = watched.world.store.worker
    return Working(worker, {Kind.KEEP_RECORDING: handler}, _nothing, CallersFirst(), watched.observer)  # type: ignore[arg-type]


async def _nothing() -> None:
    pass


def _job(number: int, subject: str) -> Job:
    now = ManualClock().now()
    return Job(
        id=JobId(number),
        kind=Kind.KEEP_RECORDING,
        subject=subject,
        call_id=FORM["CallSid"],  # type: ignore[arg-type]  # a CallId
        state=JobState.RUNNING,
        tries=1,
        created_at=now,
        due_at=now,
    )


def test_whoever_may_not_read_them_is_not_signed_in() -> None:
    with pytest.raises(Unauthenticated):
        Monitors("").demand("", {})
