"""The composition root: settings → adapters → parts. Nothing else chooses between adapters; `wiring` does the rest.

Adapters that a deployment does not use are not imported: they cost seconds of start-up and tens of megabytes.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Protocol, TypeAlias, assert_never

import msgspec

from titus_adapters.elevenlabs.audio_event import AudioCut, sound
from titus_adapters.elevenlabs.context import asked_call, initiation
from titus_adapters.elevenlabs.post_call import post_call
from titus_adapters.holidays_calendar import PublicHolidays
from titus_adapters.number_rules import PhoneNumberRules
from titus_adapters.passwords import Argon2Hasher
from titus_adapters.system import SecretIds, SystemClock
from titus_adapters.telemetry import providers as telling
from titus_adapters.telemetry.logs import configure
from titus_adapters.telemetry.observer import Observer
from titus_adapters.telemetry.opening import open_observer
from titus_adapters.telemetry.redaction import Redactor
from titus_adapters.telemetry.settings import LogSettings, ReportSettings, TelemetrySettings, TracingSettings
from titus_adapters.telemetry.standing import Standing
from titus_adapters.telemetry.storage import TracedStorage
from titus_core.calls.ports import BrowserTokens, Conversations, Dialler, Feed, RecordingSource, Summariser, Telephony
from titus_core.jobs.causes import Kind, causes_of
from titus_core.jobs.ports import JobBoard, JobWorker
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotConfigured, Unavailable
from titus_core.kernel.files import Files
from titus_core.kernel.promises import LIVE_STATE, Promises
from titus_core.kernel.unit_of_work import Storage, Tap
from titus_core.providers.ports import Watched
from titus_core.records.catalogue import Catalogue
from titus_core.records.describing import TableDescription
from titus_core.records.journalled import JournalledRecords
from titus_core.records.local import LocalRecords
from titus_core.records.note_changes import NoteChanges
from titus_core.records.ports import Formulas, RecordStore
from titus_core.records.setting import NoFormulas
from titus_core.records.settle_writes import SettleWrites
from titus_http.app import VERSION
from titus_http.jobs import Recording
from titus_http.settings import BadSettings, DatabaseUrl, Fault, Settings
from titus_http.settings.secrets import secrets_of
from titus_http.telemetry import SILENT, Telemetry
from titus_http.webhooks.elevenlabs.routes import POST_CALL
from titus_http.webhooks.elevenlabs.vendor import Vendor
from titus_http.webhooks.twilio.agent import AgentLine, NoAgent
from titus_http.webhooks.twilio.links import Links
from titus_http.wiring import Parts, Reader, Titus, Tx, wire

SECTIONS = ("twilio", "browser_calls", "elevenlabs", "anthropic", "airtable", "graph", "tracing", "error_reports")
"""What health tells of, by the names of its settings: providers, and where traces and error reports go."""

_LOOKS_AT_SCHEMA_EVERY = 2.0
"""Seconds; anyone may ask for health, and this question is not cheap."""

VOICE_SDK = Path(__file__).parents[1] / "assets" / "node_modules" / "@twilio" / "voice-sdk" / "dist" / "twilio.min.js"
"""Where `make assets` puts it; the dialer says so if it is not there."""

ELEVENLABS = Vendor(post_call, AudioCut, sound, asked_call, initiation)

_TEXT_KINDS = (Kind.SEND_TEXT, Kind.KEEP_MEDIA, Kind.TEXT_MISSED_CALLER, Kind.TELL_GROUP)

ZONE = "Australia/Brisbane"
"""Where a day begins in questions about instants whose field names no zone (`ndis-domain.md` §3c)."""

FORMULAS: Formulas = NoFormulas()
"""Which formulas Titus computes itself where Airtable is gone."""

SAMPLE_BASE = "appTitusSandbox00"
"""The base that `titus sandbox` begins with."""

TEST_BASE_URL = "https://titus.example.org.au"


class Store(Storage[Tx], Protocol):
    """What bootstrap asks of a store, besides its ports."""

    tap: Tap

    @property
    def promises(self) -> Promises: ...
    @property
    def reader(self) -> Reader: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def jobs(self) -> JobBoard: ...
    @property
    def worker(self) -> JobWorker: ...
    def claim(self) -> None: ...
    async def migrate(self) -> None: ...
    async def migrate_records(self, folder: Path) -> None: ...
    def write_revision(self, folder: Path, catalogue: Catalogue, title: str) -> str | None: ...
    async def is_migrated(self) -> bool: ...
    async def open(self) -> None: ...
    async def close(self) -> None: ...
    async def ping(self) -> object: ...


class Running(msgspec.Struct, frozen=True):
    """Titus on open adapters. `numbers` sets up the provider's telephone numbers; None without a provider. `watched`
    are the providers that can be asked how they stand with us."""

    titus: Titus
    telemetry: Telemetry
    store: Store
    telephony: Telephony | None
    numbers: Any
    agent: AgentLine
    watched: Mapping[str, Watched] = {}


@asynccontextmanager
async def open_titus(settings: Settings, *, claim: bool = False, clock: Clock | None = None) -> AsyncIterator[Running]:
    """Titus by its settings, closed at the end. `claim`: as the one server of its store, which is migrated first;
    raises `Unavailable` if there is another one."""
    async with AsyncExitStack() as stack:
        observer = _observer(settings, clock or SystemClock(), stack)
        store = store_for(settings, clock)
        store.tap = observer
        if claim:
            store.claim()
            stack.push_async_callback(store.close)
            await store.migrate()
        await store.open()
        stack.push_async_callback(store.close)
        demand(store.promises, durable=settings.server.in_production)
        twilio = await _twilio(settings, stack, observer)
        agent, conversations, watched = await _agent(settings, stack, observer)
        summariser, model = await _summariser(settings, stack, observer)
        files = await _files(settings)
        parts = _parts(settings, store, twilio, conversations, summariser, files, agent, clock or SystemClock())
        records = await _records(settings, stack, observer, store, files, parts.clock)
        parts = _observed(settings, parts, observer)
        parts = msgspec.structs.replace(parts, dialler=twilio.dialler, browser_tokens=_browser_tokens(settings))
        parts = msgspec.structs.replace(parts, records=records.store, recording=records.recording)
        parts = await _shadowed(settings, parts, store, stack)
        looked_at = {**watched, **model, **records.watched}
        titus = wire(msgspec.structs.replace(parts, watched=looked_at))
        yield Running(titus, observer, store, twilio.telephony, twilio.numbers, agent, looked_at)


def configure_logging(settings: Settings) -> None:
    """Write all logs of this process as the settings say, without their secrets."""
    telemetry = settings.telemetry
    configure(LogSettings(telemetry.log_format, telemetry.log_level), Redactor(secrets_of(settings)))


def _observer(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Observer:
    """Counts always; traces and reports what is configured. Raises `BadSettings` if the packages for it are missing."""
    environment, collector, sentry = settings.server.environment, settings.tracing, settings.error_reports
    tracing, reports = None, None
    if collector is not None:
        tracing = TracingSettings(
            endpoint=collector.endpoint,
            headers=collector.header_fields,
            service=collector.service,
            share=collector.share,
            version=VERSION,
            environment=environment,
        )
    if sentry is not None:
        reports = ReportSettings(dsn=sentry.dsn.reveal(), release=f"titus@{VERSION}", environment=environment)
    known = TelemetrySettings(version=VERSION, secrets=secrets_of(settings), tracing=tracing, reports=reports)
    try:
        return open_observer(known, clock, SILENT, stack)
    except ModuleNotFoundError as error:
        name = "SENTRY_DSN" if str(error.name).startswith("sentry") else "OTEL_EXPORTER_OTLP_ENDPOINT"
        told = f"needs {error.name}, which is not installed: pip install 'titus[telemetry]'"
        raise BadSettings([Fault(name, told)]) from None


def _observed(settings: Settings, parts: Parts, observer: Observer) -> Parts:
    """With what is shown of the store, and units of work traced if anything is."""
    observer.look_at(Standing(parts.reader, parts.jobs, parts.clock))
    token = settings.telemetry.metrics_token
    return msgspec.structs.replace(
        parts,
        telemetry=observer,
        metrics_token=token.reveal() if token is not None else "",
        storage=parts.storage if settings.tracing is None else TracedStorage(parts.storage, observer),
    )


def store_for(settings: Settings, clock: Clock | None = None) -> Store:
    """The store that `DATABASE_URL` names, not opened. `clock` None: the machine's."""
    return _store_at(settings.stores.database, _kinds(settings), clock)


