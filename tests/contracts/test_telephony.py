"""`calls.ports.Telephony`: what a provider's API tells of calls that no webhook told of.

An adapter joins with a `Provider`: a way to make the outside world look as a test wants it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest

from tests.contracts.examples import CALLER, OFFICE, ON_CALL, call_id, leg_id
from titus_adapters.memory.telephony import MemoryTelephony
from titus_core.calls.model import CallStatus, Direction
from titus_core.calls.ports import LegNews, Telephony
from titus_core.kernel.errors import Unavailable


class Provider(Protocol):
    """A provider whose world a test arranges, and the adapter that asks it."""

    @property
    def telephony(self) -> Telephony: ...
    def know(self, *legs: LegNews) -> None:
        """From now on this is how these legs are."""
        ...

    def fail(self) -> None:
        """From now on it cannot be reached."""
        ...


class InMemory:
    def __init__(self) -> None:
        self.telephony = MemoryTelephony()
        self.know = self.telephony.know

    def fail(self) -> None:
        self.telephony.down = True


PROVIDERS: dict[str, Callable[[], Provider]] = {"memory": InMemory}


@pytest.fixture(params=list(PROVIDERS))
def provider(request: pytest.FixtureRequest) -> Provider:
    return PROVIDERS[request.param]()


def a_caller(n: int, status: CallStatus, duration: int | None = None) -> LegNews:
    return LegNews(call_id(n), status, None, Direction.INBOUND, CALLER, OFFICE, duration)


def a_child(n: int, of: int, status: CallStatus) -> LegNews:
    return LegNews(leg_id(n), status, call_id(of), Direction.OUTBOUND, OFFICE, ON_CALL, None)


async def test_a_call_is_as_the_provider_says_now(provider: Provider) -> None:
    provider.know(a_caller(1, CallStatus.IN_PROGRESS))
    assert await provider.telephony.call(call_id(1)) == a_caller(1, CallStatus.IN_PROGRESS)
    provider.know(a_caller(1, CallStatus.COMPLETED, 42))
    assert await provider.telephony.call(call_id(1)) == a_caller(1, CallStatus.COMPLETED, 42)


async def test_a_call_that_the_provider_does_not_know_is_none(provider: Provider) -> None:
    assert await provider.telephony.call(call_id(1)) is None
    assert await provider.telephony.legs(call_id(1)) == ()


async def test_legs_are_those_rung_for_this_call_ended_ones_included(provider: Provider) -> None:
    children = a_child(1, 1, CallStatus.RINGING), a_child(2, 1, CallStatus.NO_ANSWER)
    provider.know(a_caller(1, CallStatus.IN_PROGRESS), a_caller(2, CallStatus.IN_PROGRESS), *children)
    provider.know(a_child(3, 2, CallStatus.RINGING))
    assert set(await provider.telephony.legs(call_id(1))) == set(children)


async def test_live_calls_are_all_callers_that_have_not_ended(provider: Provider) -> None:
    callers = [a_caller(n, status) for n, status in enumerate(CallStatus, 1)]
    provider.know(*callers, a_child(50, 1, CallStatus.RINGING))
    live = {one.id for one in await provider.telephony.live_calls()}
    assert live == {one.id for one in callers if not one.status.ended}


async def test_live_calls_are_complete_however_many_there_are(provider: Provider) -> None:
    provider.know(*(a_caller(n, CallStatus.IN_PROGRESS) for n in range(1, 131)))
    assert len(await provider.telephony.live_calls()) == 130


async def test_a_provider_out_of_reach_is_unavailable(provider: Provider) -> None:
    provider.know(a_caller(1, CallStatus.IN_PROGRESS))
    provider.fail()
    with pytest.raises(Unavailable):
        await provider.telephony.call(call_id(1))
    with pytest.raises(Unavailable):
        await provider.telephony.legs(call_id(1))
    with pytest.raises(Unavailable):
        await provider.telephony.live_calls()
