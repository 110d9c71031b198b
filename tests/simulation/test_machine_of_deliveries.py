"""Hypothesis looks for the shortest way in which a store keeps deliveries otherwise than a few lines of dict do."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.core.calls.builders import CALL, NOON
from tests.core.calls.office import BASE_URL, Run
from tests.simulation.machines import search
from tests.simulation.premises import MemoryPremises
from tests.simulation.store_premises import postgres_premises, sqlite_premises
from titus_adapters.sqlite.settings import SqliteSettings
from titus_core.calls.instructions import Hangup, Reply
from titus_core.calls.ports import Delivery, Kept
from titus_core.kernel.errors import Conflict

KEYS = st.sampled_from("abc")
ROUTES = st.sampled_from(("inbound", "status"))
TOKENS = st.sampled_from((None, "s", "t"))
LONGEST_PAUSE = 3600


class Deliveries(RuleBasedStateMachine):
    """`kept` is every delivery's answer, `waiting` those to be worked on again, with tries and when they are due."""

    def __init__(self, store: Any, run: Run) -> None:
        super().__init__()
        self.store, self.run = store, run
        self.now = NOON
        self.kept: dict[tuple[str, str], Reply | None] = {}
        self.waiting: dict[tuple[str, str], tuple[int, datetime]] = {}

    @rule(route=ROUTES, key=KEYS, token=TOKENS, answered=st.booleans(), reduced=st.booleans())
    def keep(self, route: str, key: str, token: str | None, answered: bool, reduced: bool) -> None:
        delivery = Delivery(route=route, key=key, token=token, query="", body="", received_at=self.now)
        reply = Reply(CALL, (Hangup(),)) if answered else None
        try:
            self.run(self.store.transact(_kept, (delivery, reply, reduced)))
        except Conflict:
            assert (route, key) in self.kept
            return
        assert (route, key) not in self.kept
        self.kept[route, key] = reply
        if not reduced:
            self.waiting[route, key] = (0, self.now)

    @rule(route=ROUTES, key=KEYS, token=TOKENS)
    def find(self, route: str, key: str, token: str | None) -> None:
        """By the key alone: a token that comes with another key names another fact."""
        found = self.run(self.store.transact(_found, (route, key, token)))
        known = (route, key) in self.kept
        assert found == (Kept(key, self.kept[route, key], BASE_URL) if known else None)

    @rule(place=st.integers(0, 2), reduced=st.booleans())
    def settle(self, place: int, reduced: bool) -> None:
        rows = self.run(self.store.reader.waiting(self.now + timedelta(days=1), 100))
        for row in rows[place : place + 1]:
            self.run(self.store.transact(_settled, (row.id, reduced, self.now)))
            name = (row.delivery.route, row.delivery.key)
            tries = self.waiting.pop(name)[0] + 1
            if not reduced:
                pause = min(2**tries, LONGEST_PAUSE)
                self.waiting[name] = (tries, self.now + timedelta(seconds=pause))

    @rule(seconds=st.sampled_from((1, 3, 100)))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def what_is_due_is_shown(self) -> None:
        shown = self.run(self.store.reader.waiting(self.now, 100))
        due = {name: tries for name, (tries, at) in self.waiting.items() if at <= self.now}
        assert {(row.delivery.route, row.delivery.key): row.tries for row in shown} == due


async def _kept(tx: Any, command: Any) -> None:
    delivery, reply, reduced = command
    tx.inbox.keep(delivery, reply, BASE_URL, reduced=reduced)


async def _found(tx: Any, command: Any) -> Any:
    return await tx.inbox.find(*command)


async def _settled(tx: Any, command: Any) -> None:
    waiting_id, reduced, at = command
    tx.inbox.settle(waiting_id, reduced=reduced, at=at)


def look_for_a_difference(fresh: Any, examples: int) -> None:
    search(lambda: Deliveries(*fresh().aside), examples, steps=15)


def test_in_memory() -> None:
    look_for_a_difference(MemoryPremises, 150)


def test_on_sqlite(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "titus.db")
    with sqlite_premises(SqliteSettings(tmp_path / "titus.db")) as premises:
        look_for_a_difference(premises.fresh, 30)


def test_on_postgresql(postgres_url: str) -> None:
    with postgres_premises(postgres_url) as premises:
        look_for_a_difference(premises.fresh, 8)  # a conflict is tried again, with pauses
