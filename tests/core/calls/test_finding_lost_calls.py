"""The provider's lists are read for what no webhook told of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.core.calls.builders import ANA, CALL, CALLER, LINE, PHONES, caller, group
from tests.core.calls.office import Office, at_once
from titus_adapters.memory.clock import NOON
from titus_adapters.memory.ledger import MemoryLedger
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.events import CallFoundLate, CallReported
from titus_core.calls.evidence import outcome
from titus_core.calls.find_lost_calls import BEGINS, OVERLAP, WATERMARK, FindLostCalls, _learn, _Told
from titus_core.calls.model import CallStatus, Direction, Outcome, RecordingState
from titus_core.calls.ports import LegNews, ToldRecording
from titus_core.calls.timers import SETTLES_AFTER
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, LegId, RecordingId
from titus_core.kernel.watermarks import Watermark

LEG = LegId("CAleg1")


def listed(status: CallStatus = CallStatus.COMPLETED, **changes: Any) -> LegNews:
    row = {
        "id": CALL,
        "status": status,
        "parent": None,
        "direction": Direction.INBOUND,
        "from_number": CALLER,
        "to_number": LINE,
        "duration": 40,
    }
    return LegNews(**{**row, **changes})


def sound(state: RecordingState = RecordingState.COMPLETED, **changes: Any) -> ToldRecording:
    row = {"id": RecordingId("RE1"), "call_id": CALL, "state": state, "voicemail": True, "duration": 7, "channels": 1}
    return ToldRecording(**{**row, **changes})


class Desk(Office):
    def __init__(self) -> None:
        super().__init__(group(ANA, screening=False))
        self.staff(ANA)
        self.ledger = MemoryLedger()
        self.find_lost = FindLostCalls(self.store, self.store.reader, self.ledger, self.provider, self.clock)

    def lists(self, *rows: LegNews | ToldRecording) -> None:
        for row in rows:
            if isinstance(row, LegNews):
                self.ledger.legs.append((self.clock.now(), row))
            else:
                self.ledger.sounds.append((self.clock.now(), row))

    def look(self) -> tuple[CallId, ...]:
        return at_once(self.find_lost())

    def rings(self) -> None:
        line = CallerOnLine(call_id=CALL, from_number=CALLER, to_number=LINE)
        self.deliver(self.answer_call, "inbound", CALL, line)

    def settles(self) -> None:
        self.clock.advance(SETTLES_AFTER.total_seconds())
        self.tend()

    @property
    def kinds(self) -> list[str]:
        return [str(event.__struct_config__.tag) for event, _ in self.events(CALL)]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_call_that_no_webhook_told_of_is_found_and_leaves_a_callback(desk: Desk) -> None:
    began = desk.clock.now()
    desk.lists(listed(began_at=began))
    desk.clock.advance(200)
    assert desk.look() == (CALL,)
    call = desk.call(CALL)
    assert (call.found_late, call.from_number, call.status, call.duration) == (True, CALLER, CallStatus.COMPLETED, 40)
    assert call.arrived_at is None
    desk.settles()
    callback = at_once(desk.store.reader.callback(CALL))
    assert callback is not None
    assert (callback.caller, callback.outcome) == (CALLER, "caller_hung_up")
    assert callback.called_at == began


def test_what_is_listed_again_changes_nothing(desk: Desk) -> None:
    desk.lists(listed(), sound())
    desk.look()
    before = desk.kinds
    assert desk.look() == ()
    assert desk.kinds == before


def test_an_end_that_nobody_told_is_learnt(desk: Desk) -> None:
    desk.rings()
    desk.lists(listed())
    assert desk.look() == ()
    assert (desk.call(CALL).status, desk.call(CALL).found_late) == (CallStatus.COMPLETED, False)


def test_child_legs_and_calls_that_others_place_are_none_of_ours(desk: Desk) -> None:
    desk.lists(listed(id=LEG, parent=CALL), listed(direction=Direction.OUTBOUND))
    assert desk.look() == ()
    assert at_once(desk.store.reader.call(CALL)) is None


def test_a_lost_recording_is_found_with_its_call(desk: Desk) -> None:
    desk.provider.know(listed())
    desk.lists(sound(), sound(RecordingState.IN_PROGRESS, id=RecordingId("RE2")))
    desk.look()
    (recording,) = desk.call(CALL).recordings
    assert (recording.id, recording.state, recording.voicemail) == ("RE1", RecordingState.COMPLETED, True)


def test_recordings_of_calls_that_others_place_are_none_of_ours(desk: Desk) -> None:
    desk.provider.know(listed(direction=Direction.OUTBOUND))
    desk.lists(sound(voicemail=False), sound(id=RecordingId("RE2"), call_id=CallId("CAnobody")))
    desk.look()
    assert at_once(desk.store.reader.call(CALL)) is None


def test_live_calls_that_others_place_are_none_of_ours(desk: Desk) -> None:
    desk.provider.know(listed(CallStatus.IN_PROGRESS, direction=Direction.OUTBOUND))
    assert desk.find_calls() == ()


def test_a_call_of_a_browser_that_is_found_late_owes_nobody_anything(desk: Desk) -> None:
    desk.lists(listed(direction=Direction.OUTBOUND, from_number="client:user_3", to_number=CALLER))
    assert desk.look() == (CALL,)
    desk.settles()
    assert at_once(desk.store.reader.callback(CALL)) is None


def test_a_report_of_a_browsers_call_alone_owes_nobody_anything(desk: Desk) -> None:
    report = CallReported(call_id=CALL, status=CallStatus.COMPLETED, duration=60, from_number="client:user_3")
    desk.deliver(desk.note_report, "status", CALL, report)
    desk.settles()
    assert at_once(desk.store.reader.callback(CALL)) is None


def test_a_call_that_somebody_took_while_we_were_down_is_answered(desk: Desk) -> None:
    """The document that is hosted elsewhere rang a phone, and they talked."""
    leg = listed(id=LEG, parent=CALL, to_number=PHONES[ANA], direction=Direction.OUTBOUND, duration=300)
    desk.provider.know(listed(), leg)
    desk.lists(listed(duration=320), leg)
    desk.look()
    desk.settles()
    assert outcome(desk.call(CALL)) is Outcome.ANSWERED
    assert at_once(desk.store.reader.callback(CALL)) is None


def test_what_is_found_late_tells_when_it_rang(desk: Desk) -> None:
    desk.lists(listed(began_at=NOON))
    desk.clock.advance(5 * 3600)
    desk.look()
    desk.settles()
    callback = at_once(desk.store.reader.callback(CALL))
    assert callback is not None
    assert callback.called_at == NOON


def test_legs_are_asked_for_again_where_nobody_told_how_a_dial_ended(desk: Desk) -> None:
    """The provider was down just when the call settled."""
    desk.rings()
    desk.deliver(desk.note_report, "status", CALL, caller())
    desk.provider.down = True
    desk.settles()
    assert outcome(desk.call(CALL)) is Outcome.CALLER_HUNG_UP
    desk.provider.down = False
    desk.provider.know(listed(id=LEG, parent=CALL, to_number=PHONES[ANA], direction=Direction.OUTBOUND))
    desk.lists(listed())
    desk.look()
    assert outcome(desk.call(CALL)) is Outcome.ANSWERED


def test_of_a_call_that_settled_before_the_last_look_legs_are_not_asked_for(desk: Desk) -> None:
    desk.rings()
    desk.deliver(desk.note_report, "status", CALL, caller())
    desk.settles()
    desk.lists(listed())
    desk.clock.advance(60)
    desk.look()
    desk.provider.down = True
    desk.look()
    assert len(desk.ledger.asked) == 4


def test_each_look_reads_again_what_began_a_while_before_the_last(desk: Desk) -> None:
    desk.look()
    desk.clock.advance(300)
    desk.look()
    assert desk.ledger.asked == [NOON - BEGINS] * 2 + [NOON - OVERLAP] * 2


def test_while_the_provider_cannot_be_asked_the_mark_stays(desk: Desk) -> None:
    desk.ledger.down = True
    with pytest.raises(Unavailable):
        desk.look()

    async def mark(tx: Any, _: None) -> Watermark | None:
        found: Watermark | None = await tx.watermarks.get(WATERMARK)
        return found

    assert at_once(desk.store.transact(mark, None)) is None


def test_of_two_that_look_at_once_the_first_moves_the_mark(desk: Desk) -> None:
    mark = at_once(desk.find_lost._lookback.last(NOON))
    desk.look()
    at_once(desk.find_lost._lookback.reached(mark, NOON - timedelta(hours=1)))
    assert at_once(desk.find_lost._lookback.last(NOON)) == Watermark(NOON, 1)


def test_a_webhook_in_between_makes_it_no_late_find(desk: Desk) -> None:
    desk.rings()
    at_once(desk.store.transact(_learn, _Told(CALL, (CallFoundLate(call_id=CALL),), NOON)))
    assert not desk.call(CALL).found_late


def test_what_can_teach_nothing_more_is_not_looked_up_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that was settled before the last look, and a recording that is stored: a look costs as much as what is
    new."""
    desk.rings()
    desk.lists(listed(), sound())
    desk.look()
    desk.settles()
    for _ in range(2):
        desk.clock.advance(300)
        desk.look()
    asked: list[CallId] = []
    reader = desk.store.reader
    read = reader.call

    async def call(call_id: CallId) -> Any:
        asked.append(call_id)
        return await read(call_id)

    monkeypatch.setattr(reader, "call", call)
    desk.look()
    assert asked == []
    desk.lists(listed(duration=41), sound(duration=8))
    desk.look()
    assert asked == [CALL, CALL]
