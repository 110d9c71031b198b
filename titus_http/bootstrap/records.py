"""Where records lie, and what is looked at beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import NamedTuple, assert_never

import msgspec

from titus_adapters.airtable.settings import AirtableSettings
from titus_adapters.system import SecretIds
from titus_adapters.telemetry import providers as telling
from titus_adapters.telemetry.observer import Observer
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotConfigured
from titus_core.kernel.files import Files
from titus_core.providers.ports import Watched
from titus_core.records.catalogue import Catalogue
from titus_core.records.describing import TableDescription
from titus_core.records.journalled import JournalledRecords
from titus_core.records.local import LocalRecords
from titus_core.records.note_changes import NoteChanges
from titus_core.records.ports import Formulas, RecordStore
from titus_core.records.setting import NoFormulas
from titus_core.records.settle_writes import SettleWrites
from titus_http.bootstrap.stores import Store, store_at, store_for
from titus_http.jobs import Recording
from titus_http.settings import Settings
from titus_http.settings.sections import Airtable
from titus_http.wiring import Parts

ZONE = "Australia/Brisbane"
"""Where a day begins in questions about instants whose field names no zone (`ndis-domain.md` §3c)."""


FORMULAS: Formulas = NoFormulas()
"""Which formulas Titus computes itself where Airtable is gone."""


class Records(NamedTuple):
    """Where the records lie that answer, and what watches over it."""

    store: RecordStore
    recording: Recording = Recording()
    watched: Mapping[str, Watched] = {}


async def open_records(
    settings: Settings, stack: AsyncExitStack, observer: Observer, store: Store, files: Files, clock: Clock
) -> Records:
    match settings.stores.answering:
        case "sql":
            return Records(LocalRecords(store, store.reader, files, clock, SecretIds(), store.reader))
        case "airtable":
            return await _airtable(settings, stack, observer, store, clock)
        case never:
            assert_never(never)


async def _airtable(
    settings: Settings, stack: AsyncExitStack, observer: Observer, store: Store, clock: Clock
) -> Records:
    """Records in a base; their catalogue and the journal of writes in the operational store."""
    from titus_adapters.airtable.api import AirtableApi
    from titus_adapters.airtable.store import AirtableRecords
    from titus_adapters.airtable.watching import BaseWatch
    from titus_adapters.record_cache.store import CachedRecords

    known = _configured(settings)
    base = _base(known)
    api = await stack.enter_async_context(AirtableApi(base, watching=telling.Watched(observer, "airtable")))
    observer.breaker("airtable", lambda: api.gate.breaker_state)
    reader, remote = store.reader, AirtableRecords(api, store.reader)
    journalled = JournalledRecords(remote, store, clock, SecretIds(), reader)
    recording = Recording(
        SettleWrites(remote, store, reader, clock, reader), NoteChanges(journalled, store, clock, reader)
    )
    cached = CachedRecords(journalled, remote, reader, clock, reader, timedelta(seconds=known.max_age))
    return Records(cached, recording, {"airtable": BaseWatch(api)})


async def shadowed(settings: Settings, parts: Parts, store: Store, stack: AsyncExitStack) -> Parts:
    """With `RECORDS_STORE=shadow`: the store that answers, and beside it the one that is looked at."""
    if settings.stores.records != "shadow" or parts.records is None:
        return parts
    from titus_adapters.aside import TaskAside
    from titus_core.records.shadow.candidate import RowsCandidate
    from titus_core.records.shadow.findings import Findings
    from titus_core.records.shadow.store import ShadowRecords

    other = store
    if settings.stores.records_candidate is not None:
        other = store_at(settings.stores.records_candidate, (), parts.clock)
        await other.open()
        stack.push_async_callback(other.close)
    aside, findings = TaskAside(), Findings(parts.storage, parts.clock)
    stack.push_async_callback(findings.keep)
    stack.push_async_callback(aside.close)
    candidate = RowsCandidate(other, other.reader, parts.clock, other.reader)
    shadow = ShadowRecords(parts.records, candidate, aside, findings, parts.catalogues)
    return msgspec.structs.replace(parts, records=shadow)


async def describe_base(settings: Settings, told: bytes | None) -> tuple[Sequence[TableDescription], Sequence[str]]:
    """The tables of the Airtable base (or those that were `told`), and what was not understood of them."""
    from titus_adapters.airtable.metadata import metadata_of

    read = metadata_of(told if told is not None else await _metadata(settings))
    return read.tables, read.warnings


async def _metadata(settings: Settings) -> bytes:
    from titus_adapters.airtable.api import AirtableApi

    base = _base(_configured(settings))
    async with AirtableApi(base) as api:
        return bytes(await api.read(f"/v0/meta/bases/{base.base_id}/tables", msgspec.Raw))


def _configured(settings: Settings) -> Airtable:
    if settings.airtable is None:
        raise NotConfigured(missing=settings.missing["airtable"])
    return settings.airtable


def _base(known: Airtable) -> AirtableSettings:
    return AirtableSettings(
        api_key=known.api_key.reveal(),
        base_id=known.base_id,
        base_url=str(known.base_url).rstrip("/"),
        content_url=str(known.content_url).rstrip("/"),
        rate=known.rate,
    )


async def catalogue_of(settings: Settings) -> Catalogue | None:
    """The catalogue of the tables that the database has."""
    store = store_for(settings)
    await store.open()
    try:
        return await store.reader.catalogue()
    finally:
        await store.close()
