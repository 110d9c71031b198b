"""The staff side on the memory store: what the HTTP tests talk to."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
from litestar import Litestar
from litestar.testing import TestClient

from tests.core.accounts.trail import TrailStore
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.holidays import FixedHolidays
from titus_adapters.memory.passwords import PlainHasher
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_core.accounts.change_user import ChangeUser
from titus_core.accounts.create_user import CreateUser
from titus_core.accounts.model import Role, User
from titus_core.accounts.ports import AccountTx
from titus_core.accounts.resume_session import ResumeSession
from titus_core.accounts.sign_in import SignIn
from titus_core.accounts.sign_out import SignOut
from titus_core.calls.explain_routing import ExplainRouting
from titus_core.hunt_groups.change_voice_setting import ChangeVoiceSetting
from titus_core.hunt_groups.report_presence import ReportPresence
from titus_core.hunt_groups.retire_group import RetireGroup
from titus_core.hunt_groups.save_group import SaveGroup
from titus_core.hunt_groups.set_availability import SetAvailability
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber
from titus_http.openapi import openapi_config
from titus_http.problems import exception_handlers
from titus_http.routes import staff_dependencies, staff_routers
from titus_http.routes.health import Health, Integration
from titus_http.routes.legacy_paths import LegacyPaths, not_built
from titus_http.security.guards import Guard, check_policies
from titus_http.security.origin import Site
from titus_http.security.requests import MAX_BODY, BoundedRequest
from titus_http.use_cases import UseCases

R = TypeVar("R")

PASSWORD = "a quiet river bend"
SITE = Site("https://titus.example")


class StaffWorld:
    """A store with some people, and the application in front of it."""

    def __init__(self) -> None:
        self.store = TrailStore()
        self.clock = ManualClock()
        self.hasher = PlainHasher()
        self.agent = ScriptedAgent()
        self.waiting_for: tuple[str, ...] = ()
        self.use_cases = self._use_cases()
        self.litestar = self._litestar()
        self.app = LegacyPaths(self.litestar)

    def _use_cases(self) -> UseCases:
        store, clock, reader = self.store, self.clock, self.store.reader
        return UseCases(
            clock=clock,
            account_reader=reader,
            sign_in=SignIn(store, self.hasher, clock, CountingIds()),
            sign_out=SignOut(store, clock),
            resume_session=ResumeSession(reader, store, clock),
            create_user=CreateUser(store, self.hasher, clock),
            change_user=ChangeUser(store, self.hasher, clock),
            group_reader=reader,
            save_group=SaveGroup(store, clock),
            retire_group=RetireGroup(store, clock),
            set_availability=SetAvailability(store, clock),
            report_presence=ReportPresence(store, clock),
            change_voice_setting=ChangeVoiceSetting(store, clock),
            call_reader=reader,
            explain_routing=ExplainRouting(store, FixedHolidays(), clock, self.agent),
            voice_agent=self.agent,
        )

    def _litestar(self) -> Litestar:
        integrations = (
            Integration("twilio", configured=True),
            Integration("elevenlabs", configured=False, missing=("ELEVENLABS_API_KEY",)),
        )
        health = Health("1.2.3", self._waiting, integrations)
        return Litestar(
            staff_routers(),
            dependencies=staff_dependencies(self.use_cases, SITE, health),
            guards=[Guard(self.use_cases.resume_session, SITE)],
            exception_handlers=exception_handlers(SITE.base_url, not_built),
            request_class=BoundedRequest,
            request_max_body_size=MAX_BODY,
            openapi_config=openapi_config("1.2.3"),
            on_startup=[check_policies],
            logging_config=None,
        )

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
    for user in PEOPLE:
        at_once(world.store.transact(_add, msgspec.structs.replace(user, password_hash=f"plain$1${PASSWORD}")))
    with TestClient(world.app, raise_server_exceptions=False, base_url=SITE.base_url) as client:
        yield Staff(world, client)


def at_once(work: Coroutine[Any, Any, R]) -> R:
    """What `work` answers. The memory store never suspends, so it is done at the first step."""
    try:
        work.send(None)
    except StopIteration as done:
        result: R = done.value
        return result
    raise AssertionError("the memory store suspended")