def _store_at(database: DatabaseUrl, kinds: tuple[Kind, ...], clock: Clock | None) -> Store:
    """`kinds` are the jobs that its events cause."""
    if database.file is not None:
        from titus_adapters.sqlite.settings import SqliteSettings
        from titus_adapters.sqlite.store import SqliteStore

        database.file.parent.mkdir(parents=True, exist_ok=True)
        return SqliteStore(SqliteSettings(database.file), causes=causes_of(kinds), clock=clock)
    from titus_adapters.postgres.settings import PostgresSettings
    from titus_adapters.postgres.store import PostgresStore

    return PostgresStore(PostgresSettings(database.reveal()), causes=causes_of(kinds))


def _kinds(settings: Settings) -> tuple[Kind, ...]:
    """The jobs that this deployment can do."""
    elevenlabs = settings.elevenlabs
    configured = {
        Kind.KEEP_RECORDING: settings.twilio is not None,
        Kind.ERASE_AT_PROVIDER: settings.twilio is not None and settings.recordings.erase_at_twilio,
        Kind.PULL_CONVERSATION: elevenlabs is not None and elevenlabs.api_key is not None,
        Kind.KEEP_CONVERSATION_AUDIO: elevenlabs is not None and elevenlabs.api_key is not None,
        Kind.FIND_CONVERSATION: elevenlabs is not None and elevenlabs.api_key is not None,
        Kind.SUMMARISE_CALL: settings.anthropic is not None,
        Kind.LOOK_FOR_CALL: settings.twilio is not None,
        **dict.fromkeys(_TEXT_KINDS, settings.twilio is not None),
    }
    return tuple(kind for kind, is_there in configured.items() if is_there)


