"""What became of a base since its catalogue was read: a rename does no harm, all else somebody has to look at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from titus_core.records.catalogue import Catalogue, Computed, Field, LinkTo, Option, Table
from titus_core.records.differences import (
    Added,
    At,
    Difference,
    LinkMoved,
    Missing,
    OptionAdded,
    OptionMissing,
    OptionRenamed,
    OptionsMoved,
    Recomputed,
    Renamed,
    Retyped,
)
from titus_core.records.spelling import nearest


def compared(old: Catalogue, new: Catalogue) -> tuple[Difference, ...]:
    """Of two catalogues of one base, by ids; nothing for equal ones. Names of our own are not looked at."""
    return tuple(chain(_of_tables(old, new), _of_known(old, new)))


def _of_tables(old: Catalogue, new: Catalogue) -> Iterator[Difference]:
    before, after = {table.id for table in old.tables}, {table.id for table in new.tables}
    lost = [table for table in old.tables if table.id not in after]
    found = [table for table in new.tables if table.id not in before]
    for table in lost:
        yield Missing(at=At(table.id, table.name), nearest=nearest(table.name, [one.name for one in found]))
    for table in found:
        yield Added(at=At(table.id, table.name), nearest=nearest(table.name, [one.name for one in lost]))


def _of_known(old: Catalogue, new: Catalogue) -> Iterator[Difference]:
    before = {table.id: table for table in old.tables}
    names = _Names(old), _Names(new)
    for table in new.tables:
        was = before.get(table.id)
        if was is not None:
            if was.name != table.name:
                yield Renamed(at=At(table.id, table.name), before=was.name)
            yield from _of_fields(was, table)
            for field in table.fields:
                known = was.get(field.id)
                if known is not None:
                    yield from _of_field(_at(table, field), known, field, *names)


def _of_fields(old: Table, new: Table) -> Iterator[Difference]:
    lost = [field for field in old.fields if new.get(field.id) is None]
    found = [field for field in new.fields if old.get(field.id) is None]
    for field in lost:
        yield Missing(at=_at(new, field), nearest=nearest(field.name, [one.name for one in found]))
    for field in found:
        near = nearest(field.name, [one.name for one in lost])
        yield Added(at=_at(new, field), nearest=near, type=field.type.value)


def _at(table: Table, field: Field) -> At:
    return At(table.id, table.name, field.id, field.name)


def _of_field(at: At, old: Field, new: Field, before: _Names, after: _Names) -> Iterator[Difference]:
    if old.name != new.name:
        yield Renamed(at=at, before=old.name)
    if old.type is not new.type:
        yield Retyped(at=at, before=old.type.value, after=new.type.value)
    if _way(old.computed) != _way(new.computed):
        yield Recomputed(at=at, before=before.way(old.computed), after=after.way(new.computed))
    if _end(old.link) != _end(new.link):
        yield LinkMoved(at=at, before=before.end(old.link), after=after.end(new.link))
    yield from _of_options(at, old.options, new.options)


def _of_options(at: At, old: tuple[Option, ...], new: tuple[Option, ...]) -> Iterator[Difference]:
    before, after = ({option.id: option.name for option in options} for options in (old, new))
    lost = [name for option, name in before.items() if option not in after]
    found = [name for option, name in after.items() if option not in before]
    for name in lost:
        yield OptionMissing(at=at, option=name, nearest=nearest(name, found))
    for name in found:
        yield OptionAdded(at=at, option=name, nearest=nearest(name, lost))
    kept, now = [one for one in before if one in after], [one for one in after if one in before]
    for option in kept:
        if before[option] != after[option]:
            yield OptionRenamed(at=at, before=before[option], after=after[option])
    if kept != now:
        was, stands = tuple(before[one] for one in kept), tuple(after[one] for one in now)
        yield OptionsMoved(at=at, before=was, after=stands)


def _way(computed: Computed | None) -> object:
    """What makes the value; a policy is ours, and no difference of the base."""
    return None if computed is None else (computed.formula, computed.via, computed.target, computed.watches)


def _end(link: LinkTo | None) -> object:
    return None if link is None else (link.table, link.inverse)


class _Names:
    """By id; an id of something that is not there stands for itself."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._names: dict[str, str] = {table.id: table.name for table in catalogue.tables}
        self._names |= {field.id: field.name for table in catalogue.tables for field in table.fields}

    def _name(self, one: str) -> str:
        return repr(self._names.get(one, one))

    def way(self, computed: Computed | None) -> str | None:
        if computed is None:
            return None
        if computed.formula is not None:
            return f"as {computed.formula}"
        if computed.via is not None:
            of = "" if computed.target is None else f" from {self._name(computed.target)}"
            return f"through {self._name(computed.via)}{of}"
        return f"of {', '.join(map(self._name, computed.watches)) or 'all fields'}"

    def end(self, link: LinkTo | None) -> str | None:
        if link is None:
            return None
        shown = "" if link.inverse is None else f" (shown there by {self._name(link.inverse)})"
        return f"to {self._name(link.table)}{shown}"
