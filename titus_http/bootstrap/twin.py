"""The test twin: Titus without any computer around it."""

from __future__ import annotations

from typing import Any

from titus_adapters.number_rules import PhoneNumberRules
from titus_core.records.local import LocalRecords
from titus_http.bootstrap.providers import ELEVENLABS
from titus_http.bootstrap.records import ZONE
from titus_http.wiring import Parts, Titus, wire

TEST_BASE_URL = "https://titus.example.org.au"


def build_for(world: Any, **changes: object) -> Titus:
    """The test twin: Titus in a `titus_adapters.memory.world.World`. `changes` are fields of `Parts`."""
    parts: dict[str, Any] = {
        "storage": world.store,
        "reader": world.store.reader,
        "feed": world.store.feed,
        "clock": world.clock,
        "ids": world.ids,
        "hasher": world.hasher,
        "calendar": world.calendar,
        "jobs": world.store.jobs,
        "worker": world.store.worker,
        "telephony": world.telephony,
        "dialler": world.dialler,
        "browser_tokens": world.tokens,
        "recordings": world.recordings,
        "call_ledger": world.ledger,
        "text_ledger": world.ledger,
        "text_sender": world.texts,
        "media": world.texts,
        "number_rules": PhoneNumberRules(),
        "twilio_number": "+61255500001",
        "conversations": world.conversations,
        "summariser": world.summariser,
        "elevenlabs": ELEVENLABS,
        "files": world.files,
        "records": LocalRecords(
            world.store, world.store.reader, world.files, world.clock, world.ids, world.store.reader
        ),
        "catalogues": world.store.reader,
        "zone": ZONE,
        "agent": world.agent,
        "base_url": TEST_BASE_URL,
        "secret_key": "a key for tests",
        "waiting_for": _nothing,
        "development": True,
    }
    return wire(Parts(**{**parts, **changes}))


async def _nothing() -> tuple[str, ...]:
    return ()
