"""What is fuzzed: the whole application in a world of its own, with people signed in and a group that answers calls."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.core.crm.base import catalogue
from titus_adapters.memory.conversations import MemoryConversations
from titus_adapters.memory.store import MemoryStore
from titus_adapters.memory.world import World
from titus_core.accounts.model import Role, User
from titus_core.accounts.sign_in import Credentials
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import (
    Closure,
    Endpoint,
    Hours,
    HuntGroup,
    Member,
    Span,
    Strategy,
    ToAgent,
    ToGroup,
    ToNumber,
    ToVoicemail,
)
from titus_core.hunt_groups.ports import Availability
from titus_core.kernel.ids import GroupId, UserId
from titus_core.kernel.phone import PhoneNumber
from titus_core.records.model import Record, RecordId
from titus_http.bootstrap import TEST_BASE_URL, build_for

ACCOUNT = "AC" + "0" * 31 + "1"
AUTH_TOKEN = "an auth token that nobody may read"
SHARED_KEY, SHARED_SECRET = "webhooks_sharedkey_1", "a shared secret that nobody may read"
ELEVENLABS_SECRET = "a webhook secret that nobody may read"
PASSWORD = "a password that nobody may read"
SECRETS = (AUTH_TOKEN, SHARED_SECRET, ELEVENLABS_SECRET, PASSWORD)
"""No answer may hold one of these."""

TITUS_NUMBER, CALLER = "+61255500001", "+61491570006"
OTHER_ORIGIN = "https://pages.example.org.au"
BASE_URL = TEST_BASE_URL
CONTACT, CLIENT = RecordId("rec0000000Contact"), RecordId("rec00000000Client")
PAGES = Path(__file__).parent / "pages"


class Target:
    """`app` is what a server serves; `tokens` are of people of each role; `errors` what Titus logged as its own fault,
    though the answer hid it. `store` None: the world's own, whose `state` can be looked at."""

    def __init__(self, store: Any = None, *, agent: Any = None) -> None:
        self.world = World(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), catalogue())
        self.store: Any = store if store is not None else self.world.store
        self._state = self.store._state if isinstance(self.store, MemoryStore) else None
        self.titus = build_for(
            self.world,
            storage=self.store,
            reader=self.store.reader,
            twilio_number=TITUS_NUMBER,
            agent=agent if agent is not None else self.world.agent,
            auth_tokens=(AUTH_TOKEN,),
            shared_keys={SHARED_KEY: SHARED_SECRET},
            accounts=frozenset({ACCOUNT}),
            elevenlabs_secret=ELEVENLABS_SECRET,
            conversations=MemoryConversations(),
            cors_origins=(OTHER_ORIGIN,),
            static_dir=PAGES,
        )
        self.app: Any = self.titus.app
        self.tokens: dict[Role, str] = {}
        self.errors: list[str] = []

    async def open(self) -> Target:
        for number, role in enumerate(Role, start=1):
            await self.store.transact(_hire, (number, role, self.world.clock.now()))
            session = await self.titus.use_cases.sign_in(Credentials(f"{role.value}@example.org.au", PASSWORD))
            self.tokens[role] = session.token
        for group in GROUPS:
            await self.store.transact(_save_group, group)
        await self.world.store.transact(_plant, None)
        return self

    def rows(self) -> dict[str, Any]:
        """All that the memory store holds, as it is now. Nothing of any other store."""
        kept = vars(self._state).items() if self._state is not None else ()
        return {name: _copied(table) for name, table in kept if isinstance(table, dict | list)}

    def restore(self, rows: dict[str, Any]) -> None:
        """Make the memory store hold what it held then."""
        for name, kept in rows.items():
            table, again = getattr(self._state, name), _copied(kept)
            table.clear()
            table.extend(again) if isinstance(table, list) else table.update(again)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Collect what is logged as an error meanwhile, and keep it from the console."""
        ours = logging.getLogger("titus"), logging.getLogger("titus_http"), logging.getLogger("titus_core")
        ear = _Ear(self.errors)
        before = [(logger.propagate, logger.level) for logger in ours]
        for logger in ours:
            logger.addHandler(ear)
            logger.propagate, logger.level = False, logging.ERROR
        try:
            yield
        finally:
            for logger, (propagate, level) in zip(ours, before, strict=True):
                logger.removeHandler(ear)
                logger.propagate, logger.level = propagate, level


def _copied(table: Any) -> Any:
    """With the rows of each table of records."""
    if isinstance(table, list):
        return table.copy()
    return {key: row.copy() if isinstance(row, dict) else row for key, row in table.items()}


async def _plant(tx: Any, _: None) -> None:
    """A contact and a client."""
    base = catalogue()
    for record_id, table, name in ((CONTACT, "all_contacts", "first_name"), (CLIENT, "clients", "client_name")):
        told = base.named(table)
        cells = {told.named(name).id: "Ann", told.named("mobile").id: CALLER}
        row = Record(id=record_id, created_time="2026-01-05T01:02:03.000Z", fields=cells, version="1")
        tx.record_rows.put(told.id, row, None)


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        self._heard.append(f"{record.getMessage()[:300]} ({cause!r:.300})")


_MEMBERS = tuple(Member(UserId(number), endpoint=Endpoint.PHONE) for number in (1, 2, 3))
GROUPS = (
    HuntGroup(id=GroupId(1), name="Intake", members=_MEMBERS, overflow=(ToAgent(), ToVoicemail())),
    HuntGroup(
        id=GroupId(2),
        name="After hours",
        number=PhoneNumber("+61255500002"),
        strategy=Strategy.LONGEST_IDLE,
        when_busy="wait",
        sticky_days=7,
        hours=Hours("Australia/Sydney", {"mon": (Span("09:00", "17:00"),)}, "NSW"),
        closures=(Closure(date(2026, 12, 25), date(2026, 12, 28), "Christmas"),),
        blocked=(PhoneNumber("+61491570110"),),
        overflow=(ToGroup(GroupId(1)), ToNumber(PhoneNumber("+61255500009")), ToVoicemail()),
        members=tuple(Member(UserId(number)) for number in (3, 4)),
    ),
)


async def _hire(tx: Any, hired: tuple[int, Role, datetime]) -> None:
    number, role, at = hired
    user_id = UserId(number)
    tx.users.save(
        User(
            id=user_id,
            email=f"{role.value}@example.org.au",
            name=f"Person {number}",
            role=role,
            password_hash=f"plain$1${PASSWORD}",
            phone=PhoneNumber(f"+6149157015{number}"),
            created_at=at,
            updated_at=at,
        )
    )
    tx.members.set_availability(Availability(user_id, Presence.AVAILABLE, at))


async def _save_group(tx: Any, group: HuntGroup) -> None:
    tx.hunt_groups.save(group)
