"""Every adapter satisfies every port that it is meant to. For mypy only; never run."""

from __future__ import annotations

from titus_adapters.anthropic.summarising import AnthropicSummariser
from titus_adapters.anthropic.watching import ModelWatch
from titus_adapters.clients import Watching, unwatched
from titus_adapters.elevenlabs.agent import RedirectAgent
from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
from titus_adapters.elevenlabs.register_call import RegisterCallAgent
from titus_adapters.elevenlabs.watching import WebhookWatch
from titus_adapters.holidays_calendar import PublicHolidays
from titus_adapters.local_files.files import LocalFiles
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.conversations import MemoryConversations
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.holidays import FixedHolidays
from titus_adapters.memory.ledger import MemoryLedger
from titus_adapters.memory.passwords import PlainHasher
from titus_adapters.memory.recordings import MemoryRecordings
from titus_adapters.memory.store import MemoryStore
from titus_adapters.memory.summaries import MemorySummariser
from titus_adapters.memory.telephony import MemoryTelephony
from titus_adapters.memory.texts import MemoryTexts
from titus_adapters.memory.tx import MemoryTx
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_adapters.number_rules import PhoneNumberRules
from titus_adapters.passwords import Argon2Hasher
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql.tx import SqlTx
from titus_adapters.sqlite.store import SqliteStore
from titus_adapters.system import SecretIds, SystemClock
from titus_adapters.telemetry import providers as telling
from titus_adapters.telemetry.observer import Observer, Traces
from titus_adapters.telemetry.storage import TracedStorage
from titus_adapters.telemetry.tracing import TracedSpan, Tracing
from titus_adapters.twilio.ledger import TwilioLedger
from titus_adapters.twilio.recordings import TwilioRecordings
from titus_adapters.twilio.telephony import TwilioTelephony
from titus_adapters.twilio.texts import TwilioTexts
from titus_core.accounts.ports import AccountReader, AccountTx, PasswordHasher
from titus_core.calls.ports import (
    CallLedger,
    CallReader,
    CallTx,
    Conversations,
    Feed,
    RecordingSource,
    Summariser,
    Telephony,
    VoiceAgent,
)
from titus_core.crm.ports import CallerTx, NumberReading
from titus_core.hunt_groups.hours import HolidayCalendar
from titus_core.hunt_groups.ports import HuntGroupReader, HuntGroupTx
from titus_core.jobs.ports import JobBoard, JobWorker
from titus_core.kernel.clock import Clock
from titus_core.kernel.files import Files
from titus_core.kernel.ids import IdSource
from titus_core.kernel.promises import Promises
from titus_core.kernel.unit_of_work import Records, Storage, Tap, Untapped
from titus_core.messaging.ports import MediaSource, TextLedger, TextSender
from titus_core.providers.ports import ProviderTx, StandingReader, Watched
from titus_core.records.local import LocalRecords
from titus_core.records.ports import Catalogues, Formulas, RecordReader, RecordStore, RecordTx
from titus_core.records.setting import NoFormulas
from titus_http.telemetry import NoSpan, Silence, Span, Telemetry