def demand(promises: Promises, *, durable: bool) -> None:
    """Refuse a store that cannot keep what calls, users, sessions and events need; raises `Unavailable`. What was
    acknowledged must survive a power cut in production; a test database may promise less."""
    lacking = promises.lacks(msgspec.structs.replace(LIVE_STATE, durable=durable))
    if lacking:
        raise Unavailable(f"the store does not keep what calls need: {', '.join(lacking)}", lacking=lacking)


class Archive(Protocol):
    """Whole copies of a store in files. `read` replaces what the store holds; either happens whole or raises
    `Unavailable`."""

    def holds_data(self) -> bool: ...
    def write(self, file: Path) -> None: ...
    def read(self, file: Path) -> None: ...


def archive_for(settings: Settings) -> Archive:
    """Copies of the store that `DATABASE_URL` names."""
    database = settings.stores.database
    if database.file is not None:
        from titus_adapters.sqlite.archive import SqliteArchive
        from titus_adapters.sqlite.settings import SqliteSettings

        return SqliteArchive(SqliteSettings(database.file))
    from titus_adapters.postgres.archive import PostgresArchive
    from titus_adapters.postgres.settings import PostgresSettings

    return PostgresArchive(PostgresSettings(database.reveal()))


async def describe_base(settings: Settings, told: bytes | None) -> tuple[Sequence[TableDescription], Sequence[str]]:
    """The tables of the Airtable base (or those that were `told`), and what was not understood of them."""
    from titus_adapters.airtable.metadata import metadata_of

    read = metadata_of(told if told is not None else await _metadata(settings))
    return read.tables, read.warnings


async def _metadata(settings: Settings) -> bytes:
    from titus_adapters.airtable.api import AirtableApi
    from titus_adapters.airtable.settings import AirtableSettings

    known = settings.airtable
    if known is None:
        raise NotConfigured(missing=settings.missing["airtable"])
    base = AirtableSettings(api_key=known.api_key.reveal(), base_id=known.base_id, base_url=str(known.base_url))
    async with AirtableApi(base) as api:
        return bytes(await api.read(f"/v0/meta/bases/{known.base_id}/tables", msgspec.Raw))


async def catalogue_of(settings: Settings) -> Catalogue | None:
    """The catalogue of the tables that the database has."""
    store = store_for(settings)
    await store.open()
    try:
        return await store.reader.catalogue()
    finally:
        await store.close()


