"""The use cases of calls on a store in memory, driven without an event loop: nothing here ever suspends."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from tests.core.calls.builders import NAMES, PHONES
from titus_adapters.memory.clock import ManualClock
from titus_adapters.memory.holidays import FixedHolidays
from titus_adapters.memory.store import MemoryStore
from titus_adapters.memory.telephony import MemoryTelephony
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_core.accounts.model import Role, User
from titus_core.calls.advance_hunt import AdvanceHunt
from titus_core.calls.answer_call import AnswerCall
from titus_core.calls.connect_agent import ConnectAgent
from titus_core.calls.delivering import Incoming
from titus_core.calls.explain_routing import ExplainRouting
from titus_core.calls.find_calls import FindCalls
from titus_core.calls.history import AnyCallEvent
from titus_core.calls.instructions import Reply
from titus_core.calls.keep_delivery import KeepDelivery, KeepThis
from titus_core.calls.model import Call
from titus_core.calls.note_report import NoteReport
from titus_core.calls.ports import Delivery, KnownCaller, Telephony, VoiceAgent
from titus_core.calls.screen_leg import ScreenLeg
from titus_core.calls.take_message import TakeMessage
from titus_core.calls.tend_call import TendCall
from titus_core.hunt_groups.availability import Engagement, Presence
from titus_core.hunt_groups.model import HuntGroup
from titus_core.hunt_groups.ports import Availability
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import CallId, UserId

T = TypeVar("T")
BASE_URL = "https://titus.example"


def at_once(steps: Awaitable[T]) -> T:
    """The result of a coroutine that never suspends."""
    assert isinstance(steps, Coroutine)
    try:
        steps.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it suspended")


class Run(Protocol):
    """How a coroutine is run to its end: `at_once`, or on some loop where the store needs one."""

    def __call__(self, steps: Awaitable[T], /) -> T: ...


class Setup:
    """What an office tells Titus before it works: groups, people, callers; written into its store."""

    def __init__(self, store: Any, clock: Clock, run: Run = at_once) -> None:
        self.store = store
        self.clock = clock
        self.run = run

    def groups(self, *groups: HuntGroup) -> None:
        async def save(tx: Any, command: object) -> None:
            for group in groups:
                tx.hunt_groups.save(group)

        self.run(self.store.transact(save, None))

    def staff(
        self,
        *people: UserId,
        presence: Presence = Presence.AVAILABLE,
        phone: bool = True,
        said: Mapping[UserId, Presence] | None = None,
    ) -> None:
        """These work here, and say so (or what is `said`)."""

        async def save(tx: Any, command: object) -> None:
            for user_id in people:
                name, number = NAMES.get(user_id, f"Person {user_id}"), PHONES.get(user_id) if phone else None
                mail, role = f"person{user_id}@titus.example", Role.TEAM_LEADER
                tx.users.save(User(id=user_id, email=mail, name=name, role=role, password_hash="", phone=number))

        self.run(self.store.transact(save, None))
        self.say(said or dict.fromkeys(people, presence))

    def say(self, said: Mapping[UserId, Presence]) -> None:
        async def save(tx: Any, command: object) -> None:
            for user_id, presence in said.items():
                tx.members.set_availability(Availability(user_id, presence, self.clock.now()))

        self.run(self.store.transact(save, None))

    def heartbeat(self, *people: UserId, at: datetime | None = None) -> None:
        async def save(tx: Any, command: object) -> None:
            for user_id in people:
                tx.members.heartbeat(user_id, at or self.clock.now())

        self.run(self.store.transact(save, None))

    def knows(self, *callers: KnownCaller) -> None:
        async def save(tx: Any, command: object) -> None:
            for caller in callers:
                tx.known_callers.save(caller)

        self.run(self.store.transact(save, None))

    def voice_setting(self, name: str, value: str) -> None:
        async def save(tx: Any, command: object) -> None:
            tx.voice_settings.set(name, value, self.clock.now())

        self.run(self.store.transact(save, None))


class Titus(Setup):
    """The use cases of calls on a store, as one process has them. `deliver` is what a webhook's route does."""

    def __init__(
        self, store: Any, *, telephony: Telephony, agent: VoiceAgent, clock: Clock, run: Run = at_once
    ) -> None:
        super().__init__(store, clock, run)
        self.telephony: Telephony | None = telephony
        self.agent = agent
        self.calendar = FixedHolidays()
        self.open()

    def open(self) -> None:
        """Make the use cases anew, as a process that starts does: all that lasts is the store."""
        store, reader = self.store, self.store.reader
        self.answer_call = AnswerCall(store, self.calendar)
        self.advance_hunt = AdvanceHunt(store, self.calendar)
        self.screen_leg = ScreenLeg(store)
        self.take_message = TakeMessage(store)
        self.note_report = NoteReport(store)
        self.connect_agent = ConnectAgent(store, self.agent, self.calendar)
        self.tend_call = TendCall(store, reader, self.telephony, self.clock)
        self.keep_delivery = KeepDelivery(store)
        self.explain_routing = ExplainRouting(store, self.calendar, self.clock, self.agent)

    def deliver(
        self,
        use_case: Any,
        route: str,
        key: str,
        fact: object,
        *,
        agent_ready: bool = False,
        waiting_id: int | None = None,
    ) -> Reply | None:
        """One request of the provider: its answer, None if it asked nothing. `waiting_id`: it was kept before."""
        incoming = Incoming(fact, self._delivery(route, key), BASE_URL, agent_ready, waiting_id)
        reply: Reply | None = self.run(use_case(incoming)).reply
        return reply

    def keep(self, route: str, key: str) -> Reply | None:
        """Working on this request failed: it is to be worked on later. Its answer, if it had one before."""
        return self.run(self.keep_delivery(KeepThis(self._delivery(route, key), BASE_URL, reduced=False))).reply

    def _delivery(self, route: str, key: str) -> Delivery:
        return Delivery(route=route, key=key, token=None, query="", body="", received_at=self.clock.now())

    def tend(self) -> tuple[CallId, ...]:
        """What the server does all the time: look after every call that is due."""
        now = self.clock.now()
        due: tuple[CallId, ...] = self.run(self.store.reader.due(now, 100))
        for call_id in due:
            self.tend_one(call_id)
        return due

    def tend_one(self, call_id: CallId) -> None:
        self.run(self.tend_call(call_id))

    def find_calls(self) -> tuple[CallId, ...]:
        assert self.telephony is not None
        return self.run(FindCalls(self.store, self.store.reader, self.telephony, self.clock)())


class Office(Titus):
    """Titus with everything around it in memory."""

    store: MemoryStore
    clock: ManualClock
    agent: ScriptedAgent

    def __init__(
        self, *groups: HuntGroup, telephony: Telephony | None = None, agent: ScriptedAgent | None = None
    ) -> None:
        self.provider = MemoryTelephony()
        store, clock = MemoryStore(), ManualClock()
        super().__init__(store, telephony=telephony or self.provider, agent=agent or ScriptedAgent(), clock=clock)
        self.groups(*groups)

    # --- looking ------------------------------------------------------------------------------------------------------

    def call(self, call_id: CallId) -> Call:
        call = at_once(self.store.reader.call(call_id))
        assert call is not None
        return call

    def events(self, call_id: CallId, after: int = 0) -> list[tuple[AnyCallEvent, datetime]]:
        """As they were recorded, from the `after`-th on. (The reader would make JSON of them: too slow to simulate.)"""
        state = self.store._state
        trail = (state.trail[position - 1] for position in state.trail_of.get(f"call:{call_id}", ())[after:])
        return [(cast(AnyCallEvent, envelope.event), envelope.at) for envelope in trail]

    @property
    def engaged(self) -> dict[UserId, Engagement]:
        return self.store._state.engagements
