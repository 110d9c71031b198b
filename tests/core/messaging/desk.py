"""A store, a clock, a provider of texts, and one group whose caller nobody answered."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from msgspec.structs import replace

from tests.core.accounts.trail import TrailStore
from tests.core.calls.builders import CALL, CALLER, LINE, MAIN, arrived, group
from titus_adapters.memory.clock import NOON, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.texts import MemoryTexts
from titus_core.callbacks.model import Callback
from titus_core.calls.delivering import Incoming
from titus_core.calls.events import CallReported
from titus_core.calls.hunting import Directory
from titus_core.calls.model import Call, CallStatus
from titus_core.calls.ports import Delivery
from titus_core.calls.routing import decide
from titus_core.hunt_groups.model import HuntGroup
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.phone import PhoneNumber
from titus_core.messaging.keep_media import KeepMedia
from titus_core.messaging.model import Message, MessageId, Purpose
from titus_core.messaging.note_status import NoteStatus
from titus_core.messaging.ports import MessageFilter
from titus_core.messaging.queue_text import NewText, QueueText
from titus_core.messaging.receive_text import AbsorbText, ReceiveText
from titus_core.messaging.send_text import SendText
from titus_core.messaging.tell_group import TellGroup
from titus_core.messaging.text_missed_caller import TextMissedCaller

T = TypeVar("T")
OURS = "+61255500001"
PARTY = PhoneNumber("+61491570006")
FIXED = PhoneNumber("+61255500099")


class MobilesOnly:
    """`messaging.ports.NumberRules`."""

    def why_no_text(self, number: PhoneNumber) -> str | None:
        return None if number.startswith("+614") else "is not a mobile number"


def run(steps: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(steps)


class Desk:
    def __init__(self) -> None:
        self.store, self.clock, self.texts, self.files = TrailStore(), ManualClock(), MemoryTexts(), MemoryFiles()
        store, rules, clock = self.store, MobilesOnly(), self.clock
        self.queue_text = QueueText(store, rules, clock, OURS)
        self.send_text = SendText(store, self.texts, clock)
        self.receive_text = ReceiveText(store)
        self.absorb_text = AbsorbText(store, clock)
        self.note_status = NoteStatus(store)
        self.keep_media = KeepMedia(store, store.reader, self.texts, self.files, clock)
        self.text_missed_caller = TextMissedCaller(store, rules, clock, OURS)
        self.tell_group = TellGroup(store, rules, clock, OURS)

    def queued(self, once: str = "one", **changes: Any) -> Message:
        text = replace(NewText(once=once, to=PARTY, body="Hello", purpose=Purpose.STAFF), **changes)
        return run(self.queue_text(text, SYSTEM))

    def sends(self, message: Message) -> Message:
        """As the job does it once."""
        run(self.send_text(message.id))
        return self.message(message.id)

    def message(self, message_id: str) -> Message:
        found = run(self.store.reader.message(MessageId(message_id)))
        assert found is not None
        return found

    @property
    def messages(self) -> list[Message]:
        """The latest first."""
        return list(run(self.store.reader.messages(MessageFilter(), 99, None)).items)

    def delivers(self, use_case: Any, key: str, fact: object, waiting_id: int | None = None) -> Any:
        return run(use_case(self.incoming(fact, key, waiting_id)))

    def incoming(self, fact: Any, key: str = "key", waiting_id: int | None = None) -> Incoming[Any]:
        delivery = Delivery(route="sms", key=key, token=None, query="", body="", received_at=self.clock.now())
        return Incoming(fact, delivery, "https://titus.example", waiting_id=waiting_id)

    def is_stopped(self, number: PhoneNumber = PARTY) -> bool:
        async def work(tx: Any, _: None) -> bool:
            return bool(await tx.opt_outs.has(number))

        return run(self.store.transact(work, None))

    def stops(self, number: PhoneNumber) -> None:
        async def work(tx: Any, _: None) -> None:
            tx.opt_outs.set(number, stopped=True, at=NOON)

        run(self.store.transact(work, None))

    def unserved(self, **settings: Any) -> None:
        """A caller hung up while it rang; the group is as `settings` say."""
        served_by = group(missed_call_text="We will call you back.", **settings)
        call = decide(None, arrived(served_by), NOON, Directory()).call
        self.saves(served_by, decide(call, self.ended(), NOON, Directory()).call)

    def ended(self, status: CallStatus = CallStatus.COMPLETED) -> CallReported:
        return CallReported(call_id=CALL, status=status)

    def saves(self, served_by: HuntGroup | None, call: Call) -> None:
        async def work(tx: Any, _: None) -> None:
            if served_by is not None:
                tx.hunt_groups.save(served_by)
            tx.calls.save(replace(call, version=0))

        run(self.store.transact(work, None))

    def owes(self, **changes: Any) -> None:
        callback = Callback(
            call_id=CALL,
            caller=CALLER,
            from_number=CALLER,
            to_number=LINE,
            outcome="voicemail",
            called_at=NOON,
            owed_at=NOON,
            group_id=MAIN,
            group_name="Intake",
            participant="Mia Chen",
        )

        async def work(tx: Any, _: None) -> None:
            tx.callbacks.save(replace(callback, **changes))

        run(self.store.transact(work, None))
