"""All busy, and the group lets the caller wait."""

from __future__ import annotations

from tests.core.calls.builders import (
    ANA,
    BEN,
    arrived,
    caller,
    dial_ended,
    engaged,
    group,
    state,
    stranded,
    waits,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.hunting import HOLD_SECONDS
from titus_core.calls.instructions import Hangup, Hold, Say, TakeVoicemail
from titus_core.calls.model import CallStatus, Outcome, Result
from titus_core.hunt_groups.availability import Presence, Reason
from titus_core.hunt_groups.model import Prompts

BUSY = world(engaged(ANA), engaged(BEN, "wrap_up"))
SERVING = group(ANA, BEN, when_busy="wait", max_wait_seconds=60, prompts=Prompts(hold="One moment."))


def test_the_caller_hears_that_everyone_is_busy_and_waits() -> None:
    story = Story(BUSY).tell(arrived(SERVING))
    assert story.reply == (Say("One moment."), Hold(HOLD_SECONDS, 1))
    assert story.call.held_since == story.now


def test_a_group_that_does_not_let_callers_wait_overflows_at_once() -> None:
    story = Story(BUSY).tell(arrived(group(ANA, BEN)))
    assert isinstance(story.reply[-1], TakeVoicemail)
    assert story.passed_by == {ANA: Reason.BUSY, BEN: Reason.WRAP_UP}


def test_nobody_waits_for_people_who_are_away() -> None:
    story = Story(world()).tell(arrived(SERVING))
    assert isinstance(story.reply[-1], TakeVoicemail)


def test_the_line_speaks_now_and_then_and_every_hold_has_its_own_number() -> None:
    story = Story(BUSY).tell(arrived(SERVING))
    holds = [story.reply, *(story.after(5).tell(waits(turn)).reply for turn in range(1, 9))]
    assert [bool(story_reply[:-1]) for story_reply in holds] == [True, False, False, False] * 2 + [True]
    assert [reply[-1] for reply in holds] == [Hold(HOLD_SECONDS, turn) for turn in range(1, 10)]


def test_whoever_becomes_free_is_rung_at_the_next_look() -> None:
    story = Story(BUSY).tell(arrived(SERVING)).where(world(engaged(ANA), BEN)).after(5).tell(waits())
    assert story.rung == [BEN]
    assert story.call.held_since is None


def test_a_caller_who_waits_again_after_a_dial_gets_a_hold_never_used_before() -> None:
    story = Story(BUSY).tell(arrived(SERVING)).where(world(engaged(ANA), BEN)).tell(waits(1))
    assert story.tell(dial_ended(1)).reply == (Say("One moment."), Hold(HOLD_SECONDS, 2))


def test_someone_who_says_busy_is_waited_for_too() -> None:
    story = Story(world(state(ANA, presence=Presence.BUSY)))
    assert story.tell(arrived(SERVING)).hold.turn == 1


def test_waiting_ends_with_the_budget() -> None:
    story = Story(BUSY).tell(arrived(SERVING)).after(51).tell(waits())
    assert isinstance(story.reply[-1], TakeVoicemail)
    assert story.passed_by == {ANA: Reason.OUT_OF_TIME, BEN: Reason.OUT_OF_TIME}
    assert story.call.held_since is None


def test_a_caller_who_hung_up_while_waiting_gets_nothing_more_and_is_known_to_be_gone() -> None:
    story = Story(BUSY).tell(arrived(SERVING), waits(1, caller_status=CallStatus.COMPLETED))
    assert story.reply == ()
    assert story.outcome is Outcome.CALLER_HUNG_UP
    assert story.tell(caller(), waits(2)).reply == ()


def test_a_late_hold_does_not_ring_over_the_dial_that_the_caller_listens_to() -> None:
    story = Story(BUSY).tell(arrived(SERVING), waits(1)).where(world(ANA, BEN)).tell(waits(2))
    assert story.tell(waits(1)).reply == (Hangup(),)
    assert story.results == [None]


def test_a_caller_whose_latest_hold_is_over_is_served_even_if_a_dial_seems_to_be_on() -> None:
    """But not at once: that word may come late, and then nobody would dial what is offered (simulation)."""
    story = Story(BUSY).tell(arrived(SERVING)).where(world(ANA, BEN)).tell(waits(1))
    assert story.rung == [ANA]
    assert story.tell(waits(1)).hold.turn == 2
    assert list(story.engaged) == [ANA]
    assert story.tell(waits(2)).rung == [BEN]


def test_whoever_was_rung_before_the_caller_was_stranded_counts_as_not_answering_once_others_ring() -> None:
    story = Story(world(ANA, engaged(BEN))).tell(arrived(SERVING), stranded())
    assert story.hold.turn == 1
    story.where(world(ANA, BEN)).tell(waits(1))
    assert story.rung == [BEN]
    assert story.results == [Result.NO_ANSWER, None]
