"""What is counted, and how it is shown."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.contracts.examples import a_plan
from titus_adapters.memory.clock import ManualClock
from titus_adapters.memory.store import MemoryStore
from titus_adapters.telemetry.exposition import text
from titus_adapters.telemetry.figures import BREAKER_STATES, Figures
from titus_adapters.telemetry.hunt_steps import step_of
from titus_adapters.telemetry.meters import Counting, Level, Meters, Timing, meters_of
from titus_adapters.telemetry.observer import Observer
from titus_adapters.telemetry.standing import FRESH_FOR, Standing
from titus_core.calls.events import (
    AgentFailed,
    AgentServed,
    CallerHeld,
    CallerStranded,
    CallEvent,
    CallSettled,
    MemberSkipped,
    ScreeningAnswered,
    StageReached,
    VoicemailOffered,
    WaveEnded,
    WaveOffered,
)
from titus_core.calls.hunting import stage_name
from titus_core.calls.model import CallStatus, Screening
from titus_core.hunt_groups.availability import Reason
from titus_core.jobs.model import NewJob
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.events import Envelope, Event
from titus_core.kernel.ids import CallId, LegId, UserId
from titus_http.telemetry import SILENT

CALL = CallId("CA" + "1" * 32)


def registry_of(*meters: Any) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Meters(meters))
    return registry


def shown(page: bytes) -> dict[str, float]:
    """Every sample, as `name{a="b",…}` without the blank."""
    samples = [sample for family in text_string_to_metric_families(page.decode()) for sample in family.samples]
    return {
        sample.name + "".join(f" {k}={v}" for k, v in sorted(sample.labels.items())): sample.value for sample in samples
    }


def envelope(event: Event) -> Envelope:
    return Envelope(f"call:{CALL}", datetime.fromisoformat("2026-11-23T01:00:00Z"), SYSTEM, event)


# --- how it is shown --------------------------------------------------------------------------------------------------

LABELS = st.tuples(st.text(max_size=8), st.text(max_size=8))


@given(
    st.lists(LABELS, max_size=8),
    st.lists(st.tuples(LABELS, st.floats(0, 1e9)), max_size=20),
    st.dictionaries(LABELS, st.floats(allow_nan=False), max_size=5),
    st.text(max_size=20),
)
def test_the_page_is_what_the_official_library_writes(
    counted: list[Any], timed: list[Any], levels: dict[Any, float], words: str
) -> None:
    counting, timing = Counting("a_total", words, "x", "y"), Timing("b", "words", "x", "y", bounds=(0.1, 1.0, 1e7))
    for labels in counted:
        counting.add(*labels)
    for labels, seconds in timed:
        timing.take(seconds, *labels)
    registry = registry_of(
        counting, timing, Counting("c_total", "None."), Level("d", "e", "x", "y", read=lambda: levels)
    )
    assert asyncio.run(text(registry)) == generate_latest(registry)


async def test_the_page_of_a_process_is_what_the_official_library_writes() -> None:
    observer = Observer("1.0", ManualClock(), SILENT)
    kinds = ("process_", "python_")  # they change between two looks
    written, ours = generate_latest(observer.registry).decode(), (await observer.page()).decode()
    heads = [line for line in ours.splitlines() if line.startswith("#")]
    assert heads == [line for line in written.splitlines() if line.startswith("#")]
    assert any(line.startswith(kinds) for line in ours.splitlines())


async def test_a_long_page_lets_others_in() -> None:
    timing = Timing("b", "words", "x", bounds=(0.1, 1.0))
    for number in range(1000):
        timing.take(0.5, str(number))
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await text(registry_of(timing))
    counting.cancel()
    assert turns >= 5000 / 100


@given(st.lists(st.floats(0, 100)))
def test_each_observation_is_in_every_class_that_it_fits(observed: list[float]) -> None:
    timing = Timing("b", "words", bounds=(0.5, 5.0, 50.0))
    for seconds in observed:
        timing.take(seconds)
    found = shown(generate_latest(registry_of(timing)))
    for end in (0.5, 5.0, 50.0):
        assert found.get(f"b_bucket le={end}", 0) == sum(seconds <= end for seconds in observed)
    assert found.get("b_count", 0) == len(observed)
    assert found.get("b_sum", 0) == pytest.approx(sum(observed))


# --- what is counted --------------------------------------------------------------------------------------------------


def figures(*events: Event) -> dict[str, float]:
    counted = Figures("1.0", ManualClock())
    counted.stored([envelope(event) for event in events])
    return shown(generate_latest(registry_of(*meters_of(counted))))


def test_events_of_a_commit_are_counted_by_kind_and_hunts_by_step() -> None:
    found = figures(
        WaveOffered(call_id=CALL, wave=1, stage=0, ring_seconds=20, attempts=()),
        WaveEnded(call_id=CALL, wave=1, status=CallStatus.NO_ANSWER),
        MemberSkipped(call_id=CALL, wave=2, stage=0, user_id=UserId(3), name="Cara Lind", reason=Reason.BUSY),
        StageReached(call_id=CALL, stage=1, to="voicemail"),
        CallSettled(call_id=CALL, outcome="voicemail"),
    )
    assert found["titus_store_units_total"] == 1
    assert found["titus_events_total kind=call.wave_offered"] == 1
    assert found["titus_hunt_steps_total result= step=offered"] == 1
    assert found["titus_hunt_steps_total result=no-answer step=ended"] == 1
    assert found["titus_hunt_steps_total result=busy step=skipped"] == 1
    assert found["titus_hunt_steps_total result=voicemail step=went_on"] == 1
    assert found["titus_calls_settled_total outcome=voicemail"] == 1


def test_every_outcome_begins_at_nothing() -> None:
    found = figures()
    for outcome in ("answered", "ai_fallback", "voicemail", "caller_hung_up", "failed"):
        assert found[f"titus_calls_settled_total outcome={outcome}"] == 0


ODD = "number +61491570006, Ada"
HUNTS: tuple[CallEvent, ...] = (
    WaveOffered(call_id=CALL, wave=1, stage=0, ring_seconds=20, attempts=()),
    WaveEnded(call_id=CALL, wave=1, status=CallStatus.NO_ANSWER),
    MemberSkipped(call_id=CALL, wave=2, stage=0, user_id=UserId(3), name=ODD, reason=Reason.BUSY),
    ScreeningAnswered(call_id=CALL, wave=1, address=ODD, leg_id=LegId(ODD), answer=Screening.DECLINED),
    *(StageReached(call_id=CALL, stage=1, to=stage_name(stage)) for stage in (a_plan().stages)),
    StageReached(call_id=CALL, stage=1, to=ODD),
    CallerHeld(call_id=CALL, stage=0),
    AgentServed(call_id=CALL),
    AgentFailed(call_id=CALL, reason=ODD),
    VoicemailOffered(call_id=CALL),
    CallerStranded(call_id=CALL, error_code=ODD, error_url=ODD),
)


def test_a_label_is_one_of_a_few_words_whatever_stands_in_an_event() -> None:
    words = {*CallStatus, *Reason, *Screening, "group", "number", "ai", "voicemail", ""}
    steps = [step_of(event) for event in HUNTS]
    assert all(step is not None and step[1] in words and step[0].replace("_", "").isalpha() for step in steps)
    assert step_of(CallSettled(call_id=CALL, outcome="answered")) is None


def test_an_unanswered_request_has_a_status_too() -> None:
    counted = Figures("1.0", ManualClock())
    counted.answered("GET", "/api/events", None, 0.1)
    counted.answered("GET", "/api/events", 503, 0.1)
    found = shown(generate_latest(registry_of(counted.requests)))
    assert found["titus_http_request_seconds_count method=GET route=/api/events status=none"] == 1
    assert found["titus_http_request_seconds_count method=GET route=/api/events status=5xx"] == 1


def test_a_breaker_is_at_one_of_its_states() -> None:
    counted = Figures("1.0", ManualClock())
    counted.breaker_of["elevenlabs"] = lambda: "half_open"
    found = shown(generate_latest(registry_of(counted.breakers)))
    assert {state: found[f"titus_breaker provider=elevenlabs state={state}"] for state in BREAKER_STATES} == {
        "closed": 0,
        "half_open": 1,
        "open": 0,
    }


def test_the_lag_of_the_feed_is_by_our_clock_and_never_negative() -> None:
    clock = ManualClock()
    counted = Figures("1.0", clock)
    counted.heard(clock.now() - timedelta(seconds=3))
    counted.heard(clock.now() + timedelta(seconds=3))
    found = shown(generate_latest(registry_of(counted.feed)))
    assert found["titus_feed_lag_seconds_sum"] == 3
    assert found["titus_feed_lag_seconds_count"] == 2


def test_the_ticker_has_no_lag_where_there_is_no_ticker() -> None:
    counted = Figures("1.0", ManualClock())
    assert shown(generate_latest(registry_of(counted.ticker))) == {}
    counted.ticked()
    assert "titus_ticker_lag_seconds" in shown(generate_latest(registry_of(counted.ticker)))


# --- what the store says ----------------------------------------------------------------------------------------------


class Asked:
    """Counts how often the store is asked, and may be down."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.times = 0
        self.down = False

    async def live(self) -> tuple[CallId, ...]:
        self.times += 1
        if self.down:
            raise Unavailable
        return await self._store.reader.live()

    async def due(self, now: datetime, limit: int) -> tuple[CallId, ...]:
        return await self._store.reader.due(now, limit)


