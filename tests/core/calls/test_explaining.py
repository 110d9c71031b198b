"""Whom a group would ring, and why not the others, without ringing anyone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.core.calls.builders import ANA, BEN, CAI, CALL, CALLER, DEB, LINE, MAIN, PHONES, browser, group
from tests.core.calls.office import Office, at_once
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.explain_routing import Explain, ExplainRouting, Explanation
from titus_core.calls.ports import KnownCaller
from titus_core.hunt_groups.availability import Presence, Reason
from titus_core.hunt_groups.model import Hours, HuntGroup, Member, Strategy, ToAgent
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import GroupId

AWAY = Reason.UNAVAILABLE


def office(serving: HuntGroup) -> Office:
    made = Office(serving)
    made.staff(ANA, BEN, CAI)
    return made


def explained(office: Office, at: datetime | None = None, from_number: str | None = None) -> Explanation:
    return at_once(office.explain_routing(Explain(MAIN, at, from_number)))


def waves(of: Explanation) -> list[tuple[int, int | None, Reason | None]]:
    return [(member.user_id, member.wave, member.reason) for member in of.members]


def test_everybody_is_listed_in_order_with_their_wave_or_the_reason() -> None:
    at = office(group(ANA, Member(BEN, ring_seconds=30), CAI, DEB, overflow=(ToAgent(),)))
    at.say({CAI: Presence.OFFLINE})
    found = explained(at)
    assert waves(found) == [
        (ANA, 1, None),
        (BEN, 2, None),
        (CAI, None, AWAY),
        (DEB, None, AWAY),
    ]
    assert [member.ring_seconds for member in found.members] == [20, 30, 20, 20]
    assert [member.eligible for member in found.members] == [True, True, False, False]
    assert found.members[3].endpoints == ()
    assert found.stages == ("group Support line", "ai", "voicemail")
    assert (found.open, found.agent_ready, found.refusal) == (True, True, None)


def test_explaining_rings_nobody() -> None:
    at = office(group(ANA))
    explained(at)
    assert at.engaged == {}
    assert at_once(at.store.reader.live()) == ()


def test_people_rung_together_share_a_wave() -> None:
    at = office(group(ANA, BEN, strategy=Strategy.RING_ALL))
    assert waves(explained(at)) == [(ANA, 1, None), (BEN, 1, None)]


def test_a_closed_group_says_why() -> None:
    at = office(group(ANA, hours=Hours("Australia/Brisbane", {})))
    found = explained(at)
    assert (found.open, found.closed_reason) == (False, Reason.OUTSIDE_HOURS)
    assert waves(found) == [(ANA, None, Reason.OUTSIDE_HOURS)]


def test_a_blocked_caller_would_be_refused() -> None:
    found = explained(office(group(ANA, blocked=(CALLER,))), from_number=CALLER)
    assert found.refusal == "blocked"
    assert waves(found) == [(ANA, None, None)]


def test_the_coordinator_of_a_caller_comes_first() -> None:
    at = office(group(ANA, BEN, sticky_days=7))
    at.knows(KnownCaller(CALLER, "rec1", "Wren Adeyemi", coordinator=CAI))
    assert waves(explained(at, from_number=CALLER)) == [(CAI, 1, None), (ANA, 2, None), (BEN, 3, None)]
    at.knows(KnownCaller(CALLER, "rec1", "Wren Adeyemi", coordinator=BEN))
    assert waves(explained(at, from_number=CALLER)) == [(BEN, 1, None), (ANA, 2, None)]


@pytest.mark.parametrize("when_busy", ["wait", "overflow"])
def test_whoever_talks_now_is_busy_whether_or_not_the_caller_would_wait(when_busy: str) -> None:
    at = office(group(ANA, when_busy=when_busy))
    at.deliver(at.answer_call, "inbound", CALL, CallerOnLine(call_id=CALL, from_number=CALLER, to_number=LINE))
    found = explained(at)
    assert waves(found)[0][:2] == (ANA, None)
    assert found.members[0].reason in {Reason.RESERVED, Reason.BUSY}


def test_a_browser_that_is_ready_now_counts_as_ready_at_the_asked_time() -> None:
    at = office(group(browser(ANA), browser(BEN)))
    at.heartbeat(ANA)
    tomorrow = at.clock.now() + timedelta(days=1)
    found = explained(at, at=tomorrow)
    assert found.at == tomorrow
    assert waves(found) == [(ANA, 1, None), (BEN, None, Reason.NO_HEARTBEAT)]


def test_a_group_that_is_unknown_or_retired_cannot_be_explained() -> None:
    at = office(group(ANA, retired=True))
    for group_id in (MAIN, GroupId(9)):
        with pytest.raises(NotFound):
            at_once(at.explain_routing(Explain(group_id)))


@pytest.mark.parametrize("agent", [None, ScriptedAgent(available=False)])
def test_an_agent_that_cannot_be_used_is_said_to_be_so(agent: ScriptedAgent | None) -> None:
    at = office(group(ANA))
    at.explain_routing = ExplainRouting(at.store, at.calendar, at.clock, agent)
    assert not explained(at).agent_ready


def test_members_are_shown_where_they_can_be_reached() -> None:
    at = office(group(ANA))
    at.heartbeat(ANA)
    assert [endpoint.value for endpoint in explained(at).members[0].endpoints] == ["browser", "phone"]
    assert PHONES[ANA] not in str(explained(at))
