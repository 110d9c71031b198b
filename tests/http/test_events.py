"""`GET /api/events`: who may listen, what they hear, where they go on, and when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.http.listening import Listening
from tests.http.staff_app import BASE_URL, PASSWORD, Staff, StaffWorld, hire
from tests.http.test_calls import Told, hunted, sid
from titus_core.accounts.model import SESSION_IDLES, SESSION_LASTS
from titus_core.calls.events import CallReported
from titus_core.calls.model import CallStatus, Direction
from titus_core.calls.ports import Mark
from titus_core.kernel.errors import Unavailable
from titus_http import live_feed
from titus_http.live_feed import Pace
from titus_http.routes.events import cursor, mark

QUICK = Pace(reads=0.05, pings=30, looks=0.05)


class Office:
    """The staff side without a thread of its own, and a way to ask it."""

    def __init__(self, pace: Pace = QUICK, **parts: Any) -> None:
        self.world = StaffWorld(pace, **parts)
        hire(self.world)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.world.app), base_url=BASE_URL)
        self.staff: Any = self

    async def session(self, name: str) -> dict[str, str]:
        answer = await self.http.post("/api/auth/login", json={"email": f"{name}@titus.example", "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def listening(self, headers: dict[str, str], last_id: str = "", *, query: str = "") -> Listening:
        return Listening(self.world, headers, last_id, query=query)

    @property
    def listeners(self) -> set[Any]:
        return self.world.use_cases.live_feed._listeners


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    office = Office()
    yield office
    await office.http.aclose()


def events(messages: list[Any]) -> list[tuple[str, str]]:
    return [(message.event, message.data["sid"]) for message in messages]


# --- who may listen -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("will", 403)])
def test_only_those_listen_who_may_see_the_list_of_calls(staff: Staff, who: str, status: int) -> None:
    headers = staff.will if who == "will" else {}
    for path in ("/api/events", "/api/voice/calls"):
        answer = staff.client.get(path, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "wrong",
    [
        *("x", "%00", "é", "ZmVlZDo", "Y2FsbHM6MQ", "A" * 5000),
        *(cursor(Mark(2**63, 1)), cursor(Mark(1, 2**63)), cursor(Mark(1, 1, 10))),
    ],
)  # fmt: skip
def test_a_place_that_we_never_gave_is_refused(staff: Staff, wrong: str) -> None:
    olga = staff.olga
    said = [(name.encode(), value.encode()) for name, value in olga.items()]
    by_header = staff.client.get("/api/events", headers=[*said, (b"Last-Event-ID", wrong.encode())])
    by_query = staff.client.get("/api/events", headers=olga, params={"lastEventId": wrong})
    for answer in (by_header, by_query):
        assert answer.status_code == 400
        assert answer.json()["field"] == "lastEventId"


def test_a_cursor_means_its_place() -> None:
    for place in (Mark(), Mark(7, 9), Mark(2**63 - 1, 2**63 - 1, 9), Mark(0, 0, 1)):
        assert mark(cursor(place)) == place


# --- what they hear -------------------------------------------------------------------------------------------------


async def test_a_stream_is_never_kept_or_collected_on_its_way(office: Office) -> None:
    async with office.listening(await office.session("olga")) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["x-accel-buffering"] == "no"
        assert "content-length" not in stream.headers


async def test_a_hunt_is_heard_as_the_call_itself_would_tell_it(office: Office) -> None:
    olga = await office.session("olga")
    async with office.listening(olga) as stream:
        hunted(office.staff).ended()
        heard = await stream.heard(5)
    assert [message.event for message in heard] == ["arrived", "offered", "offered", "answered", "ended"]
    story = (await office.http.get(f"/api/voice/calls/{sid(1)}", headers=olga)).json()
    arrived, first, second, answered, ended = (message.data for message in heard)
    rung = [attempt for attempt in story["attempts"] if attempt["result"] != "skipped"]
    assert arrived == {
        "sid": sid(1), "at": story["created_at"], "status": "queued", "outcome": None, "type": "inbound",
        **{name: story[name] for name in ("from_number", "to_number", "participant", "created_at")},
    }  # fmt: skip
    for offer, attempt in zip((first, second), rung, strict=True):
        assert offer["attempts"] == [{**attempt, "result": None, "endedAt": None}]
        assert offer["at"] == attempt["startedAt"]
    assert answered["answeredBy"] == story["answeredBy"] == {"userId": 1, "name": "Sam Superadmin"}
    assert answered["outcome"] is None
    assert {name: ended[name] for name in ("sid", "status", "outcome", "duration", "answeredBy")} == {
        name: story[name] for name in ("sid", "status", "outcome", "duration", "answeredBy")
    }


async def test_without_a_place_the_stream_begins_now(office: Office) -> None:
    olga = await office.session("olga")
    Told(office.staff, 1)
    async with office.listening(olga) as stream:
        Told(office.staff, 2)
        assert events(await stream.heard(1)) == [("arrived", sid(2))]


async def test_two_who_listen_hear_the_same_from_one_reader(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    after = office.world.store.feed.after

    async def counted(mark: Mark, limit: int) -> Any:
        nonlocal asked
        asked += 1
        return await after(mark, limit)

    monkeypatch.setattr(office.world.store.feed, "after", counted)
    olga, sam = await office.session("olga"), await office.session("sam")
    async with office.listening(olga) as one, office.listening(sam) as two:
        await asyncio.sleep(0.02)
        before = asked
        for number in range(1, 4):
            Told(office.staff, number)
        assert await one.heard(3) == await two.heard(3)
        assert asked - before <= 3


# --- where they go on -----------------------------------------------------------------------------------------------


async def test_whoever_comes_back_hears_the_rest_and_nothing_twice(office: Office) -> None:
    olga = await office.session("olga")
    async with office.listening(olga) as stream:
        hunted(office.staff).ended()
        heard = list(await stream.heard(5))
    Told(office.staff, 2)
    for count, message in enumerate(heard, 1):
        async with office.listening(olga, message.id) as again:
            assert await again.heard(6 - count) == [*heard[count:], *again.messages[5 - count :]]
            assert events(again.messages)[-1] == ("arrived", sid(2))


async def test_two_news_of_one_event_can_be_told_apart(office: Office) -> None:
    olga = await office.session("olga")
    async with office.listening(olga) as stream:
        placed = CallReported(call_id=sid(1), status=CallStatus.COMPLETED, direction=Direction.OUTBOUND)
        told = Told.__new__(Told)
        told.staff, told.id, told.call = office.staff, sid(1), None
        told.then(placed)
        answered, ended = await stream.heard(2)
    assert (answered.event, ended.event) == ("answered", "ended")
    async with office.listening(olga, answered.id) as again:
        assert await again.heard(1) == [ended]


async def test_whoever_is_cut_off_before_the_first_event_misses_nothing(office: Office) -> None:
    olga = await office.session("olga")
    async with office.listening(olga) as stream:
        await stream._until(lambda: stream.reader.last_id)
        last, retry = stream.reader.last_id, stream.reader.retry
    Told(office.staff, 1)
    async with office.listening(olga, last) as again:
        assert events(await again.heard(1)) == [("arrived", sid(1))]
    assert retry == 2000


async def test_who_cannot_set_headers_says_it_in_the_query_and_the_header_is_newer(office: Office) -> None:
    olga = await office.session("olga")
    for number in (1, 2):
        Told(office.staff, number)
    async with office.listening(olga, query=f"lastEventId={cursor(Mark())}") as stream:
        assert events(await stream.heard(2)) == [("arrived", sid(1)), ("arrived", sid(2))]
    async with office.listening(olga, stream.messages[0].id, query=f"lastEventId={cursor(Mark())}") as stream:
        assert events(await stream.heard(1)) == [("arrived", sid(2))]


async def test_who_comes_from_another_database_is_told_and_hears_what_is_next(office: Office) -> None:
    olga = await office.session("olga")
    Told(office.staff, 1)
    async with office.listening(olga, cursor(Mark(99, 1))) as stream:
        Told(office.staff, 2)
        reset, arrived = await stream.heard(2)
    assert (reset.event, reset.data) == ("reset", {})
    assert (arrived.event, arrived.data["sid"]) == ("arrived", sid(2))
    assert mark(reset.id) < mark(arrived.id)


async def test_who_comes_from_a_quicker_process_hears_nothing_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga, rung = await office.session("olga"), asyncio.Event()

    async def wait(_: float) -> None:
        await rung.wait()
        await asyncio.sleep(0.01)

    monkeypatch.setattr(office.world.store.feed, "wait", wait)
    async with office.listening(olga) as slow:
        await asyncio.sleep(0.02)  # its reader has found nothing, and waits
        for number in (1, 2):
            Told(office.staff, number)
        async with office.listening(olga, cursor(await office.world.store.feed.newest())) as quick:
            rung.set()
            assert events(await slow.heard(2)) == [("arrived", sid(1)), ("arrived", sid(2))]
            Told(office.staff, 3)
            assert events(await quick.heard(1)) == [("arrived", sid(3))]


async def test_who_missed_much_hears_it_all_while_more_happens(office: Office) -> None:
    olga = await office.session("olga")
    for number in range(1, 451):
        Told(office.staff, number)
    async with office.listening(olga) as other, office.listening(olga, cursor(Mark())) as stream:
        for number in range(451, 471):
            Told(office.staff, number)
            await asyncio.sleep(0)
        heard = await stream.heard(470)
        assert await other.heard(20) == heard[450:]
    assert events(heard) == [("arrived", sid(number)) for number in range(1, 471)]


# --- signs of life, and the end -------------------------------------------------------------------------------------


async def test_a_silent_stream_pings_and_keeps_its_place_up_to_date() -> None:
    office = Office(Pace(reads=0.01, pings=0.05, looks=30))
    olga = await office.session("olga")
    async with office.listening(olga) as stream:
        await stream.pinged(1)
        began = mark(stream.reader.last_id)
        await office.session("sam")  # an event that tells listeners nothing
        await stream.pinged(3)
        assert mark(stream.reader.last_id) > began
        assert stream.messages == []
        assert stream.reader.comments[0] == "ping"
        Told(office.staff, 1)
        assert events(await stream.heard(1)) == [("arrived", sid(1))]
    await office.http.aclose()


@pytest.mark.parametrize("reason", ["signed out", "too old", "idle", "disabled", "another role"])
async def test_the_stream_ends_with_the_session(office: Office, reason: str) -> None:
    olga, sam = await office.session("olga"), await office.session("sam")
    async with office.listening(olga) as stream:
        match reason:
            case "signed out":
                await office.http.post("/api/auth/logout", headers=olga)
            case "too old":
                office.world.clock.advance(SESSION_LASTS)
            case "idle":
                for _ in range(4):  # being looked at is no use
                    office.world.clock.advance(SESSION_IDLES / 4)
                    await asyncio.sleep(0.06)
            case change:
                body = {"active": False} if change == "disabled" else {"role": "support_worker"}
                answer = await office.http.patch("/api/admin/users/3", headers=sam, json=body)
                assert answer.status_code == 200, answer.text
        await stream.over()
        Told(office.staff, 1)
        await asyncio.sleep(0.1)
        assert stream.messages == []
    assert office.listeners == set()


async def test_a_store_that_cannot_be_asked_sends_nobody_away(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    store, olga = office.world.store, await office.session("olga")

    async def fails(*_: object) -> Any:
        raise Unavailable

    async with office.listening(olga) as stream:
        with monkeypatch.context() as trouble:
            trouble.setattr(store.feed, "after", fails)
            trouble.setattr(store.reader, "session", fails)
            Told(office.staff, 1)
            await asyncio.sleep(0.2)
            assert not stream.ended
        assert events(await stream.heard(1)) == [("arrived", sid(1))]


async def test_a_store_that_fails_while_someone_catches_up_ends_their_stream(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = await office.session("olga")
    Told(office.staff, 1)

    async def fails(*_: object) -> Any:
        raise Unavailable

    with monkeypatch.context() as trouble:
        trouble.setattr(office.world.store.feed, "after", fails)
        async with office.listening(olga, cursor(Mark())) as stream:
            await stream.over()
    async with office.listening(olga, stream.reader.last_id) as again:
        assert events(await again.heard(1)) == [("arrived", sid(1))]


async def test_who_does_not_read_is_let_go_and_comes_back_without_a_loss(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_feed, "MOST_WAITING", 50)
    olga = await office.session("olga")
    async with office.listening(olga) as quick, office.listening(olga) as slow:
        await slow._until(lambda: slow.reader.last_id)
        slow.reads.clear()
        for number in range(1, 201):
            Told(office.staff, number)
            await asyncio.sleep(0)
        await quick.heard(200)
        assert max(len(one._waiting) for one in office.listeners) <= 50
        slow.reads.set()
        await slow.over()
        assert not quick.ended
    heard = list(slow.messages)
    assert len(heard) < 200
    async with office.listening(olga, slow.reader.last_id) as again:
        assert [*heard, *await again.heard(200 - len(heard))] == quick.messages


async def test_there_is_room_for_so_many(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_feed, "MOST_LISTENERS", 2)
    olga = await office.session("olga")
    async with office.listening(olga), office.listening(olga):
        async with office.listening(olga) as third:
            await third.over()
            assert third.status == 429
        assert len(office.listeners) == 2
    async with office.listening(olga) as fourth:
        assert fourth.status == 200


async def test_whoever_goes_is_forgotten_and_nobody_reads_for_nobody(office: Office) -> None:
    feed, olga = office.world.use_cases.live_feed, await office.session("olga")
    async with office.listening(olga):
        assert len(office.listeners) == 1
    assert office.listeners == set()
    async with asyncio.timeout(10):
        while feed._reading is not None:  # noqa: ASYNC110 (it ends by itself)
            await asyncio.sleep(0.01)
    async with office.listening(olga) as stream:
        Told(office.staff, 1)
        assert events(await stream.heard(1)) == [("arrived", sid(1))]


async def test_a_server_that_stops_ends_every_stream_at_once() -> None:
    office = Office(Pace(reads=30, pings=30, looks=30))
    olga = await office.session("olga")
    async with office.listening(olga) as one, office.listening(olga) as two:
        async with asyncio.timeout(2):
            office.world.stopping.tell()
            await one.over()
            await two.over()
    async with office.listening(olga) as late:
        await late.over()
    await office.http.aclose()