async def migrate(settings: Settings) -> None:
    """Bring the store's tables to the newest form."""
    await store_for(settings).migrate()


def sandbox_app(base_url: str = "http://127.0.0.1:4010", *, strict: bool = False) -> Any:
    """The providers, played below `base_url`: an ASGI application whose lifespan runs them in real time. Something is
    there to begin with: a number of the account, a phone whose owner presses 1, one that nobody answers, and the base
    of a provider that never was."""
    from titus_adapters.sandbox.airtable.sample import add_sample_base

    sandboxes = open_sandboxes(base_url)
    behaviour, world = sandbox_behaviour(), sandboxes.twilio.world
    world.number("+61255500001")
    world.phone("+61491570156", behaviour.Answers(after=4, presses="1", talks=60))
    world.phone("+61491570157", behaviour.NeverAnswers())
    add_sample_base(sandboxes.airtable, id=SAMPLE_BASE)
    return serve_sandboxes(sandboxes, strict=strict)


class Sandboxes(NamedTuple):
    """The providers, played; they share one time."""

    twilio: Any
    elevenlabs: Any
    anthropic: Any
    airtable: Any


def open_sandboxes(base_url: str) -> Sandboxes:
    """Towards whatever addresses Twilio's numbers and ElevenLabs' agents name."""
    from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
    from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox
    from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
    from titus_adapters.sandbox.elevenlabs.wire import wire_over_network
    from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
    from titus_adapters.sandbox.twilio.switchboard import Account

    account, wire = Account(api_url=f"{base_url}/twilio"), wire_over_network()
    twilio = TwilioSandbox(wire, account=account, start=datetime.now(UTC))
    airtable = AirtableSandbox(wire, start=datetime.now(UTC), url=f"{base_url}/airtable")
    return Sandboxes(twilio, ElevenLabsSandbox(wire, beside=twilio), AnthropicSandbox(), airtable)


def serve_sandboxes(sandboxes: Sandboxes, *, strict: bool = False, speed: float = 1.0) -> Any:
    """The sandboxes as one ASGI application; `speed` is how much faster than the clock their time runs."""
    from titus_adapters.sandbox.airtable.part import airtable_part
    from titus_adapters.sandbox.anthropic.part import anthropic_part
    from titus_adapters.sandbox.app import create_sandbox_app
    from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
    from titus_adapters.sandbox.twilio.part import twilio_part

    return create_sandbox_app(
        twilio_part(sandboxes.twilio, strict=strict, speed=speed),
        elevenlabs_part(sandboxes.elevenlabs, strict=strict, speed=speed),
        anthropic_part(sandboxes.anthropic, strict=strict),
        airtable_part(sandboxes.airtable, strict=strict, speed=speed),
    )


def sandbox_behaviour() -> ModuleType:
    """What the sandbox's phones and callers can do."""
    from titus_adapters.sandbox.twilio import behaviour

    return behaviour


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


class _Records(NamedTuple):
    """Where the records lie that answer, and what watches over it."""

    store: RecordStore
    recording: Recording = Recording()
    watched: Mapping[str, Watched] = {}


async def _records(
    settings: Settings, stack: AsyncExitStack, observer: Observer, store: Store, files: Files, clock: Clock
) -> _Records:
    match settings.stores.answering:
        case "sql":
            return _Records(LocalRecords(store, store.reader, files, clock, SecretIds(), store.reader))
        case "airtable":
            return await _airtable(settings, stack, observer, store, clock)
        case never:
            assert_never(never)


