"""A provider that fails for days: it is asked within a budget, people see what waits for it, and no caller waits."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.aftermath.places import Place, in_memory
from tests.aftermath.stage import Morning
from tests.aftermath.talks import talks
from tests.journeys.stage import ALICE, BEN, CALLER, CARA, PHONES, TITUS_NUMBER
from titus_adapters.sandbox.elevenlabs.weather import Drop, Rule, Weather
from titus_adapters.sandbox.twilio.behaviour import Answers, Busy, Caller, Declines
from titus_core.calls.events import AgentServed
from titus_core.hunt_groups.model import ToAgent, ToVoicemail
from titus_core.jobs.causes import PULLS_AFTER, Kind
from titus_core.jobs.find_gaps import GapKind
from titus_core.jobs.model import Job, JobState
from titus_core.jobs.ports import MOST_OF_A_KIND
from titus_core.jobs.trying import MOST_TRIES, TryJob
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId, ConversationId
from titus_core.messaging.model import MessageStatus
from titus_core.messaging.ports import MessageFilter

OTHERS = ("+61491573087", "+61491574118")
AFTERWARDS = {Kind.KEEP_RECORDING, Kind.PULL_CONVERSATION, Kind.SUMMARISE_CALL, Kind.SEND_TEXT}
HOUR = 3600.0


async def _calls(morning: Morning) -> None:
    """One caller is put through and recorded; two get to the agent, and are owed a text. Of one of those two the
    agent's provider tells us nothing."""
    await morning.staff(ALICE)
    overflow = (ToAgent(), ToVoicemail())
    await morning.group(ALICE, overflow=overflow, record=True, missed_call_text="We will call you back.")
    morning.elevenlabs.script(*talks(2))
    morning.elevenlabs.set_weather(Weather(Rule(fault=Drop(), times=1)))
    morning.twilio.world.phone(PHONES[ALICE], Answers(after=2, presses="1", talks=120))
    for number in (CALLER, *OTHERS):
        morning.twilio.call(Caller(number=number, talks=120, talks_to_agent=60), TITUS_NUMBER)
        await morning.twilio.run_for(10)


async def _afterwards(morning: Morning, state: JobState) -> list[Job]:
    page = await morning.store.jobs.jobs(state, 1000, None)
    return [job for job in page.items if job.kind in AFTERWARDS]


async def _gaps(morning: Morning, kind: GapKind) -> set[str]:
    return {gap.subject for gap in await morning.titus.use_cases.find_gaps() if gap.kind is kind}


def _shown(jobs: list[Job]) -> set[str]:
    return {f"{job.kind} {job.subject}" for job in jobs}


@pytest.mark.parametrize("kind", ["429", "503", "hang", "cut", "down"])
async def test_a_provider_that_fails_for_days_is_asked_within_a_budget_in_sight_of_people(kind: str) -> None:
    async with in_memory() as place:
        morning = Morning(place, seed=0, rate=0.0)
        await _calls(morning)
        morning.weather.turn(1.0, kind)
        await _pass(morning, HOUR / 2, step=15.0)
        await _pass(morning, HOUR, step=60.0)
        waiting = await _afterwards(morning, JobState.WAITING)
        # Only the answer is cut: the text went out, and its delivery report says which one it is.
        assert {job.kind for job in waiting} == (AFTERWARDS - {Kind.SEND_TEXT} if kind == "cut" else AFTERWARDS)
        assert all(job.error for job in waiting)
        assert await _gaps(morning, GapKind.LATE_JOB) >= _shown(waiting)
        await _pass(morning, 30 * HOUR, step=900.0)
        stuck = await _afterwards(morning, JobState.STUCK)
        assert (_shown(stuck), {job.tries for job in stuck}) == (_shown(waiting), {MOST_TRIES})
        assert await _afterwards(morning, JobState.WAITING) == []
        assert await _gaps(morning, GapKind.STUCK_JOB) >= _shown(stuck)
        assert max(_asked_of_one_thing(morning)) <= MOST_TRIES
        morning.weather.clear()
        for job in stuck:
            assert await place.store.jobs.try_again(job.id)
        await _pass(morning, HOUR / 2, step=60.0)
        assert await _afterwards(morning, JobState.WAITING) == await _afterwards(morning, JobState.STUCK) == []
        assert await _all_there(morning)


async def _pass(morning: Morning, seconds: float, step: float) -> None:
    """The jobs are looked at once in a step."""
    for _ in range(int(seconds / step)):
        await morning.twilio.run_for(step)


def _asked_of_one_thing(morning: Morning) -> list[int]:
    """How often each recording and each conversation was asked for."""
    asked = [(path, count) for transport in morning.transports for path, count in transport.asked.items()]
    return [count for path, count in asked if path.endswith(".mp3") or "/conversations/conv_" in path]


async def _all_there(morning: Morning) -> bool:
    calls = [await morning.call(call.sid) for call in morning.twilio.calls if call.parent is None]
    kept = [recording for call in calls for recording in call.recordings if recording.file is not None]
    told = [await morning.store.reader.transcript(one.id) for one in morning.elevenlabs.conversations]
    texts = (await morning.store.reader.messages(MessageFilter(), 99, None)).items
    settled = {MessageStatus.DELIVERED, MessageStatus.UNKNOWN}
    return (
        len(kept) == 1
        and len(told) == len(texts) == 2
        and all(transcript.summary is not None for transcript in told)
        and {text.status for text in texts} <= settled
    )


class _Waits(Morning):
    """Its jobs are worked off by the store's own worker, and no timer is looked at."""

    async def _tick(self, at: float) -> None:
        await self.place.turn_to(datetime.fromtimestamp(at, UTC))
        self.world.clock.turn_to(datetime.fromtimestamp(at, UTC))


async def test_no_caller_waits_while_every_job_waits_for_a_provider(
    opening: AbstractAsyncContextManager[Place],
) -> None:
    async with opening as place:
        morning = _Waits(place, seed=0, rate=0.0)
        await morning.staff(ALICE, BEN, CARA)
        await morning.group(ALICE, BEN, CARA, record=True)
        morning.weather.turn(1.0, "silent")
        await place.store.transact(_talked, morning.world.clock.now())
        await place.store.worker.start(tuple(Kind), TryJob(morning.titus.working.handlers))
        async with asyncio.timeout(30):
            while morning.weather.fired["silent"] < MOST_OF_A_KIND:  # noqa: ASYNC110 (the worker tells nobody)
                await asyncio.sleep(0.01)
        for user_id, reaction in ((ALICE, Busy()), (BEN, Declines()), (CARA, Answers(presses="1", talks=20))):
            morning.twilio.world.phone(PHONES[user_id], reaction)
        call = morning.twilio.call(Caller(number=CALLER), TITUS_NUMBER)
        await morning.twilio.run_until_idle()
        assert call.bridges == [PHONES[CARA]]
        running = await _afterwards(morning, JobState.RUNNING)
        pulling = [job.tries for job in running if job.kind == Kind.PULL_CONVERSATION]
        assert pulling == [1] * MOST_OF_A_KIND
        morning.weather.over.set()
        await place.store.worker.stop(5)


async def _talked(tx: Any, at: datetime) -> None:
    """To the agent, a while ago, more callers than are asked about at once."""
    call_id = CallId("CA" + "0" * 32)
    for number in range(2 * MOST_OF_A_KIND):
        event = AgentServed(call_id=call_id, conversation_id=ConversationId(f"conv_{number}"))
        tx.record(Envelope(f"call:{call_id}", at - timedelta(seconds=2 * PULLS_AFTER), TWILIO, event))
