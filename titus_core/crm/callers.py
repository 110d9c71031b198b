"""Which callers a record tells of. Pure. Copied are names, telephone numbers and whose coordinator somebody is, and no
more than that; only from fields of the classes public and personal."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from titus_core.calls.ports import CallerKind, KnownCaller
from titus_core.crm.fields import CLIENTS, CONTACTS, COORDINATOR, PHONE, Aliases, field_of, fields_of, table_of
from titus_core.crm.people import Naming
from titus_core.crm.ports import NumberReading
from titus_core.kernel.ids import UserId
from titus_core.records.catalogue import Catalogue, Field, Kind, Privacy, Table
from titus_core.records.model import FieldId, Record, RecordId

COPIED = frozenset({Privacy.PUBLIC, Privacy.PERSONAL})
"""A number that tells of somebody's health stays where it is."""


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """A table that tells of callers, without the fields that are not to be copied. `coordinator` links clients to the
    contact who looks after them."""

    table: Table
    kind: CallerKind
    naming: Naming
    phones: tuple[Field, ...]
    coordinator: Field | None = None

    @property
    def fields(self) -> frozenset[FieldId]:
        """All that is asked for."""
        others = (*self.phones, *((self.coordinator,) if self.coordinator is not None else ()))
        return self.naming.ids | {field.id for field in others}

    def coordinators(self, record: Record) -> tuple[RecordId, ...]:
        """The contacts who look after this client."""
        cell = record.fields.get(self.coordinator.id) if self.coordinator is not None else None
        return tuple(RecordId(one) for one in cell if isinstance(one, str)) if isinstance(cell, tuple) else ()

    def callers(
        self, record: Record, users: Mapping[RecordId, UserId], reading: NumberReading
    ) -> tuple[KnownCaller, ...]:
        """One for each number; none of a record without a name. `users` are those contacts who work here."""
        name = self.naming.name(record)
        told = [record.fields.get(field.id) for field in self.phones]
        numbers = dict.fromkeys(number for cell in told if isinstance(cell, str) for number in reading.numbers(cell))
        ours = {users[one] for one in self.coordinators(record) if one in users}
        coordinator = next(iter(ours)) if len(ours) == 1 else None
        return tuple(KnownCaller(number, record.id, name, coordinator, self.kind) for number in numbers if name)


def registers_of(catalogue: Catalogue) -> tuple[Register, ...]:
    """Those that the base has. A base without any tells of no callers."""
    found = (
        _register(catalogue, CONTACTS, CallerKind.CONTACT),
        _register(catalogue, CLIENTS, CallerKind.CLIENT, COORDINATOR),
    )
    return tuple(one for one in found if one is not None)


def _register(catalogue: Catalogue, aliases: Aliases, kind: CallerKind, coordinator: Aliases = ()) -> Register | None:
    table = table_of(catalogue, aliases)
    if table is None:
        return None
    copied = msgspec.structs.replace(table, fields=tuple(one for one in table.fields if one.privacy in COPIED))
    link = field_of(copied, coordinator)
    return Register(
        table=copied,
        kind=kind,
        naming=Naming.of(copied),
        phones=tuple(one for one in fields_of(copied, PHONE) if one.kind is Kind.TEXT),
        coordinator=link if link is not None and link.kind is Kind.LINKS else None,
    )
