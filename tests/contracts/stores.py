"""What the contract suite knows of a store: the ports, and how to ask it in one line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from titus_core.accounts.model import User
from titus_core.accounts.ports import AccountReader, AccountTx
from titus_core.callbacks.ports import CallbackTx
from titus_core.calls.model import Call
from titus_core.calls.ports import CallTx, Feed
from titus_core.hunt_groups.ports import HuntGroupReader
from titus_core.jobs.find_gaps import GapReader
from titus_core.jobs.model import Causes, nothing
from titus_core.jobs.ports import JobBoard, JobTx, JobWorker
from titus_core.kernel.promises import Promises
from titus_core.kernel.unit_of_work import Storage, Tap
from titus_core.messaging.ports import MessageTx
from titus_core.providers.ports import ProviderTx
from titus_core.records.shadow.ports import TallyReader, TallyTx

R = TypeVar("R")


class Tx(CallTx, CallbackTx, MessageTx, JobTx, ProviderTx, AccountTx, TallyTx, Protocol):
    """Every area's tx in one."""


class Reader(GapReader, HuntGroupReader, AccountReader, TallyReader, Protocol):
    """Every area's reader in one."""


class Store(Storage[Tx], Protocol):
    """A store as bootstrap builds it."""

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
    async def open(self) -> None: ...
    async def close(self) -> None: ...
    async def ping(self) -> object:
        """Raises `Unavailable` if the store cannot work."""
        ...


class Backend(Protocol):
    """One kind of store, with a place to keep its data for one test."""

    def store(self, causes: Causes = nothing) -> Store:
        """A store over this test's data, not opened yet; asked twice, two of them over the same data."""
        ...


Write = Callable[[Tx], object]


async def write(store: Store, *writes: Write) -> None:
    """Run these writes in one unit of work."""
    await store.transact(_write, writes)


async def read(store: Store, question: Callable[[Tx], Awaitable[R]]) -> R:
    """Ask one question in a unit of work of its own."""

    async def work(tx: Tx, _: None) -> R:
        return await question(tx)

    return await store.transact(work, None)


def saving(call: Call) -> Write:
    return lambda tx: tx.calls.save(call)


def adding(user: User) -> Write:
    return lambda tx: tx.users.save(user)


async def save_calls(store: Store, *calls: Call) -> None:
    """One after the other, so that they are numbered in this order."""
    for call in calls:
        await write(store, saving(call))


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what another task is about to do."""
    async with asyncio.timeout(10):
        while True:
            if await holds():
                return
            await asyncio.sleep(0)


async def _write(tx: Tx, writes: tuple[Write, ...]) -> None:
    for one in writes:
        one(tx)
