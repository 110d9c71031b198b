"""The staff side on the memory store: what the HTTP tests talk to."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
from litestar.testing import TestClient

from tests.core.accounts.trail import TrailStore
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.holidays import FixedHolidays
from titus_adapters.memory.passwords import PlainHasher
from titus_adapters.memory.texts import MemoryTexts
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_adapters.number_rules import PhoneNumberRules
from titus_core.accounts.model import Role, User
from titus_core.accounts.ports import AccountTx
from titus_core.jobs.causes import Kind, causes_of
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber
from titus_http.bootstrap import ELEVENLABS
from titus_http.live_feed import Pace
from titus_http.wiring import Parts, wire

R = TypeVar("R")

PASSWORD = "a quiet river bend"
BASE_URL = "https://titus.example"


class StaffWorld:
    """A store with some people, and the whole application in front of it. `parts` are fields of `Parts`."""

    def __init__(self, pace: Pace = Pace(), **parts: Any) -> None:  # noqa: B008 (a value)
        self.store = TrailStore(causes_of(tuple(Kind)))
        self.clock = ManualClock()
        self.hasher = PlainHasher()
        self.agent = ScriptedAgent()
        self.files = MemoryFiles()
        self.texts = MemoryTexts()
        self.waiting_for: tuple[str, ...] = ()
        plain = Parts(
            storage=self.store,
            reader=self.store.reader,
            feed=self.store.feed,
            clock=self.clock,
            ids=CountingIds(),
            hasher=self.hasher,
            calendar=FixedHolidays(),
            jobs=self.store.jobs,
            worker=self.store.worker,
            telephony=None,
            recordings=None,
            call_ledger=None,
            text_ledger=None,
            text_sender=self.texts,
            media=self.texts,
            number_rules=PhoneNumberRules(),
            twilio_number="+61255500001",
            conversations=None,
            summariser=None,
            elevenlabs=ELEVENLABS,
            files=self.files,
            agent=self.agent,
            base_url=BASE_URL,
            secret_key="a key for tests",
            waiting_for=self._waiting,
            elevenlabs_secret="a secret of ElevenLabs",
            missing={"elevenlabs": ("ELEVENLABS_API_KEY",)},
            sections=("twilio", "elevenlabs"),
            pace=pace,
        )
        titus = wire(msgspec.structs.replace(plain, **parts))
        self.use_cases = titus.use_cases
        self.stopping = titus.stopping
        self.litestar = titus.rest
        self.app: Any = titus.app

    async def _waiting(self) -> tuple[str, ...]:
        return self.waiting_for

    def events(self, subject: str) -> list[Any]:
        """What the trail holds about `subject`."""
        return self.store.events(subject)


PEOPLE = (
    User(id=UserId(1), email="sam@titus.example", name="Sam Superadmin", role=Role.SUPERADMIN, password_hash=""),
    User(id=UserId(2), email="dina@titus.example", name="Dina Director", role=Role.DIRECTOR, password_hash=""),
    User(
        id=UserId(3),
        email="olga@titus.example",
        name="Olga Office",
        role=Role.OFFICE_STAFF,
        password_hash="",
        phone=PhoneNumber("+61491570006"),
    ),
    User(id=UserId(4), email="will@titus.example", name="Will Worker", role=Role.SUPPORT_WORKER, password_hash=""),
)


async def _add(tx: AccountTx, user: User) -> None:
    tx.users.save(user)


class Staff:
    """A client, and the means to be one of the people."""

    def __init__(self, world: StaffWorld, client: TestClient[Any]) -> None:
        self.world = world
        self.client = client

    def headers(self, email: str) -> dict[str, str]:
        """The headers of a fresh session."""
        answer = self.client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    @property
    def sam(self) -> dict[str, str]:
        return self.headers("sam@titus.example")

    @property
    def dina(self) -> dict[str, str]:
        return self.headers("dina@titus.example")

    @property
    def olga(self) -> dict[str, str]:
        return self.headers("olga@titus.example")

    @property
    def will(self) -> dict[str, str]:
        return self.headers("will@titus.example")


@contextmanager
def staff() -> Iterator[Staff]:
    """The application with its people, ready to be asked."""
    world = StaffWorld()
    hire(world)
    with TestClient(world.app, raise_server_exceptions=False, base_url=BASE_URL) as client:
        yield Staff(world, client)


def hire(world: StaffWorld) -> None:
    """All the people, with the password of every test."""
    for user in PEOPLE:
        at_once(world.store.transact(_add, msgspec.structs.replace(user, password_hash=f"plain$1${PASSWORD}")))


def at_once(work: Coroutine[Any, Any, R]) -> R:
    """What `work` answers. The memory store never suspends, so it is done at the first step."""
    try:
        work.send(None)
    except StopIteration as done:
        result: R = done.value
        return result
    raise AssertionError("the memory store suspended")
