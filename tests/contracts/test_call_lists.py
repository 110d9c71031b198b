"""`calls.ports.CallReader`: pages, timers, live calls and the trail."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from tests.contracts.examples import (
    ALICE,
    NOW,
    OTHER_CALLER,
    a_call,
    a_rich_call,
    an_answered_call,
    call_id,
    envelope,
    later,
    some_events,
)
from tests.contracts.stores import Store, save_calls, write
from titus_core.calls.events import CallArrived
from titus_core.calls.model import CallStatus, Outcome
from titus_core.calls.ports import CallFilter, CallRow
from titus_core.calls.timers import INQUIRES_AFTER, SETTLES_AFTER
from titus_core.kernel.actor import OPERATOR, TWILIO, Actor
from titus_core.kernel.ids import CallId

ENDED = CallStatus.COMPLETED


async def test_a_row_shows_what_the_call_proves(store: Store) -> None:
    call = a_rich_call()
    await write(store, lambda tx: tx.calls.save(call))
    (row,) = (await store.reader.calls(CallFilter(), 10, None)).items
    assert row == CallRow(
        number=row.number,
        sid=call.id,
        direction=call.direction,
        from_number=call.from_number,
        to_number=call.to_number,
        participant=call.participant,
        status=ENDED,
        outcome=Outcome.ANSWERED,
        duration=95,
        created_at=NOW,
        updated_at=later(130),
    )


async def test_a_row_follows_the_call_and_keeps_its_number(store: Store) -> None:
    await write(store, lambda tx: tx.calls.save(a_call()), lambda tx: tx.calls.save(a_call(2)))
    before = {row.sid: row for row in (await store.reader.calls(CallFilter(), 10, None)).items}
    assert before[call_id()].outcome is None
    ended = a_call(status=ENDED, duration=7, news_at=later(9), participant="Zoë", version=1)
    await write(store, lambda tx: tx.calls.save(ended))
    rows = (await store.reader.calls(CallFilter(), 10, None)).items
    assert [row.sid for row in rows] == [call_id(2), call_id()]
    assert rows[1] == replace(
        before[call_id()],
        status=ENDED,
        duration=7,
        updated_at=later(9),
        participant="Zoë",
        outcome=Outcome.CALLER_HUNG_UP,
    )


async def test_pages_are_the_latest_first_and_join_without_gap_or_repetition(store: Store) -> None:
    await save_calls(store, *map(a_call, range(1, 8)))
    assert await pages(store, CallFilter(), 3) == [
        [call_id(7), call_id(6), call_id(5)],
        [call_id(4), call_id(3), call_id(2)],
        [call_id(1)],
    ]
    assert await pages(store, CallFilter(), 7) == [[call_id(n) for n in range(7, 0, -1)]]


async def test_a_call_that_arrives_between_two_pages_moves_nothing(store: Store) -> None:
    await save_calls(store, *map(a_call, range(1, 5)))
    first = await store.reader.calls(CallFilter(), 2, None)
    await write(store, lambda tx: tx.calls.save(a_call(5)))
    assert first.next is not None
    second = await store.reader.calls(CallFilter(), 2, int(first.next))
    assert [row.sid for row in second.items] == [call_id(2), call_id(1)]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (CallFilter(), [6, 5, 4, 3, 2, 1]),
        (CallFilter(outcome=Outcome.ANSWERED), [6, 4]),
        (CallFilter(outcome=Outcome.CALLER_HUNG_UP), [3]),
        (CallFilter(outcome=Outcome.VOICEMAIL), []),
        (CallFilter(from_number=OTHER_CALLER), [5, 4]),
        (CallFilter(since=later(10)), [6, 3]),
        (CallFilter(since=later(10.000001)), [6]),
        (CallFilter(outcome=Outcome.ANSWERED, from_number=OTHER_CALLER, since=NOW), [4]),
    ],
)
async def test_filters_narrow_and_page_together(store: Store, where: CallFilter, expected: list[int]) -> None:
    await save_calls(
        store,
        a_call(1),
        a_call(2, from_number="anonymous"),
        a_call(3, status=ENDED, seen_at=later(10)),
        replace(an_answered_call(4, ALICE, NOW, later(5)), from_number=OTHER_CALLER, status=ENDED),
        a_call(5, from_number=OTHER_CALLER),
        replace(an_answered_call(6, ALICE, NOW, later(5)), status=ENDED, seen_at=later(11)),
    )
    wanted = [call_id(n) for n in expected]
    assert await pages(store, where, 10) == [wanted]
    assert [sid for page in await pages(store, where, 1) for sid in page] == wanted


async def pages(store: Store, where: CallFilter, limit: int) -> list[list[CallId]]:
    found: list[list[CallId]] = []
    after: int | None = None
    while True:
        page = await store.reader.calls(where, limit, after)
        found.append([row.sid for row in page.items])
        if page.next is None:
            return found
        after = int(page.next)


async def test_calls_become_due_the_longest_overdue_first(store: Store) -> None:
    await write(
        store,
        lambda tx: tx.calls.save(a_call(1, news_at=later(20))),
        lambda tx: tx.calls.save(a_call(2, news_at=later(10))),
        lambda tx: tx.calls.save(a_call(3, status=ENDED, news_at=later(10))),
        lambda tx: tx.calls.save(a_call(4, status=ENDED, settled_at=NOW)),
    )
    settles, inquires = later(10) + SETTLES_AFTER, later(10) + INQUIRES_AFTER
    assert await store.reader.due(later(39.999999), 10) == ()
    assert await store.reader.due(settles, 10) == (call_id(3),)
    assert await store.reader.due(inquires, 10) == (call_id(3), call_id(2))
    assert await store.reader.due(later(3600), 10) == (call_id(3), call_id(2), call_id(1))
    assert await store.reader.due(later(3600), 2) == (call_id(3), call_id(2))


async def test_looking_again_moves_only_when_the_call_is_due(store: Store) -> None:
    await write(store, lambda tx: tx.calls.save(a_call()), lambda tx: tx.calls.save(a_call(2, news_at=later(1))))
    await write(store, lambda tx: tx.calls.look_again(call_id(), later(500)))
    assert await store.reader.call(call_id()) == a_call(version=1)
    assert await store.reader.due(later(499), 10) == (call_id(2),)
    assert await store.reader.due(later(500), 10) == (call_id(2), call_id())
    await write(store, lambda tx: tx.calls.save(a_call(version=1)))
    assert await store.reader.due(later(499), 10) == (call_id(), call_id(2)), "news make it due as its facts say"


async def test_looking_again_at_an_unknown_call_does_nothing(store: Store) -> None:
    await write(store, lambda tx: tx.calls.look_again(call_id(), NOW))
    assert await store.reader.due(NOW, 10) == ()


async def test_live_calls_are_those_that_have_not_ended(store: Store) -> None:
    calls = [a_call(n, status=status) for n, status in enumerate(CallStatus, 1)]
    await save_calls(store, *calls)
    expected = {call.id for call in calls if not call.status.ended}
    assert set(await store.reader.live()) == expected
    await write(store, lambda tx: tx.calls.save(a_call(1, status=ENDED, version=1)))
    assert set(await store.reader.live()) == expected - {call_id(1)}


async def test_events_of_a_call_come_back_in_order_with_actor_and_data(store: Store) -> None:
    first, second, third = some_events()
    person = Actor("user", "zoë@example.org", ALICE)
    await write(store, lambda tx: tx.record(envelope(first), envelope(second, at=later(1), actor=person)))
    await write(store, lambda tx: tx.record(envelope(third, subject=f"call:{call_id(2)}")))
    await write(store, lambda tx: tx.record(envelope(third, at=later(-1), actor=OPERATOR)))
    kept = await store.reader.events(call_id())
    assert [event.kind for event in kept] == ["call.arrived", "call.reported", "call.settled"]
    assert [event.at for event in kept] == [NOW, later(1), later(-1)], "in the order of recording, whatever their time"
    assert [event.actor for event in kept] == [TWILIO, person, OPERATOR]
    assert {event.subject for event in kept} == {f"call:{call_id()}"}
    assert [event.position for event in kept] == sorted({event.position for event in kept})
    assert msgspec.json.decode(kept[0].data, type=CallArrived) == first
    assert await store.reader.events(call_id(3)) == ()


async def test_many_events_of_one_commit_keep_their_order(store: Store) -> None:
    many = [envelope(some_events()[1], at=later(n)) for n in range(50)]
    await write(
        store,
        lambda tx: tx.record(*many[:20]),
        lambda tx: tx.calls.save(a_call()),
        lambda tx: tx.record(*many[20:]),
    )
    assert [event.at for event in await store.reader.events(call_id())] == [one.at for one in many]


async def test_settled_calls_of_a_span_are_read_page_by_page_the_earliest_first(store: Store) -> None:
    first, second, third, live = (replace(a_call(number), seen_at=later(number)) for number in (1, 2, 3, 4))
    settled = [replace(call, settled_at=later(90)) for call in (first, second, third)]
    await save_calls(store, *settled, live)
    page = await store.reader.settled(later(1), later(5), 2, None)
    assert [call.id for call in page.items] == [call_id(1), call_id(2)]
    assert page.next is not None
    rest = await store.reader.settled(later(1), later(5), 2, int(page.next))
    assert ([call.id for call in rest.items], rest.next) == ([call_id(3)], None)
    inside = await store.reader.settled(later(2), later(3), 9, None)
    assert [call.id for call in inside.items] == [call_id(2)]
