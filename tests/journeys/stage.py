"""A stage for journeys: Titus in a world in memory (or on any store), Twilio and its phones played by the sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from titus_adapters.memory.world import World
from titus_adapters.sandbox.twilio.chaos import Chaos
from titus_adapters.sandbox.twilio.engine.wire import wire_to
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switchboard import Account
from titus_adapters.sandbox.twilio.switches import Switches
from titus_core.accounts.model import Role, User
from titus_core.calls.evidence import outcome
from titus_core.calls.model import Call
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import Endpoint, HuntGroup, Member, OverflowStep, ToVoicemail
from titus_core.hunt_groups.ports import Availability
from titus_core.kernel.ids import CallId, GroupId, UserId
from titus_core.kernel.phone import PhoneNumber
from titus_http.bootstrap import TEST_BASE_URL, build_for

TITUS_NUMBER = "+61255500001"
CALLER = "+61491570006"
ALICE, BEN, CARA = UserId(1), UserId(2), UserId(3)
PHONES = {ALICE: "+61491570156", BEN: "+61491570157", CARA: "+61491570158"}
NAMES = {ALICE: "Alice Moss", BEN: "Ben Okoro", CARA: "Cara Lind"}
ACCOUNT = Account()


class Stage:
    """`store` None: the world's own. Everybody is available, and reached by phone, unless a test says otherwise."""

    def __init__(
        self,
        store: Any = None,
        *,
        chaos: Chaos | None = None,
        switches: Switches | None = None,
        seed: int = 0,
        hosts: Mapping[str, Any] = {},
        **parts: object,
    ) -> None:
        self.world = World(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
        self.store: Any = store if store is not None else self.world.store
        defaults = {"auth_tokens": (ACCOUNT.auth_token,), "accounts": frozenset({ACCOUNT.sid})}
        self.titus = build_for(
            self.world,
            storage=self.store,
            reader=self.store.reader,
            feed=self.store.feed,
            jobs=self.store.jobs,
            worker=self.store.worker,
            **{**defaults, **parts},
        )
        self.twilio = TwilioSandbox(
            wire_to({"titus.example.org.au": self.titus.app, **hosts}),
            account=ACCOUNT,
            seed=seed,
            start=self.world.clock.now(),
            strict=True,
            chaos=chaos,
            switches=switches,
            on_time=self._tick,
        )
        hook = f"{TEST_BASE_URL}/api/voice/webhook"
        self.twilio.world.number(
            TITUS_NUMBER,
            voice_url=f"{hook}/inbound#rt=4000&tt=14000&rc=2&rp=all",
            voice_fallback_url=f"{hook}/fallback",
            status_callback=f"{hook}/status#rc=3&rp=all",
        )

    async def _tick(self, at: float) -> None:
        self.world.clock.turn_to(datetime.fromtimestamp(at, UTC))
        await self.titus.ticker.once()

    async def staff(self, *user_ids: UserId, phones: Mapping[UserId, str] = PHONES) -> None:
        """These people work here, are available, and have a phone."""
        for user_id in user_ids:
            await self.store.transact(_hire, (user_id, phones[user_id], self.world.clock.now()))

    async def group(
        self,
        *members: UserId,
        overflow: Sequence[OverflowStep] = (ToVoicemail(),),
        group_id: GroupId = GroupId(1),  # noqa: B008 (a number)
        name: str = "Intake",
        **settings: Any,
    ) -> HuntGroup:
        """A group that rings these people's phones, one after another."""
        group = HuntGroup(
            id=group_id,
            name=name,
            members=tuple(Member(user_id, endpoint=Endpoint.PHONE) for user_id in members),
            overflow=tuple(overflow),
            **settings,
        )
        await self.store.transact(_save_group, group)
        return group

    async def retire(self, group_id: GroupId) -> None:
        group = await self.store.reader.group(group_id)
        assert group is not None
        await self.store.transact(_save_group, replace(group, retired=True))

    async def heartbeat(self, user_id: UserId) -> None:
        """Their browser is ready now."""
        await self.titus.use_cases.report_presence(user_id)

    async def settle(self) -> None:
        """Let everything happen, and then time enough for calls to settle."""
        await self.twilio.run_until_idle()
        for _ in range(12):
            await self.twilio.run_for(10)

    async def call(self, call_id: str) -> Call:
        call: Call | None = await self.store.reader.call(CallId(call_id))
        assert call is not None
        return call

    async def outcome(self, call_id: str) -> str | None:
        ended = outcome(await self.call(call_id))
        return ended.value if ended is not None else None


async def _hire(tx: Any, hired: tuple[UserId, str, datetime]) -> None:
    user_id, phone, at = hired
    tx.users.save(
        User(
            id=user_id,
            email=f"user{user_id}@example.org.au",
            name=NAMES[user_id],
            role=Role.OFFICE_STAFF,
            password_hash="-",
            phone=PhoneNumber(phone),
            created_at=at,
            updated_at=at,
        )
    )
    tx.members.set_availability(Availability(user_id, Presence.AVAILABLE, at))


async def _save_group(tx: Any, group: HuntGroup) -> None:
    tx.hunt_groups.save(group)
