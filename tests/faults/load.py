"""Load on a server process: callers whose webhooks come as Twilio sends them (again, until they are acknowledged), and
an administrator who makes hunt groups. Everything that was asked is kept, to be compared with what is stored."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
from twilio.request_validator import RequestValidator

from tests.faults.http_line import Asked, Line, request
from tests.faults.live.processes import environment
from tests.journeys.stage import ALICE, BEN, CARA, Stage
from titus_adapters.passwords import Argon2Hasher
from titus_adapters.system import SystemClock
from titus_core.accounts.create_user import CreateUser, NewUser
from titus_core.accounts.model import Role
from titus_core.calls.events import CallArrived
from titus_core.calls.history import AnyCallEvent, fold
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.ids import CallId
from titus_http.bootstrap import TEST_BASE_URL

TOKEN = "an auth token for tests of outages"
EMAIL, PASSWORD = "robin@titus.example.org.au", "a quiet river bend"
_HOOK = "/api/voice/webhook"
_PAUSE = 0.05
_ENDS_WITHIN = 60.0
_MOMENT = b"/fallback?turn="


async def move_in(store: Any) -> None:
    """Three members of staff with phones, one group, and an administrator."""
    stage = Stage(store)
    await stage.staff(ALICE, BEN, CARA)
    await stage.group(ALICE, BEN, CARA)
    boss = NewUser(actor=OPERATOR, email=EMAIL, name="Robin", role=Role.SUPERADMIN, password=PASSWORD)
    await CreateUser(store, Argon2Hasher(), SystemClock())(boss)


def settings(database: str, home: Path) -> dict[str, str]:
    """The environment of a server on this database. No API: Twilio is asked for nothing."""
    return environment(
        BASE_URL=TEST_BASE_URL,
        DATABASE_URL=database,
        RAILWAY_VOLUME_MOUNT_PATH=str(home),
        TITUS_SECRET_KEY="0123456789abcdef" * 4,
        TWILIO_AUTH_TOKEN=TOKEN,
    )


def webhook(path: str, call_id: str, **fields: str) -> bytes:
    """A signed request."""
    form = {"CallSid": call_id, "From": "+61491570006", "To": "+61255500001", "CallStatus": "in-progress", **fields}
    headers = {
        "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(f"{TEST_BASE_URL}{_HOOK}/{path}", form),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return request("POST", f"{_HOOK}/{path}", headers, urlencode(form).encode())


def stands_in(answer: Asked) -> bool:
    """Whether it is the document that needs no store (decision 0004)."""
    return answer.status == 200 and _MOMENT in answer.body


class Load:
    """Runs from `start` to `end`. `asked` is all of it; `calls` are the calls that were told to their end, `groups` the
    names that were answered 201, and those that were asked for at all."""

    def __init__(self, port: int, *, callers: int = 6, token: str = "") -> None:
        self.asked: list[Asked] = []
        self.calls: list[str] = []
        self.groups: list[str] = []
        self.groups_asked: list[str] = []
        self._port, self._token = port, token
        self._ending = asyncio.Event()
        self._gone = False
        self._count = callers
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        work = [self._call] * self._count + ([self._make_group] if self._token else [])
        self._tasks = [asyncio.create_task(self._repeat(one)) for one in work]

    async def end(self) -> None:
        """Every call that began is told to its end first; raises `TimeoutError` if that cannot be done."""
        self._ending.set()
        async with asyncio.timeout(_ENDS_WITHIN):
            await asyncio.gather(*self._tasks)

    async def give_up(self) -> None:
        """Nobody answers any more: end after the request under way."""
        self._gone = True
        await self.end()

    async def _repeat(self, work: Any) -> None:
        line = Line(self._port)
        while not self._ending.is_set():
            await work(line)
            await asyncio.sleep(0)
        line.close()

    async def _call(self, line: Line) -> None:
        """Rings, nobody answers in the first wave, and the caller hangs up."""
        call_id = f"CA{uuid.uuid4().hex}"
        answer = await self._told(line, webhook("inbound", call_id, CallStatus="ringing"))
        while answer is not None and stands_in(answer):
            await asyncio.sleep(_PAUSE)
            answer = await self._told(line, webhook("fallback?turn=1", call_id))
        if answer is not None and b"<Dial" in answer.body:
            step = f"hunt-step?callSid={call_id}&step=1"
            await self._told(line, webhook(step, call_id, DialCallStatus="no-answer"))
        if await self._told(line, webhook("status", call_id, CallStatus="completed", CallDuration="9")) is not None:
            self.calls.append(call_id)

    async def _told(self, line: Line, what: bytes) -> Asked | None:
        """Again until it is acknowledged; None if nobody is there any more."""
        while True:
            answer = await line.ask(what)
            self.asked.append(answer)
            if answer.status == 200:
                return answer
            if self._gone:
                return None
            await asyncio.sleep(_PAUSE)

    async def _make_group(self, line: Line) -> None:
        name = f"Group {uuid.uuid4().hex}"
        self.groups_asked.append(name)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        body = msgspec.json.encode({"name": name})
        answer = await line.ask(request("POST", "/api/voice/hunt-groups", headers, body))
        self.asked.append(answer)
        if answer.status == 201:
            self.groups.append(name)
        await asyncio.sleep(_PAUSE)


async def sign_in(port: int) -> str:
    line = Line(port)
    body = msgspec.json.encode({"email": EMAIL, "password": PASSWORD})
    answer = await line.ask(request("POST", "/api/auth/login", {"Content-Type": "application/json"}, body))
    line.close()
    assert answer.status == 200, answer
    token: str = msgspec.json.decode(answer.body)["token"]
    return token


async def lost_or_double(store: Any, load: Load) -> list[str]:
    """What was acknowledged and is not stored, or stored twice; calls whose events do not make what is stored."""
    found = []
    for call_id in load.calls:
        call = await store.reader.call(CallId(call_id))
        recorded = await store.reader.events(CallId(call_id))
        events = [(msgspec.json.decode(event.data, type=AnyCallEvent), event.at) for event in recorded]
        arrivals = sum(isinstance(event, CallArrived) for event, _ in events)
        folded = fold(events)
        if call is None or folded is None or call.live or arrivals != 1:
            found.append(f"{call_id} is {call.status if call else 'lost'} and arrived {arrivals} times")
        elif msgspec.structs.replace(folded, version=call.version) != call:
            found.append(f"the events of {call_id} do not make what is stored")
    names = [group.name for group in await store.reader.groups()]
    found += [f"{name} was made, and is stored {names.count(name)} times" for name in load.groups if name not in names]
    found += [f"{name} is stored {names.count(name)} times" for name in load.groups_asked if names.count(name) > 1]
    return found


async def repeated(port: int, load: Load, most: int) -> list[str]:
    """What answers another time with other bytes, of the newest that were answered from the store."""
    found, line = [], Line(port)
    told = [each for each in load.asked if each.status == 200 and _HOOK.encode() in each.request[:60]]
    for before in [each for each in told if not stands_in(each)][-most:]:
        again = await line.ask(before.request)
        if (again.status, again.body) != (200, before.body):
            found.append(f"{before.request[:90]!r}: {before.body!r}, then {again.status} {again.body!r}")
    line.close()
    return found
