"""People take callbacks on, ring, and close them; two of them never ring one caller."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.core.accounts.trail import TrailStore
from titus_adapters.memory.clock import NOON, ManualClock
from titus_core.accounts.model import Role, User
from titus_core.callbacks.change_callback import CallbackChange, ChangeCallback, Close, Doing, GiveBack, Rang, TakeOn
from titus_core.callbacks.events import CallbackAttempted, CallbackClaimed, CallbackClosed, CallbackReleased
from titus_core.callbacks.model import CLAIM_LASTS, Callback, CallbackState, Reached, Resolution
from titus_core.kernel.errors import AlreadyExists, NotFound, Stale, Taken
from titus_core.kernel.ids import CallId, UserId

CALL = CallId("CA" + "1" * 32)
ANA = User(id=UserId(1), email="ana@titus.example", name="Ana Ferris", role=Role.TEAM_LEADER, password_hash="")
BEN = User(id=UserId(2), email="ben@titus.example", name="Ben Okoro", role=Role.OFFICE_STAFF, password_hash="")


class Desk:
    """One caller waits to be called back."""

    def __init__(self) -> None:
        self.store, self.clock = TrailStore(), ManualClock()
        self.change = ChangeCallback(self.store, self.clock)
        callback = Callback(
            call_id=CALL,
            caller=None,
            from_number="anonymous",
            to_number="+61255500001",
            outcome="caller_hung_up",
            called_at=NOON,
            owed_at=NOON,
        )

        async def owe(tx: Any, _: None) -> None:
            tx.callbacks.save(callback)

        asyncio.run(self.store.transact(owe, None))

    def does(self, by: User, doing: Doing, version: int | None = None, call_id: CallId = CALL) -> Callback:
        return asyncio.run(self.change(CallbackChange(by, call_id, doing, version)))

    @property
    def trail(self) -> list[Any]:
        return self.store.events(f"callback:{CALL}")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_claim_lapses_when_nobody_does_anything_about_it(desk: Desk) -> None:
    desk.does(ANA, TakeOn())
    desk.clock.advance(3600)
    desk.does(ANA, Rang(Reached.NO_ANSWER))
    desk.clock.advance(CLAIM_LASTS.total_seconds() - 1)
    with pytest.raises(Taken):
        desk.does(BEN, TakeOn())
    desk.clock.advance(1)
    taken = desk.does(BEN, TakeOn())
    assert taken.claim is not None
    assert taken.claim.by.user_id == BEN.id
    with pytest.raises(Taken):
        desk.does(ANA, GiveBack())


def test_it_is_claimed_attempted_and_closed(desk: Desk) -> None:
    assert desk.does(ANA, TakeOn()).state is CallbackState.CLAIMED
    desk.clock.advance(60)
    after = desk.does(ANA, Rang(Reached.NO_ANSWER, "rang out"))
    (attempt,) = after.attempts
    assert (attempt.by.name, attempt.result, attempt.note) == ("Ana Ferris", Reached.NO_ANSWER, "rang out")
    assert attempt.at == desk.clock.now()
    assert after.state is CallbackState.CLAIMED
    closed = desk.does(ANA, Close(Resolution.UNREACHABLE, "three times"))
    assert closed.state is CallbackState.CLOSED
    assert closed.closing is not None
    assert (closed.closing.resolution, closed.version) == (Resolution.UNREACHABLE, 4)
    assert desk.trail == [
        CallbackClaimed(call_id=CALL),
        CallbackAttempted(call_id=CALL, result=Reached.NO_ANSWER),
        CallbackClosed(call_id=CALL, resolution=Resolution.UNREACHABLE),
    ]


def test_what_one_has_no_other_takes_or_rings(desk: Desk) -> None:
    desk.does(ANA, TakeOn())
    for doing in (TakeOn(), GiveBack(), Rang(Reached.REACHED)):
        with pytest.raises(Taken, match="Ana Ferris has taken it on") as refused:
            desk.does(BEN, doing)
        assert refused.value.data["by"] == ANA.id
    assert desk.trail == [CallbackClaimed(call_id=CALL)]


def test_whoever_rings_takes_it_on(desk: Desk) -> None:
    after = desk.does(BEN, Rang(Reached.LEFT_MESSAGE))
    assert after.claim is not None
    assert after.claim.by.user_id == BEN.id
    with pytest.raises(Taken):
        desk.does(ANA, TakeOn())


def test_an_attempt_that_is_told_twice_under_one_key_is_one(desk: Desk) -> None:
    rang = Rang(Reached.NO_ANSWER, "rang out", "k")
    first = desk.does(ANA, rang, version=1)
    assert desk.does(ANA, rang, version=1) == first
    with pytest.raises(AlreadyExists):
        desk.does(ANA, Rang(Reached.REACHED, "rang out", "k"))
    assert len(desk.does(ANA, Rang(Reached.NO_ANSWER, "rang out", "other")).attempts) == 2
    desk.does(ANA, Close(Resolution.UNREACHABLE))
    assert len(desk.does(ANA, rang).attempts) == 2
    with pytest.raises(Taken):
        desk.does(BEN, rang)


def test_what_is_given_back_another_takes(desk: Desk) -> None:
    desk.does(ANA, TakeOn())
    assert desk.does(ANA, GiveBack()).state is CallbackState.OPEN
    assert desk.does(BEN, TakeOn()).state is CallbackState.CLAIMED
    assert [type(event) for event in desk.trail] == [CallbackClaimed, CallbackReleased, CallbackClaimed]


def test_doing_it_again_changes_nothing(desk: Desk) -> None:
    first = desk.does(ANA, TakeOn())
    desk.clock.advance(60)
    assert desk.does(ANA, TakeOn()) == first
    assert desk.does(ANA, TakeOn(), version=first.version) == first
    assert desk.trail == [CallbackClaimed(call_id=CALL)]


def test_another_may_close_it_and_once(desk: Desk) -> None:
    desk.does(ANA, TakeOn())
    desk.does(BEN, Close(Resolution.CALLED_AGAIN))
    for doing in (TakeOn(), Rang(Reached.REACHED), Close(Resolution.REACHED), GiveBack()):
        with pytest.raises(Taken, match="Ben Okoro has closed it"):
            desk.does(ANA, doing)


def test_an_old_version_is_refused(desk: Desk) -> None:
    desk.does(ANA, TakeOn(), version=1)
    with pytest.raises(Stale):
        desk.does(ANA, Close(Resolution.REACHED), version=1)


def test_nothing_is_owed_for_an_unknown_call(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.does(ANA, TakeOn(), call_id=CallId("CA" + "2" * 32))
