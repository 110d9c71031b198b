"""Whose number it is, where several may have it: never one of them as if it were surely they. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from titus_core.calls.ports import KnownCaller
from titus_core.kernel.ids import UserId

MOST_NAMES = 3
"""So many people share a telephone at home; more share a switchboard, and then no name says who calls."""


class Identity(msgspec.Struct, frozen=True):
    """`name` is for people to read, and may be of several. `contact_id` only where it is one record's number alone:
    what is kept with the call must not end up in another's file. `coordinator` only where all agree on one."""

    name: str | None = None
    contact_id: str | None = None
    coordinator: UserId | None = None


def identity_of(callers: Sequence[KnownCaller]) -> Identity:
    """Of all who have the number. The same name in two records is one person, written down twice."""
    written = [" ".join(caller.name.split()) for caller in callers]
    names = {name.casefold(): name for name in written}
    coordinators = {caller.coordinator for caller in callers}
    return Identity(
        name=_together(sorted(names.values())),
        contact_id=callers[0].contact_id if len(callers) == 1 else None,
        coordinator=next(iter(coordinators)) if len(coordinators) == 1 else None,
    )


def _together(names: Sequence[str]) -> str | None:
    if not 1 <= len(names) <= MOST_NAMES:
        return None
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
