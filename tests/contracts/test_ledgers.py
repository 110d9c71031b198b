"""What every `calls.ports.CallLedger` must do: the memory adapter, and Twilio's lists as the sandbox plays them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec
import pytest

from tests.adapters.twilio.exchange import CALLER, MEMBER, OFFICE, SandboxExchange
from titus_adapters.memory.clock import NOON, ManualClock
from titus_adapters.memory.ledger import MemoryLedger
from titus_adapters.sandbox.twilio.recordings import start_recording, stop_recording
from titus_adapters.twilio.ledger import TwilioLedger
from titus_core.calls.model import CallStatus, Direction, RecordingState
from titus_core.calls.ports import CallLedger, LegNews, ToldRecording
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, LegId, RecordingId

AN_HOUR = timedelta(hours=1)


class Books(Protocol):
    @property
    def ledger(self) -> CallLedger: ...
    def now(self) -> datetime: ...
    async def later(self, seconds: float) -> datetime:
        """So much time passes; the instant afterwards."""
        ...

    async def ring(self) -> CallId:
        """The caller dials the office, and a member's telephone rings for it: the first time, MEMBER's."""
        ...

    async def finish(self) -> None:
        """The member answers, they talk, and both are gone."""
        ...

    async def record(self, call_id: CallId, seconds: int, *, voicemail: bool) -> None:
        """So much of the call is recorded; it takes as long."""
        ...

    def break_down(self) -> None:
        """From now on nothing is answered."""
        ...


class MemoryBooks:
    def __init__(self) -> None:
        self._clock = ManualClock(NOON)
        self.now = self._clock.now
        self.ledger = MemoryLedger()

    async def later(self, seconds: float) -> datetime:
        self._clock.advance(seconds)
        return self.now()

    async def ring(self) -> CallId:
        began, place = self.now(), len(self.ledger.legs)
        call_id, leg_id = CallId(f"CA{place:032x}"), LegId(f"CA{place + 1:032x}")
        live, rings, inbound, outbound = (
            CallStatus.IN_PROGRESS,
            CallStatus.RINGING,
            Direction.INBOUND,
            Direction.OUTBOUND,
        )
        self.ledger.legs += [
            (began, LegNews(call_id, live, None, inbound, CALLER, OFFICE, None)),
            (began, LegNews(leg_id, rings, call_id, outbound, CALLER, MEMBER, None)),
        ]
        return call_id

    async def finish(self) -> None:
        self.ledger.legs = [(began, _ended(leg)) for began, leg in self.ledger.legs]
        await self.later(70)

    async def record(self, call_id: CallId, seconds: int, *, voicemail: bool) -> None:
        recording_id = RecordingId(f"RE{len(self.ledger.sounds):032x}")
        told = ToldRecording(recording_id, call_id, RecordingState.COMPLETED, voicemail, seconds, 1)
        self.ledger.sounds.append((self.now(), told))
        await self.later(seconds)

    def break_down(self) -> None:
        self.ledger.down = True


def _ended(leg: LegNews) -> LegNews:
    return LegNews(leg.id, CallStatus.COMPLETED, leg.parent, leg.direction, leg.from_number, leg.to_number, 60)


class TwilioBooks:
    """The same over HTTP, in process: TwilioLedger → the sandbox's REST, two rows a page."""

    def __init__(self) -> None:
        self._exchange = exchange = SandboxExchange()
        self.ledger = TwilioLedger(exchange.api, page=2)
        self.now, self.later, self.ring = exchange.now, exchange.later, exchange.ring
        self.finish, self.break_down = exchange.finish, exchange.break_down

    async def record(self, call_id: CallId, seconds: int, *, voicemail: bool) -> None:
        board = self._exchange.sandbox.board
        source = "RecordVerb" if voicemail else "StartCallRecordingAPI"
        recording = start_recording(board, board.calls[call_id], source, 1)
        await self.later(seconds)
        stop_recording(board, recording)
        await self.later(board.pace.recording_ready)


