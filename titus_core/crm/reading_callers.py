"""One look at the records, for what the telephone knows of callers."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from titus_core.calls.ports import CallerKind, KnownCaller
from titus_core.crm.callers import Register
from titus_core.crm.fields import EMAIL, field_of
from titus_core.crm.ports import CallerTx, NumberReading
from titus_core.kernel.errors import Invalid, NotBuilt, NotConfigured, Refused
from titus_core.kernel.ids import UserId
from titus_core.kernel.unit_of_work import Storage
from titus_core.records.model import Record, RecordId
from titus_core.records.ports import MOST_AT_ONCE, Query, RecordPage, RecordStore
from titus_core.records.predicates import IdIn

NO_CHANGES = (Refused, NotConfigured, NotBuilt, Invalid)
"""The store tells no changes to us; then everything is read each time."""

_LOG = logging.getLogger("titus.callers")


class CallerReading:
    """`users` by e-mail, in small letters: a contact with one of these is whom a client's coordinator may be."""

    def __init__(
        self,
        storage: Storage[CallerTx],
        records: RecordStore,
        numbers: NumberReading,
        registers: tuple[Register, ...],
        users: Mapping[str, UserId],
    ) -> None:
        self._storage = storage
        self._records = records
        self._numbers = numbers
        self._registers = registers
        self._contacts = next((one for one in registers if one.kind is CallerKind.CONTACT), None)
        self._users = users
        self.as_of: datetime | None = None
        """When the oldest answer was true, if any was older than now."""

    async def changed(self, token: str) -> str:
        """What was touched since; the token to go on with."""
        while True:
            changes = await self._records.changes(token)
            for register in self._registers:
                touched = dict.fromkeys(one.id for one in changes.touched if one.table == register.table.id)
                for ids in _chunks(touched):
                    await self._keep(register, await self._some(register, ids), ids)
            token = changes.next
            if not changes.more:
                return token

    async def everything(self) -> str:
        """The token of before: what changes meanwhile is read again. Blank if this store tells no changes."""
        try:
            token = (await self._records.changes(None)).next
        except NO_CHANGES as error:
            _LOG.warning("changes of records are not told (%s): all are read each time", error)
            token = ""
        seen: set[str] = set()
        for register in self._registers:
            query = Query(table=register.table.id, fields=register.fields, hurry=False)
            while True:
                page = await self._asked(query)
                ids = tuple(record.id for record in page.records)
                await self._keep(register, page.records, ids)
                seen |= set(ids)
                if page.next is None:
                    break
                query = msgspec.structs.replace(query, after=page.next)
        known = await self._storage.transact(_contacts, None)
        for gone in _chunks(one for one in known if one not in seen):
            await self._storage.transact(_settle, dict.fromkeys(gone, ()))
        return token

    async def _some(self, register: Register, ids: tuple[RecordId, ...]) -> tuple[Record, ...]:
        query = Query(table=register.table.id, where=IdIn(ids=ids), fields=register.fields, hurry=False)
        return (await self._asked(query)).records

    async def _asked(self, query: Query) -> RecordPage:
        page = await self._records.query(query)
        if page.as_of is not None:
            self.as_of = min(page.as_of, self.as_of or page.as_of)
        return page

    async def _keep(self, register: Register, records: tuple[Record, ...], ids: tuple[RecordId, ...]) -> None:
        """Of these ids, whatever the records say of callers; nothing of those that are gone."""
        linked = dict.fromkeys(one for record in records for one in register.coordinators(record))
        users = await self._who_work_here(tuple(linked))
        wanted: dict[RecordId, tuple[KnownCaller, ...]] = dict.fromkeys(ids, ())
        wanted |= {record.id: register.callers(record, users, self._numbers) for record in records}
        await self._storage.transact(_settle, wanted)

    async def _who_work_here(self, contacts: tuple[RecordId, ...]) -> dict[RecordId, UserId]:
        table = self._contacts.table if self._contacts is not None else None
        email = field_of(table, EMAIL) if table is not None else None
        if table is None or email is None:
            return {}
        found: dict[RecordId, UserId] = {}
        for ids in _chunks(contacts):
            query = Query(table=table.id, where=IdIn(ids=ids), fields=frozenset({email.id}), hurry=False)
            for record in (await self._asked(query)).records:
                user = self._users.get(str(record.fields.get(email.id)).strip().casefold())
                found |= {record.id: user} if user is not None else {}
        return found


def _chunks(ids: Iterable[str]) -> list[tuple[RecordId, ...]]:
    every = tuple(RecordId(one) for one in ids)
    return [every[start : start + MOST_AT_ONCE] for start in range(0, len(every), MOST_AT_ONCE)]


async def _contacts(tx: CallerTx, _: None) -> tuple[str, ...]:
    return await tx.known_callers.contacts()


async def _settle(tx: CallerTx, wanted: Mapping[RecordId, tuple[KnownCaller, ...]]) -> None:
    """Write only what is different: nobody's call waits for a commit that changes nothing."""
    stored = {(one.contact_id, one.number): one for one in await tx.known_callers.of_contacts(tuple(wanted))}
    told = {(one.contact_id, one.number): one for callers in wanted.values() for one in callers}
    for key, caller in told.items():
        if stored.get(key) != caller:
            tx.known_callers.save(caller)
    for key, caller in stored.items():
        if key not in told:
            tx.known_callers.forget(caller)
