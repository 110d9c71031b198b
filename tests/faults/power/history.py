"""One disk through several lives, and what is found on it after each: all that was told of, nothing by halves."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random

import msgspec

from tests.contracts.backends import migrated_file
from tests.faults.power.disk import Fault, Plan
from tests.faults.power.life import NAME, Habits, Life, Prepare, as_titus_does, lived, memory, put
from tests.faults.power.reference import Picture, Reference, stored
from tests.faults.power.workload import Unit, units
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.calls.history import AnyCallEvent, fold
from titus_core.calls.ports import CallFilter

LIVES = 3


class Broken(AssertionError):
    """A promise that was not kept."""


def play(seed: int, prepare: Prepare = as_titus_does) -> None:
    """A disk whose power is cut `LIVES` times. Raises `Broken`."""
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    survivor = Survivor(units(seed))
    for _ in range(LIVES):
        habits = Habits(
            checkpoint_at=random.choice((None, 1, 10, 60)),
            together=random.choice((1, 1, 2, 6, 30)),
            restarts=random.choice((0.0, 0.0, 0.05)),
            prepare=prepare,
        )
        survivor.live(_cut_at(random.randint(1, random.choice((20, 200, 2000)))), random, habits)


def _cut_at(number: int) -> Plan:
    return lambda count, kind: Fault.CUT if count == number else None


class Survivor:
    """A disk, what must be on it, and what is still to be done."""

    def __init__(self, units: list[Unit]) -> None:
        self._units = units
        self._files: Mapping[str, bytes] = {NAME: _template()}
        self._reference = Reference(self._files[NAME])

    def live(self, plan: Plan, random: Random, habits: Habits) -> Life:
        """Units of work until the cut. Raises `Broken` unless exactly what was told is stored afterwards, and at most
        what was under way besides."""
        life = lived(self._files, self._units, plan, random, habits)
        found = _rebooted(life.left)
        sure = len(life.told) - life.told[::-1].index(True) if True in life.told else 0
        for unit, told in zip(self._units[:sure], life.told, strict=False):
            if told:
                self._reference.apply(unit)
        self._units = self._units[sure + self._gone_on(found, sure, len(life.told)) :]
        self._files = life.left
        return life

    def _gone_on(self, found: Picture, sure: int, tried: int) -> int:
        """How many of the units that nobody was told of are stored."""
        lacking = self._reference.differs_from(found)
        differences = lacking
        for number, unit in enumerate(self._units[sure:tried]):
            if not differences:
                return number
            self._reference.apply(unit)
            differences = self._reference.differs_from(found)
        if differences:
            raise Broken(f"not as it was told: {'; '.join(lacking)}")
        return tried - sure


def _rebooted(files: Mapping[str, bytes]) -> Picture:
    """What an ordinary server finds."""
    try:
        with tempfile.TemporaryDirectory(dir=memory()) as folder:
            put(files, Path(folder))
            asyncio.run(_told_by_events(SqliteSettings(Path(folder) / NAME)))
            return stored(Path(folder) / NAME)
    except Exception as error:  # a damaged file may show itself in any way
        raise Broken(f"{type(error).__name__}: {error}") from error


async def _told_by_events(settings: SqliteSettings) -> None:
    """The events of every call fold to the call."""
    async with SqliteStore(settings) as store:
        for row in (await store.reader.calls(CallFilter(), 1000, None)).items:
            events = await store.reader.events(row.sid)
            folded = fold((msgspec.json.decode(event.data, type=AnyCallEvent), event.at) for event in events)
            call = await store.reader.call(row.sid)
            assert call is not None
            assert folded is not None, f"{row.sid} has no events"
            assert msgspec.structs.replace(folded, version=call.version) == call, (
                f"{row.sid} is not what its events tell"
            )


@cache
def _template() -> bytes:
    """A file with all tables and no rows."""
    with tempfile.TemporaryDirectory() as folder:
        return migrated_file(Path(folder)).read_bytes()
