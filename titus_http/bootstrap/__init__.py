"""The composition root: settings → adapters → parts. Nothing else chooses between adapters; `wiring` does the rest.

Adapters that a deployment does not use are not imported: they cost seconds of start-up and tens of megabytes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from titus_adapters.holidays_calendar import PublicHolidays
from titus_adapters.number_rules import PhoneNumberRules
from titus_adapters.passwords import Argon2Hasher
from titus_adapters.system import SecretIds, SystemClock
from titus_core.calls.ports import Conversations, Summariser, Telephony
from titus_core.kernel.clock import Clock
from titus_core.kernel.files import Files
from titus_core.providers.ports import Watched
from titus_http.bootstrap.file_places import open_files
from titus_http.bootstrap.observing import configure_logging, observed, open_observers
from titus_http.bootstrap.providers import ELEVENLABS, Twilio, browser_tokens, open_agent, open_model, open_twilio
from titus_http.bootstrap.records import FORMULAS, ZONE, catalogue_of, describe_base, open_records, shadowed
from titus_http.bootstrap.sandboxes import (
    SAMPLE_BASE,
    Sandboxes,
    open_sandboxes,
    sandbox_app,
    sandbox_behaviour,
    serve_sandboxes,
)
from titus_http.bootstrap.stores import Archive, Store, archive_for, demand, migrate, store_for, waits_for
from titus_http.bootstrap.twin import TEST_BASE_URL, build_for
from titus_http.settings import Settings
from titus_http.telemetry import Telemetry
from titus_http.webhooks.twilio.agent import AgentLine
from titus_http.wiring import Parts, Titus, wire

__all__ = [
    "ELEVENLABS",
    "FORMULAS",
    "SAMPLE_BASE",
    "SECTIONS",
    "TEST_BASE_URL",
    "VOICE_SDK",
    "Archive",
    "Running",
    "Sandboxes",
    "Store",
    "archive_for",
    "build_for",
    "catalogue_of",
    "configure_logging",
    "demand",
    "describe_base",
    "migrate",
    "open_sandboxes",
    "open_titus",
    "sandbox_app",
    "sandbox_behaviour",
    "serve_sandboxes",
    "store_for",
]

SECTIONS = ("twilio", "browser_calls", "elevenlabs", "anthropic", "airtable", "graph", "tracing", "error_reports")
"""What health tells of, by the names of its settings: providers, and where traces and error reports go."""

VOICE_SDK = Path(__file__).parents[2] / "assets" / "node_modules" / "@twilio" / "voice-sdk" / "dist" / "twilio.min.js"
"""Where `make assets` puts it; the dialer says so if it is not there."""


class Running(msgspec.Struct, frozen=True):
    """Titus on open adapters. `numbers` sets up the provider's telephone numbers; None without a provider. `watched`
    are the providers that can be asked how they stand with us. `warm_up` takes seconds of processor time now that would
    be missing when the first call is over; whoever runs for long begins with it."""

    titus: Titus
    telemetry: Telemetry
    store: Store
    telephony: Telephony | None
    numbers: Any
    agent: AgentLine
    watched: Mapping[str, Watched] = {}
    warm_up: Callable[[], Coroutine[Any, Any, None]] | None = None


@asynccontextmanager
async def open_titus(settings: Settings, *, claim: bool = False, clock: Clock | None = None) -> AsyncIterator[Running]:
    """Titus by its settings, closed at the end. `claim`: as the one server of its store, which is migrated first;
    raises `Unavailable` if there is another one."""
    async with AsyncExitStack() as stack:
        now = clock or SystemClock()
        observer = open_observers(settings, now, stack)
        store = store_for(settings, clock)
        store.tap = observer
        if claim:
            store.claim()
            stack.push_async_callback(store.close)
            await store.migrate()
        await store.open()
        stack.push_async_callback(store.close)
        demand(store.promises, durable=settings.server.in_production)
        twilio = await open_twilio(settings, stack, observer)
        agent, conversations, watched = await open_agent(settings, stack, observer)
        model = await open_model(settings, stack, observer)
        files = await open_files(settings)
        records = await open_records(settings, stack, observer, store, files, now)
        looked_at = {**watched, **model.watched, **records.watched}
        parts = _parts(settings, store, twilio, conversations, model.summariser, files, agent, now)
        parts = msgspec.structs.replace(
            parts,
            dialler=twilio.dialler,
            browser_tokens=browser_tokens(settings),
            records=records.store,
            recording=records.recording,
            watched=looked_at,
        )
        titus = wire(await shadowed(settings, observed(settings, parts, observer), store, stack))
        yield Running(titus, observer, store, twilio.telephony, twilio.numbers, agent, looked_at, model.warm_up)


def _parts(
    settings: Settings,
    store: Store,
    twilio: Twilio,
    conversations: Conversations | None,
    summariser: Summariser | None,
    files: Files,
    agent: AgentLine,
    clock: Clock,
) -> Parts:
    webhooks, server = settings.webhooks, settings.server
    secret = webhooks.elevenlabs_secret
    number = settings.twilio.phone_number if settings.twilio is not None else None
    return Parts(
        storage=store,
        reader=store.reader,
        feed=store.feed,
        clock=clock,
        ids=SecretIds(),
        hasher=Argon2Hasher(),
        calendar=PublicHolidays(),
        jobs=store.jobs,
        worker=store.worker,
        telephony=twilio.telephony,
        recordings=twilio.recordings,
        call_ledger=twilio.ledger,
        text_ledger=twilio.ledger,
        text_sender=twilio.texts,
        media=twilio.texts,
        number_rules=PhoneNumberRules(),
        conversations=conversations,
        summariser=summariser,
        elevenlabs=ELEVENLABS,
        files=files,
        records=None,
        catalogues=store.reader,
        zone=ZONE,
        agent=agent,
        base_url=str(server.base_url).rstrip("/"),
        secret_key=server.secret_key.reveal(),
        waiting_for=waits_for(store),
        auth_tokens=tuple(token.reveal() for token in webhooks.twilio_tokens),
        shared_keys={name: key.reveal() for name, key in webhooks.twilio_shared_keys.items()},
        accounts=frozenset({webhooks.twilio_account}) if webhooks.twilio_account else frozenset(),
        agent_id=settings.elevenlabs.agent_id if settings.elevenlabs is not None else "",
        elevenlabs_secret=secret.reveal() if secret is not None else "",
        airtable_secret=webhooks.airtable_secret.reveal() if webhooks.airtable_secret is not None else "",
        base_id=settings.airtable.base_id if settings.airtable is not None else "",
        twilio_number=str(number or ""),  # a plain one: what is stored as JSON may be no special kind of text
        recording_days=settings.recordings.days,
        erase_at_provider=settings.recordings.erase_at_twilio,
        call_countries=frozenset(settings.twilio.call_countries) if settings.twilio is not None else frozenset(),
        voice_sdk=server.voice_sdk or VOICE_SDK,
        missing=settings.missing,
        spool_dir=server.data_dir / "spool",
        sections=SECTIONS,
        cors_origins=server.cors_origins,
        static_dir=server.static_dir,
        development=not server.in_production,
    )
