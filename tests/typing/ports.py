"""Every adapter satisfies every port that it is meant to. For mypy only; never run."""

from __future__ import annotations

from titus_adapters.elevenlabs.agent import RedirectAgent
from titus_adapters.holidays_calendar import PublicHolidays
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.holidays import FixedHolidays
from titus_adapters.memory.passwords import PlainHasher
from titus_adapters.memory.store import MemoryStore
from titus_adapters.memory.telephony import MemoryTelephony
from titus_adapters.memory.tx import MemoryTx
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_adapters.passwords import Argon2Hasher
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql.tx import SqlTx
from titus_adapters.sqlite.store import SqliteStore
from titus_adapters.system import SecretIds, SystemClock
from titus_adapters.twilio.telephony import TwilioTelephony
from titus_core.accounts.ports import AccountReader, AccountTx, PasswordHasher
from titus_core.calls.ports import CallReader, CallTx, Feed, Telephony, VoiceAgent
from titus_core.hunt_groups.hours import HolidayCalendar
from titus_core.hunt_groups.ports import HuntGroupReader, HuntGroupTx
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import IdSource
from titus_core.kernel.promises import Promises
from titus_core.kernel.unit_of_work import Records, Storage


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


def voice_agent(scripted: ScriptedAgent, elevenlabs: RedirectAgent) -> list[VoiceAgent]:
    return [scripted, elevenlabs]


def clock() -> list[Clock]:
    return [ManualClock(), SystemClock()]


def ids() -> list[IdSource]:
    return [CountingIds(), SecretIds()]


def password_hasher() -> list[PasswordHasher]:
    return [PlainHasher(), Argon2Hasher()]


def holiday_calendar() -> list[HolidayCalendar]:
    return [FixedHolidays(), PublicHolidays()]
