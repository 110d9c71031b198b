"""The store of calls and everything beside them: which one, whether it will do, and what is done to it from outside."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import msgspec

from titus_core.calls.ports import Feed
from titus_core.jobs.causes import Kind, causes_of
from titus_core.jobs.ports import JobBoard, JobWorker
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.promises import LIVE_STATE, Promises
from titus_core.kernel.unit_of_work import Storage, Tap
from titus_core.records.catalogue import Catalogue
from titus_http.settings import DatabaseUrl, Settings
from titus_http.wiring import Reader, Tx

_TEXT_KINDS = (Kind.SEND_TEXT, Kind.KEEP_MEDIA, Kind.TEXT_MISSED_CALLER, Kind.TELL_GROUP)


_LOOKS_AT_SCHEMA_EVERY = 2.0
"""Seconds; anyone may ask for health, and this question is not cheap."""


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


def store_for(settings: Settings, clock: Clock | None = None) -> Store:
    """The store that `DATABASE_URL` names, not opened. `clock` None: the machine's."""
    return store_at(settings.stores.database, _kinds(settings), clock)


def store_at(database: DatabaseUrl, kinds: tuple[Kind, ...], clock: Clock | None) -> Store:
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


async def migrate(settings: Settings) -> None:
    """Bring the store's tables to the newest form."""
    await store_for(settings).migrate()


def waits_for(store: Store) -> Callable[[], Awaitable[tuple[str, ...]]]:
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