def call_storage(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[Storage[CallTx]]:
    return [memory, sqlite, postgres]


def hunt_group_storage(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[Storage[HuntGroupTx]]:
    return [memory, sqlite, postgres]


def account_storage(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[Storage[AccountTx]]:
    return [memory, sqlite, postgres]


def promises(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[Promises]:
    return [memory.promises, sqlite.promises, postgres.promises]


def call_tx(memory: MemoryTx, sql: SqlTx) -> list[CallTx]:
    return [memory, sql]


def caller_tx(memory: MemoryTx, sql: SqlTx) -> list[CallerTx]:
    return [memory, sql]


def number_reading(rules: PhoneNumberRules) -> list[NumberReading]:
    return [rules]


def hunt_group_tx(memory: MemoryTx, sql: SqlTx) -> list[HuntGroupTx]:
    return [memory, sql]


def account_tx(memory: MemoryTx, sql: SqlTx) -> list[AccountTx]:
    return [memory, sql]


def records(memory: MemoryTx, sql: SqlTx) -> list[Records]:
    return [memory, sql]


def call_reader(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[CallReader]:
    return [memory.reader, sqlite.reader, postgres.reader]


def feed(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[Feed]:
    return [memory.feed, sqlite.feed, postgres.feed]


def hunt_group_reader(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[HuntGroupReader]:
    return [memory.reader, sqlite.reader, postgres.reader]


def account_reader(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[AccountReader]:
    return [memory.reader, sqlite.reader, postgres.reader]


def telephony(memory: MemoryTelephony, twilio: TwilioTelephony) -> list[Telephony]:
    return [memory, twilio]


def voice_agent(scripted: ScriptedAgent, redirect: RedirectAgent, register: RegisterCallAgent) -> list[VoiceAgent]:
    return [scripted, redirect, register]


def conversations(memory: MemoryConversations, elevenlabs: ElevenLabsConversations) -> list[Conversations]:
    return [memory, elevenlabs]


def watched(webhook: WebhookWatch, model: ModelWatch) -> list[Watched]:
    return [webhook, model]


def provider_storage(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[Storage[ProviderTx]]:
    return [memory, sqlite, postgres]


def standing_reader(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[StandingReader]:
    return [memory.reader, sqlite.reader, postgres.reader]


def summariser(memory: MemorySummariser, anthropic: AnthropicSummariser) -> list[Summariser]:
    return [memory, anthropic]


def recording_source(memory: MemoryRecordings, twilio: TwilioRecordings) -> list[RecordingSource]:
    return [memory, twilio]


def call_ledger(memory: MemoryLedger, twilio: TwilioLedger) -> list[CallLedger]:
    return [memory, twilio]


def text_ledger(memory: MemoryLedger, twilio: TwilioLedger) -> list[TextLedger]:
    return [memory, twilio]


def text_sender(memory: MemoryTexts, twilio: TwilioTexts) -> list[TextSender]:
    return [memory, twilio]


def media_source(memory: MemoryTexts, twilio: TwilioTexts) -> list[MediaSource]:
    return [memory, twilio]


def files(memory: MemoryFiles, folder: LocalFiles) -> list[Files]:
    return [memory, folder]


def job_worker(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[JobWorker]:
    return [memory.worker, sqlite.worker, postgres.worker]


def job_board(memory: MemoryStore, sqlite: SqliteStore, postgres: PostgresStore) -> list[JobBoard]:
    return [memory.jobs, sqlite.jobs, postgres.jobs]


def clock() -> list[Clock]:
    return [ManualClock(), SystemClock()]


def ids() -> list[IdSource]:
    return [CountingIds(), SecretIds()]


def password_hasher() -> list[PasswordHasher]:
    return [PlainHasher(), Argon2Hasher()]


def holiday_calendar() -> list[HolidayCalendar]:
    return [FixedHolidays(), PublicHolidays()]


def taps(observer: Observer) -> list[Tap]:
    return [observer, Untapped()]


def telemetry(observer: Observer) -> list[Telemetry]:
    return [observer, Silence()]


def spans(traced: TracedSpan) -> list[Span]:
    return [traced, NoSpan()]


def traces(tracing: Tracing, observer: Observer) -> list[Traces]:
    return [tracing, observer, Silence()]


def traced_storage(traced: TracedStorage) -> list[Storage[CallTx]]:
    return [traced]


def watching(watched: telling.Watched) -> list[Watching]:
    return [watched, unwatched]


def record_storage(memory: MemoryStore) -> list[Storage[RecordTx]]:
    return [memory]


def record_tx(memory: MemoryTx) -> list[RecordTx]:
    return [memory]


def record_reader(memory: MemoryStore) -> list[RecordReader]:
    return [memory.reader]


def catalogues(memory: MemoryStore) -> list[Catalogues]:
    return [memory.reader]


def record_store(local: LocalRecords) -> list[RecordStore]:
    return [local]


def formulas() -> list[Formulas]:
    return [NoFormulas()]