async def _airtable(
    settings: Settings, stack: AsyncExitStack, observer: Observer, store: Store, clock: Clock
) -> _Records:
    """Records in a base; their catalogue and the journal of writes in the operational store."""
    known = settings.airtable
    if known is None:
        raise NotConfigured(missing=settings.missing["airtable"])
    from titus_adapters.airtable.api import AirtableApi
    from titus_adapters.airtable.settings import AirtableSettings
    from titus_adapters.airtable.store import AirtableRecords
    from titus_adapters.airtable.watching import BaseWatch
    from titus_adapters.record_cache.store import CachedRecords

    base = AirtableSettings(
        api_key=known.api_key.reveal(),
        base_id=known.base_id,
        base_url=str(known.base_url).rstrip("/"),
        content_url=str(known.content_url).rstrip("/"),
        rate=known.rate,
    )
    api = await stack.enter_async_context(AirtableApi(base, watching=telling.Watched(observer, "airtable")))
    observer.breaker("airtable", lambda: api.gate.breaker_state)
    reader, remote = store.reader, AirtableRecords(api, store.reader)
    journalled = JournalledRecords(remote, store, clock, SecretIds(), reader)
    recording = Recording(
        SettleWrites(remote, store, reader, clock, reader), NoteChanges(journalled, store, clock, reader)
    )
    cached = CachedRecords(journalled, remote, reader, clock, reader, timedelta(seconds=known.max_age))
    return _Records(cached, recording, {"airtable": BaseWatch(api)})


async def _shadowed(settings: Settings, parts: Parts, store: Store, stack: AsyncExitStack) -> Parts:
    """With `RECORDS_STORE=shadow`: the store that answers, and beside it the one that is looked at."""
    if settings.stores.records != "shadow" or parts.records is None:
        return parts
    from titus_adapters.aside import TaskAside
    from titus_core.records.shadow.candidate import RowsCandidate
    from titus_core.records.shadow.findings import Findings
    from titus_core.records.shadow.store import ShadowRecords

    other = store
    if settings.stores.records_candidate is not None:
        other = _store_at(settings.stores.records_candidate, (), parts.clock)
        await other.open()
        stack.push_async_callback(other.close)
    aside, findings = TaskAside(), Findings(parts.storage, parts.clock)
    stack.push_async_callback(findings.keep)
    stack.push_async_callback(aside.close)
    candidate = RowsCandidate(other, other.reader, parts.clock, other.reader)
    shadow = ShadowRecords(parts.records, candidate, aside, findings, parts.catalogues)
    return msgspec.structs.replace(parts, records=shadow)


async def _files(settings: Settings) -> Files:
    place = settings.stores.files
    if place.startswith("s3://"):
        return _bucket(settings, place.removeprefix("s3://"))
    from titus_adapters.local_files.files import LocalFiles

    files = LocalFiles(Path(place.removeprefix("file://")))
    await files.open()
    return files


def _bucket(settings: Settings, place: str) -> Files:
    """Nobody is asked yet: a server takes calls though its bucket is out of reach."""
    known = settings.bucket
    if known is None:
        raise NotConfigured(missing=settings.missing["bucket"])
    from titus_adapters.s3_files.files import S3Files
    from titus_adapters.s3_files.settings import S3Settings

    name, _, prefix = place.partition("/")
    return S3Files(
        S3Settings(
            bucket=name,
            prefix=prefix.rstrip("/"),
            access_key_id=known.access_key_id,
            secret_access_key=known.secret_access_key.reveal(),
            region=known.region,
            endpoint=str(known.endpoint) if known.endpoint is not None else None,
        )
    )


class _Twilio(NamedTuple):
    """What Twilio does for us; all None without an account."""

    telephony: Telephony | None = None
    numbers: Any = None
    recordings: RecordingSource | None = None
    texts: Any = None
    ledger: Any = None
    dialler: Dialler | None = None


async def _twilio(settings: Settings, stack: AsyncExitStack, observer: Observer) -> _Twilio:
    if settings.twilio is None:
        return _Twilio()
    from titus_adapters.twilio.api import TwilioApi
    from titus_adapters.twilio.dialler import Addresses, TwilioDialler
    from titus_adapters.twilio.ledger import TwilioLedger
    from titus_adapters.twilio.numbers import TwilioNumbers
    from titus_adapters.twilio.recordings import TwilioRecordings
    from titus_adapters.twilio.settings import TwilioSettings
    from titus_adapters.twilio.telephony import TwilioTelephony
    from titus_adapters.twilio.texts import TwilioTexts

    twilio = settings.twilio
    account = TwilioSettings(
        account_sid=twilio.account_sid,
        auth_token=twilio.auth_tokens[0].reveal(),
        base_url=str(twilio.base_url),
    )
    watching = telling.Watched(observer, "twilio")
    api = await stack.enter_async_context(TwilioApi(account, watching=watching))
    recordings = await stack.enter_async_context(TwilioRecordings(account, watching=watching))
    links = Links(str(settings.server.base_url).rstrip("/"))
    texts = await stack.enter_async_context(TwilioTexts(account, links.sms_status, watching=watching))
    dialler = TwilioDialler(api, Addresses(links.outbound, links.status()))
    return _Twilio(TwilioTelephony(api), TwilioNumbers(api), recordings, texts, TwilioLedger(api), dialler)