async def _enqueue(tx: Any, at: datetime) -> None:
    tx.enqueue(NewJob(kind="keep_recording", subject="RE1"), at)


async def test_jobs_are_shown_by_kind_and_state_with_the_age_of_the_oldest() -> None:
    clock = ManualClock()
    store = MemoryStore(clock=clock)
    await store.transact(_enqueue, clock.now() - timedelta(seconds=90))
    observer = Observer("1.0", clock, SILENT)
    observer.look_at(Standing(store.reader, store.jobs, clock))
    found = shown(await observer.page())
    assert found["titus_jobs kind=keep_recording state=waiting"] == 1
    assert found["titus_jobs_oldest_seconds kind=keep_recording state=waiting"] == 90
    assert (found["titus_live_calls"], found["titus_calls_overdue"], found["titus_store_up"]) == (0, 0, 1)


async def test_however_many_read_the_store_is_asked_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    store, now = MemoryStore(), 0.0
    asked = Asked(store)
    standing = Standing(asked, store.jobs, ManualClock())  # type: ignore[arg-type]  # what it asks, and no more
    monkeypatch.setattr("titus_adapters.telemetry.standing.time.monotonic", lambda: now)
    await asyncio.gather(*(standing.look() for _ in range(20)))
    assert asked.times == 1
    now = FRESH_FOR
    await standing.look()
    assert asked.times == 2


async def test_a_store_that_is_down_is_a_figure_and_no_error() -> None:
    store = MemoryStore()
    asked = Asked(store)
    asked.down = True
    observer = Observer("1.0", ManualClock(), SILENT)
    observer.look_at(Standing(asked, store.jobs, ManualClock()))  # type: ignore[arg-type]  # what it asks, and no more
    found = shown(await observer.page())
    assert found["titus_store_up"] == 0
    assert "titus_live_calls" not in found
