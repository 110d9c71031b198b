"""What holds for any facts in any order, also for orders that no provider would send."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.calls.builders import (
    AFTER_HOURS,
    ANA,
    BEN,
    CAI,
    CALL,
    ON_CALL,
    PHONES,
    arrived,
    at_browser,
    caller,
    dial_ended,
    engaged,
    group,
    leg,
    message,
    picked_up,
    plan,
    pressed,
    recording,
    state,
    stranded,
    waits,
    world,
)
from tests.core.calls.story import Story
from tests.simulation.invariants_of_steps import LEADS_SOMEWHERE, RANKS
from titus_core.calls.events import AgentServed
from titus_core.calls.evidence import outcome
from titus_core.calls.facts import AgentUnavailable, Fact, SettleDue
from titus_core.calls.history import fold
from titus_core.calls.holding import engagements
from titus_core.calls.hunting import Directory
from titus_core.calls.model import CallStatus, Plan, RecordingState, Screening
from titus_core.calls.routing import decide
from titus_core.calls.timers import due_at
from titus_core.hunt_groups.model import Strategy, ToAgent, ToGroup, ToNumber, ToVoicemail
from titus_core.kernel.ids import LegId

USERS = (ANA, BEN, CAI)
ADDRESSES = (*PHONES.values(), "client:user_1", "client:user_2", "client:user_3")
STATUSES = st.sampled_from(CallStatus)
GONE = st.sampled_from((CallStatus.IN_PROGRESS, CallStatus.IN_PROGRESS, CallStatus.COMPLETED))
NUMBERS = st.integers(1, 4)

STEPS = st.lists(st.sampled_from((ToGroup(AFTER_HOURS), ToAgent(), ToNumber(ON_CALL), ToVoicemail())), max_size=4)
GROUPS = st.builds(
    lambda members, strategy, when_busy, screening, wrap_up, overflow: group(
        *members,
        strategy=strategy,
        when_busy=when_busy,
        screening=screening,
        wrap_up_seconds=wrap_up,
        overflow=tuple(overflow),
        max_wait_seconds=60,
    ),
    st.lists(st.sampled_from(USERS), unique=True),
    st.sampled_from(Strategy),
    st.sampled_from(("overflow", "wait")),
    st.booleans(),
    st.sampled_from((0, 30)),
    STEPS,
)
PLANS = st.builds(lambda serving: plan(serving, group(BEN, CAI, id=AFTER_HOURS)), GROUPS)
MEMBERS = [st.sampled_from((state(user), at_browser(user), engaged(user))) for user in USERS]
WORLDS = st.builds(lambda members, agent: world(*members, agent=agent), st.tuples(*MEMBERS), st.booleans())

LEGS = st.builds(
    lambda place, status, wave, duration: leg(
        status, ADDRESSES[place], f"CAleg{wave}-{place}", wave=wave, duration=duration
    ),
    st.integers(0, len(ADDRESSES) - 1),
    STATUSES,
    NUMBERS,
    st.sampled_from((None, 0, 20)),
)
ENDED = st.builds(
    # What a dial ends with is told once: the same wave ends the same way, however often it is told.
    lambda wave, ends, gone: dial_ended(wave, *ends[wave], caller_status=gone),
    NUMBERS,
    st.just(
        {
            1: (CallStatus.NO_ANSWER,),
            2: (CallStatus.BUSY,),
            3: (CallStatus.COMPLETED,),
            4: (CallStatus.CANCELED,),
        }
    ),
    GONE,
)
BRIDGED = st.builds(
    lambda wave, told: dial_ended(wave, CallStatus.COMPLETED, bridged=told, leg_id=LegId(f"CAleg{wave}-0")),
    st.integers(5, 6),
    st.just(True),
)
FACTS: st.SearchStrategy[Fact] = st.one_of(
    LEGS,
    ENDED,
    BRIDGED,
    st.builds(caller, STATUSES),
    st.builds(
        lambda found, voicemail: recording(found, voicemail=voicemail), st.sampled_from(RecordingState), st.booleans()
    ),
    st.builds(lambda turn, gone: waits(turn, caller_status=gone), NUMBERS, GONE),
    st.builds(lambda failed, gone: stranded(agent_failed=failed, caller_status=gone), st.booleans(), GONE),
    st.builds(lambda address, wave: picked_up(address, f"CA{address}", wave), st.sampled_from(ADDRESSES), NUMBERS),
    st.builds(
        lambda key, address, wave: pressed(key, address, f"CA{address}", wave),
        st.sampled_from(Screening),
        st.sampled_from(ADDRESSES),
        NUMBERS,
    ),
    st.builds(message, st.sampled_from((None, "RE1")), st.sampled_from((None, 0, 9))),
    st.just(AgentServed(call_id=CALL)),
    st.just(AgentUnavailable(call_id=CALL, reason="down")),
    st.just(SettleDue(call_id=CALL)),
)
TOLD = st.lists(st.tuples(FACTS, st.sampled_from((0, 1, 20, 60)), WORLDS), max_size=14)
ASKS = ("DialEnded", "CallerWaits", "CallerIsStranded", "AgentUnavailable", "CallArrived")
short = settings(max_examples=250, derandomize=True)


@short
@given(PLANS, WORLDS, TOLD)
def test_every_fact_gets_a_decision_and_every_question_an_answer(
    of: Plan, people: Directory, told: list[tuple[Fact, int, Directory]]
) -> None:
    """R7 and R8, and that nothing is ever raised: whatever comes is worked on."""
    story = Story(people).tell(arrived(of))
    assert isinstance(story.reply[-1], LEADS_SOMEWHERE)
    for fact, later, directory in told:
        before = story.call
        story.after(later).where(directory).tell(fact)
        assert decide(before, fact, story.now, directory) == story.decision
        if type(fact).__name__ in ASKS:
            assert bool(story.reply) == story.call.live
        if story.reply:
            assert isinstance(story.reply[-1], LEADS_SOMEWHERE)
        assert fold(story.events) == story.call
        assert (due_at(story.call) is None) == (story.call.settled_at is not None)
        users = [held.user_id for held in engagements(story.call)]
        assert users == sorted(set(users))


@short
@given(PLANS, WORLDS, TOLD)
def test_no_fact_lowers_an_outcome_that_settled(
    of: Plan, people: Directory, told: list[tuple[Fact, int, Directory]]
) -> None:
    """R1."""
    story = Story(people).tell(arrived(of), caller()).after(60).tell(SettleDue(call_id=CALL))
    for fact, later, directory in told:
        was = outcome(story.call)
        now = story.after(later).where(directory).tell(fact).outcome
        assert was is not None
        assert now is not None
        assert RANKS[now] >= RANKS[was]


@short
@given(PLANS, WORLDS, TOLD)
def test_a_fact_told_twice_changes_nothing_but_what_is_counted(
    of: Plan, people: Directory, told: list[tuple[Fact, int, Directory]]
) -> None:
    """Even without the store's memory of requests, a report that comes twice is no news."""
    story = Story(people).tell(arrived(of))
    for fact, later, directory in told:
        story.after(later).where(directory).tell(fact)
        if type(fact).__name__ in {"LegReported", "CallReported", "RecordingReported", "MessageTaken", "SettleDue"}:
            assert decide(story.call, fact, story.now, directory).events == ()