def _browser_tokens(settings: Settings) -> BrowserTokens | None:
    known = settings.browser_calls
    if known is None:
        return None
    from titus_adapters.twilio.access_token import AccessTokenSettings, TwilioAccessTokens

    return TwilioAccessTokens(
        AccessTokenSettings(
            account_sid=known.account_sid,
            api_key=known.api_key,
            api_secret=known.api_secret.reveal(),
            app_sid=known.app_sid,
        )
    )


_Watches: TypeAlias = dict[str, Watched]


async def _agent(
    settings: Settings, stack: AsyncExitStack, observer: Observer
) -> tuple[AgentLine, Conversations | None, _Watches]:
    """How callers get to the AI agent; with a key, what its provider keeps of the conversations, and how its webhook is
    doing."""
    known = settings.elevenlabs
    if known is None:
        return NoAgent(), None, {}
    from titus_adapters.elevenlabs.agent import RedirectAgent

    base_url = str(known.base_url).rstrip("/")
    redirect = RedirectAgent(known.agent_id, base_url)
    if known.api_key is None:
        return redirect, None, {}
    from titus_adapters.elevenlabs.api import ElevenLabsApi
    from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
    from titus_adapters.elevenlabs.register_call import RegisterCallAgent
    from titus_adapters.elevenlabs.settings import ElevenLabsSettings
    from titus_adapters.elevenlabs.watching import WebhookWatch

    account = ElevenLabsSettings(api_key=known.api_key.reveal(), agent_id=known.agent_id, base_url=base_url)
    api = await stack.enter_async_context(ElevenLabsApi(account, watching=telling.Watched(observer, "elevenlabs")))
    conversations = ElevenLabsConversations(api, known.agent_id)
    redirecting = known.hand_over == "redirect"
    registering = RegisterCallAgent(api, known.agent_id)
    if not redirecting:
        observer.breaker("elevenlabs", lambda: registering.breaker_state)
    watch = WebhookWatch(api, f"{str(settings.server.base_url).rstrip('/')}{POST_CALL}")
    return redirect if redirecting else registering, conversations, {"elevenlabs": watch}


async def _summariser(
    settings: Settings, stack: AsyncExitStack, observer: Observer
) -> tuple[Summariser | None, _Watches]:
    known = settings.anthropic
    if known is None:
        return None, {}
    from titus_adapters.anthropic.api import AnthropicApi
    from titus_adapters.anthropic.models import AnthropicModels
    from titus_adapters.anthropic.settings import AnthropicSettings
    from titus_adapters.anthropic.summarising import AnthropicSummariser
    from titus_adapters.anthropic.watching import ModelWatch

    account = AnthropicSettings(
        api_key=known.api_key.reveal(), model=known.model, base_url=str(known.base_url).rstrip("/")
    )
    api = AnthropicApi(account, watching=telling.Watched(observer, "anthropic"))
    stack.push_async_callback(api.aclose)
    return AnthropicSummariser(api, known.model), {"anthropic": ModelWatch(AnthropicModels(api), known.model)}


def _parts(
    settings: Settings,
    store: Store,
    twilio: _Twilio,
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
        waiting_for=_waits_for(store),
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


def _waits_for(store: Store) -> Callable[[], Awaitable[tuple[str, ...]]]:
    """What keeps Titus from working: the store itself, at every question; its schema, which somebody may have replaced,
    now and then."""
    looked_at, migrated = float("-inf"), False

    async def waiting_for() -> tuple[str, ...]:
        nonlocal looked_at, migrated
        await store.ping()
        if not migrated or time.monotonic() - looked_at >= _LOOKS_AT_SCHEMA_EVERY:
            looked_at, migrated = time.monotonic(), await store.is_migrated()
        return () if migrated else ("migrations",)

    return waiting_for
