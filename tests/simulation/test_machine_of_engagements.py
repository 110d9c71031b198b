"""Hypothesis looks for the shortest way in which a store holds people otherwise than a few lines of dict do."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.core.calls.builders import NOON
from tests.core.calls.office import Run, Titus
from tests.simulation.agenda import Agenda, AgendaClock
from tests.simulation.machines import search
from tests.simulation.premises import Aside, MemoryPremises
from tests.simulation.setting import STAFF
from tests.simulation.store_premises import postgres_premises, sqlite_premises
from titus_adapters.memory.telephony import MemoryTelephony
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_adapters.sqlite.settings import SqliteSettings
from titus_core.hunt_groups.availability import Engagement
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import CallId, UserId

Kind: TypeAlias = Literal["ringing", "leaving", "talking", "wrap_up"]
KINDS: tuple[Kind, ...] = ("ringing", "leaving", "talking", "wrap_up")
CALLS = ("CA1", "CA2", "CA3")
ROWS = st.dictionaries(st.sampled_from(STAFF[:3]), st.tuples(st.sampled_from(KINDS), st.integers(-20, 60)), max_size=2)


class Engagements(RuleBasedStateMachine):
    """Three calls want three people. `held` is what must be stored."""

    def __init__(self, store: Any, run: Run) -> None:
        super().__init__()
        self.store, self.run = store, run
        self.now = NOON
        self.held: dict[UserId, Engagement] = {}
        self.wanted: dict[CallId, tuple[Engagement, ...]] = {}

    @rule(call=st.sampled_from(CALLS), rows=ROWS)
    def want(self, call: str, rows: dict[UserId, tuple[Kind, int]]) -> None:
        call_id = CallId(call)
        before = self.wanted.get(call_id, ())
        after = tuple(
            Engagement(user_id, call_id, kind, self.now + timedelta(seconds=seconds))
            for user_id, (kind, seconds) in sorted(rows.items())
        )
        expected = self.expected(before, after)
        try:
            self.run(self.store.transact(_replaced, (before, after, self.now)))
        except Conflict:
            assert expected is None
        else:
            assert expected is not None
            self.held, self.wanted[call_id] = expected, after

    @rule(seconds=st.sampled_from((1, 10, 50)))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def expected(
        self, before: tuple[Engagement, ...], after: tuple[Engagement, ...]
    ) -> dict[UserId, Engagement] | None:
        """Who is held then (`ports.Engagements`); None: it conflicts."""
        held = {user_id: row for user_id, row in self.held.items() if row not in before or row in after}
        held = {
            user_id: row
            for user_id, row in held.items()
            if not any(gone.user_id == user_id and gone.call_id == row.call_id and gone not in after for gone in before)
        }
        for row in after:
            other = held.get(row.user_id)
            foreign = other is not None and other.call_id != row.call_id and other.until > self.now
            if row in before:
                continue
            if foreign and row.kind == "ringing":
                return None
            if not foreign or (row.kind == "talking" and other is not None and other.kind != "talking"):
                held[row.user_id] = row
        return held

    @invariant()
    def the_store_holds_the_same(self) -> None:
        states = self.run(self.store.transact(_states, STAFF))
        assert {user_id: state.engagement for user_id, state in states.items() if state.engagement} == self.held


async def _replaced(tx: Any, command: Any) -> None:
    tx.engagements.replace(*command)


async def _states(tx: Any, users: tuple[UserId, ...]) -> Any:
    return await tx.members.states(users)


def look_for_a_difference(fresh: Any, examples: int) -> None:
    def machine() -> Engagements:
        store, run = _staffed(fresh().aside)
        return Engagements(store, run)

    search(machine, examples, steps=15)


def _staffed(aside: Aside) -> Aside:
    store, run = aside
    clock = AgendaClock(Agenda())
    Titus(store, telephony=MemoryTelephony(), agent=ScriptedAgent(), clock=clock, run=run).staff(*STAFF)
    return aside


def test_in_memory() -> None:
    look_for_a_difference(MemoryPremises, 150)


def test_on_sqlite(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "titus.db")
    with sqlite_premises(SqliteSettings(tmp_path / "titus.db")) as premises:
        look_for_a_difference(premises.fresh, 30)


def test_on_postgresql(postgres_url: str) -> None:
    with postgres_premises(postgres_url) as premises:
        look_for_a_difference(premises.fresh, 8)  # a conflict is tried again, with pauses


@pytest.mark.parametrize("rows", [{}, {STAFF[0]: ("talking", 60)}])
def test_the_machine_expects_what_the_port_says(rows: dict[UserId, tuple[Kind, int]]) -> None:
    """Releasing what another call holds by now does nothing."""
    machine = Engagements(*_staffed(MemoryPremises().aside))
    machine.want("CA1", {STAFF[0]: ("ringing", 10)})
    machine.want("CA2", {STAFF[0]: ("talking", 60)})
    machine.want("CA1", {})
    assert machine.held[STAFF[0]].call_id == "CA2"
    machine.want("CA2", rows)
    assert len(machine.held) == len(rows)
