"""Random histories: the same things done to two stores. Every number is drawn when an operation is made, so that it
does the same wherever it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from random import Random
from typing import Literal, TypeAlias

from msgspec.structs import replace

from tests.contracts import examples as ex
from tests.contracts.stores import Store, Write
from titus_core.calls.events import CallReported, CallSettled, LegReported, RecordingReported, WaveEnded, WaveOffered
from titus_core.calls.history import AnyCallEvent, evolve
from titus_core.calls.model import Attempt, CallStatus, RecordingState
from titus_core.calls.ports import CallerKind
from titus_core.hunt_groups.availability import Engagement, Presence
from titus_core.hunt_groups.model import Endpoint
from titus_core.hunt_groups.ports import Availability
from titus_core.kernel.ids import CallId, GroupId, RecordingId, UserId

Operation: TypeAlias = Callable[[Store], Awaitable[Write]]
"""Looks at the store as a client would, and says what to write."""

KINDS: tuple[Literal["ringing", "leaving", "talking", "wrap_up"], ...] = ("ringing", "leaving", "talking", "wrap_up")
CALLS, USERS, GROUPS, KEYS, TOKENS = range(1, 7), range(1, 5), range(1, 4), "abcdef", ("s", "t", None)


def units(seed: int, count: int) -> Iterator[list[Operation]]:
    """So many units of work, each of a few operations."""
    rng = Random(seed)  # noqa: S311  # repeatable, not secret
    for _ in range(count):
        yield [rng.choice(_OPERATIONS)(rng) for _ in range(rng.randint(1, 3))]


def _constant(write: Write) -> Operation:
    async def operation(_: Store) -> Write:
        return write

    return operation


def _some_call(rng: Random) -> CallId:
    return ex.call_id(rng.choice(CALLS))


def _user(rng: Random) -> UserId:
    return UserId(rng.choice(USERS))


def _stale(rng: Random) -> int:
    """Mostly 0: how far the version that is written is off."""
    return rng.choice([0] * 18 + [-1, 1])


def _change_call(rng: Random) -> Operation:
    call_id, at, off = _some_call(rng), ex.later(rng.randrange(600)), _stale(rng)
    event = _call_event(rng, call_id)
    number = rng.choice([ex.CALLER, ex.OTHER_CALLER])

    async def operation(store: Store) -> Write:
        before = await store.reader.call(call_id)
        call = evolve(before, event, at)
        call = replace(call, caller=call.caller or number, from_number=number, version=call.version + off)
        return lambda tx: (tx.calls.save(call), tx.record(ex.envelope(event, f"call:{call_id}", at)))  # type: ignore[func-returns-value]

    return operation


def _call_event(rng: Random, call_id: CallId) -> AnyCallEvent:
    wave, user_id = rng.randint(1, 3), _user(rng)
    address, leg_id = f"client:user_{user_id}", ex.leg_id(user_id)
    status, seconds = rng.choice(list(CallStatus)), rng.choice([None, 0, 30])
    attempt = Attempt(f"Person {user_id}", Endpoint.BROWSER, address, screened=False, user_id=user_id)
    events: list[AnyCallEvent] = [
        WaveOffered(call_id=call_id, wave=wave, stage=0, ring_seconds=20, attempts=(attempt,)),
        WaveEnded(call_id=call_id, wave=wave, status=status, bridged=rng.choice([None, True, False]), leg_id=leg_id),
        LegReported(call_id=call_id, leg_id=leg_id, status=status, address=address, wave=wave, duration=seconds),
        LegReported(call_id=call_id, leg_id=leg_id, status=CallStatus.IN_PROGRESS, address=address, wave=wave),
        CallReported(call_id=call_id, status=status, duration=seconds),
        RecordingReported(
            call_id=call_id, recording_id=RecordingId("RE1"), state=rng.choice(list(RecordingState)), voicemail=True
        ),
        CallSettled(call_id=call_id, outcome="answered"),
    ]
    return rng.choice(events)


def _look_again(rng: Random) -> Operation:
    call_id, at = _some_call(rng), ex.later(rng.randrange(600))
    return _constant(lambda tx: tx.calls.look_again(call_id, at))


def _engage(rng: Random) -> Operation:
    call_id, now = _some_call(rng), ex.later(rng.randrange(600))

    def rows() -> list[Engagement]:
        people = rng.sample(USERS, rng.randrange(3))
        return [Engagement(UserId(n), call_id, rng.choice(KINDS), ex.later(rng.randrange(0, 600, 100))) for n in people]

    before, after = rows(), rows()
    return _constant(lambda tx: tx.engagements.replace(before, after, now))


def _keep(rng: Random) -> Operation:
    delivery = ex.a_delivery(rng.choice(KEYS), rng.choice(TOKENS), rng.choice(["inbound", "status"]))
    reply, reduced = rng.choice([None, ex.a_reply()]), rng.random() < 0.3
    return _constant(lambda tx: tx.inbox.keep(delivery, reply, "https://titus.example", reduced=reduced))


def _settle(rng: Random) -> Operation:
    key, reduced, at = rng.choice(KEYS), rng.random() < 0.3, ex.later(rng.randrange(600))

    async def operation(store: Store) -> Write:
        waiting = await store.reader.waiting(ex.later(100_000), 100)
        waiting_id = next((one.id for one in waiting if one.delivery.key == key), -1)
        return lambda tx: tx.inbox.settle(waiting_id, reduced=reduced, at=at)

    return operation


def _know_caller(rng: Random) -> Operation:
    number, contact = rng.choice([ex.CALLER, ex.OTHER_CALLER]), rng.choice(ex.CONTACTS)
    caller = ex.a_known_caller(number, f"Name {rng.randrange(9)}", contact, rng.choice(list(CallerKind)))
    if rng.random() < 0.3:
        return _constant(lambda tx: tx.known_callers.forget(caller))
    return _constant(lambda tx: tx.known_callers.save(caller))


def _save_group(rng: Random) -> Operation:
    group_id, off, created = GroupId(rng.choice(GROUPS)), _stale(rng), ex.later(rng.randrange(3))
    number, active, retired = rng.choice([None, ex.OFFICE]), rng.random() < 0.7, rng.random() < 0.2

    async def operation(store: Store) -> Write:
        before = await store.reader.group(group_id)
        version = off + (before.version if before is not None else 0)
        group = ex.a_group(group_id, version=version, number=number, active=active, retired=retired, created_at=created)
        return lambda tx: tx.hunt_groups.save(group)

    return operation


def _remember(rng: Random) -> Operation:
    group_id, user_id = GroupId(rng.choice(GROUPS)), _user(rng)
    return _constant(lambda tx: tx.hunt_groups.remember_first(group_id, user_id))


def _say(rng: Random) -> Operation:
    quiet = rng.choice([None, ex.later(900)])
    said = Availability(_user(rng), rng.choice(list(Presence)), ex.later(rng.randrange(60)), quiet)
    return _constant(lambda tx: tx.members.set_availability(said))


def _beat(rng: Random) -> Operation:
    user_id, at = _user(rng), ex.later(rng.randrange(600))
    return _constant(lambda tx: tx.members.heartbeat(user_id, at))


def _set(rng: Random) -> Operation:
    name, value = rng.choice(["ai_enabled", "timezone"]), f"value {rng.randrange(9)}"
    return _constant(lambda tx: tx.voice_settings.set(name, value, ex.NOW))


def _save_user(rng: Random) -> Operation:
    user_id, off, active = _user(rng), _stale(rng), rng.random() < 0.8
    email = f"person{rng.choice(USERS) if rng.random() < 0.2 else user_id}@example.org"

    async def operation(store: Store) -> Write:
        before = await store.reader.user(user_id)
        version = off + (before.version if before is not None else 0)
        user = ex.a_user(user_id, version=version, active=active, email=email)
        return lambda tx: tx.users.save(user)

    return operation


def _sign_in(rng: Random) -> Operation:
    session = ex.a_session(rng.choice(KEYS), _user(rng), ex.later(rng.randrange(60)))
    return _constant(lambda tx: tx.sessions.save(session))


def _sign_out(rng: Random) -> Operation:
    session, how = ex.a_session(rng.choice(KEYS), _user(rng), ex.later(rng.randrange(20))), rng.randrange(3)
    writes: list[Write] = [
        lambda tx: tx.sessions.delete(session.token_hash),
        lambda tx: tx.sessions.delete_of(session.user_id),
        lambda tx: tx.sessions.delete_before(session.created_at),
    ]
    return _constant(writes[how])


_OPERATIONS: list[Callable[[Random], Operation]] = [
    *[_change_call] * 6,
    _look_again,
    *[_engage] * 2,
    *[_keep] * 2,
    _settle,
    _know_caller,
    *[_save_group] * 2,
    _remember,
    *[_say] * 2,
    _beat,
    _set,
    *[_save_user] * 2,
    _sign_in,
    _sign_out,
]