@pytest.fixture(params=["memory", "twilio"])
def books(request: pytest.FixtureRequest) -> Books:
    return MemoryBooks() if request.param == "memory" else TwilioBooks()


# --- calls ----------------------------------------------------------------------------------------------------------


async def test_callers_legs_and_those_rung_for_them_are_listed_while_they_go_on(books: Books) -> None:
    since = books.now()
    call_id = await books.ring()
    listed = {leg.parent: leg for leg in await books.ledger.calls(since)}
    assert msgspec.structs.replace(listed[None], began_at=None) == LegNews(
        call_id, CallStatus.IN_PROGRESS, None, Direction.INBOUND, CALLER, OFFICE, None
    )
    leg = listed[call_id]
    assert (leg.status, leg.direction, leg.to_number) == (CallStatus.RINGING, Direction.OUTBOUND, MEMBER)
    assert len(listed) == 2


async def test_legs_that_ended_tell_how_long_they_were(books: Books) -> None:
    since = books.now()
    await books.ring()
    await books.finish()
    listed = await books.ledger.calls(since)
    assert {leg.status for leg in listed} == {CallStatus.COMPLETED}
    assert all(leg.duration is not None and 60 <= leg.duration <= 80 for leg in listed)


async def test_calls_of_the_same_day_but_before_the_instant_are_left_out(books: Books) -> None:
    await books.ring()
    await books.finish()
    since = await books.later(3600)
    second = await books.ring()
    listed = await books.ledger.calls(since)
    assert {leg.id for leg in listed if leg.parent is None} == {second}
    assert {leg.parent for leg in listed} == {None, second}


async def test_what_began_within_the_second_that_is_asked_from_is_listed(books: Books) -> None:
    since = await books.later(0.4)
    await books.later(0.2)
    call_id = await books.ring()
    assert call_id in {leg.id for leg in await books.ledger.calls(since)}
    since = books.now()
    await books.later(0.2)
    await books.record(call_id, 3, voicemail=False)
    assert [told.call_id for told in await books.ledger.recordings(since)] == [call_id]


async def test_all_calls_are_listed_however_many_there_are(books: Books) -> None:
    since = books.now()
    ids = set()
    for _ in range(2):
        ids.add(await books.ring())
    listed = await books.ledger.calls(since)
    assert {leg.id for leg in listed if leg.parent is None} == ids
    assert len(listed) == 4


# --- recordings -----------------------------------------------------------------------------------------------------


async def test_recordings_are_listed_with_their_call_and_kind(books: Books) -> None:
    since = books.now()
    call_id = await books.ring()
    await books.record(call_id, 36, voicemail=True)
    await books.record(call_id, 24, voicemail=False)
    listed = {told.voicemail: told for told in await books.ledger.recordings(since)}
    assert {told.call_id for told in listed.values()} == {call_id}
    assert len({told.id for told in listed.values()}) == 2
    told = listed[True]
    assert (told.state, told.duration, told.channels) == (RecordingState.COMPLETED, 36, 1)


async def test_recordings_that_began_before_the_instant_are_left_out(books: Books) -> None:
    call_id = await books.ring()
    await books.record(call_id, 5, voicemail=False)
    since = await books.later(3)
    await books.record(call_id, 5, voicemail=True)
    assert [told.voicemail for told in await books.ledger.recordings(since)] == [True]
    assert await books.ledger.recordings(await books.later(3600)) == ()


# --- trouble --------------------------------------------------------------------------------------------------------


async def test_where_nothing_was_nothing_is_listed(books: Books) -> None:
    assert await books.ledger.calls(books.now() - AN_HOUR) == ()
    assert await books.ledger.recordings(books.now() - AN_HOUR) == ()


async def test_lists_that_cannot_be_had_are_unavailable(books: Books) -> None:
    await books.ring()
    books.break_down()
    with pytest.raises(Unavailable):
        await books.ledger.calls(books.now() - AN_HOUR)
    with pytest.raises(Unavailable):
        await books.ledger.recordings(books.now() - AN_HOUR)
