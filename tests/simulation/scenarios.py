"""Short histories told on purpose, by name: what tests of crashes go through step by step."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any, TypeAlias

import msgspec

from tests.core.calls.builders import ANA, BEN, CAI, ON_CALL, PHONES, browser, group, phone
from tests.simulation.faults import Faults
from tests.simulation.people import People, Reaction, ScriptedPeople
from tests.simulation.setting import BLOCKED, STAFF, Caller, Setting
from titus_core.calls.model import CallStatus, Outcome
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import Hours, HuntGroup, Strategy, ToAgent, ToGroup, ToNumber, ToVoicemail
from titus_core.kernel.ids import GroupId

Reactions: TypeAlias = dict[str, Reaction]
ANSWERED, AGENT, MESSAGE = Outcome.ANSWERED, Outcome.AI_FALLBACK, Outcome.VOICEMAIL
HUNG_UP, FAILED = Outcome.CALLER_HUNG_UP, Outcome.FAILED


class Scenario(msgspec.Struct, frozen=True):
    """`ends`: the outcomes of its calls, in order, and `meets` which faults struck: that is how one sees that it still
    tells what its name says. `repeatable`: with a crash in it, everything else happens as it did without (what strikes
    Titus by chance would not)."""

    setting: Setting
    ends: tuple[Outcome, ...]
    meets: frozenset[str]
    repeatable: bool


def _scripted(reactions: Reactions, message: float, _: Random) -> People:
    return ScriptedPeople(reactions, message)


def _story(
    *ends: Outcome,
    groups: tuple[HuntGroup, ...] = (group(ANA),),
    react: Reactions | None = None,
    message: float = 6.0,
    faults: dict[str, float] | None = None,
    seed: int = 1,
    **more: Any,
) -> Scenario:
    people, told = partial(_scripted, react or {}, message), _faults(**(faults or {}))
    setting = Setting(seed=seed, groups=groups, people=people, faults=told, **more)
    chance = {name for name, rate in (faults or {}).items() if 0.0 < rate < 1.0}
    return Scenario(
        setting, ends, frozenset(faults or {}) - {"says_bridged"}, not chance & {"kept", "refusals", "unanswered"}
    )


def _faults(**rates: Any) -> Faults:
    return Faults(**{"repeated": 0.0, **rates})


ANA_TALKS: Reactions = {PHONES[ANA]: Reaction(7.0, key="1", talks=25.0)}
BEN_TALKS: Reactions = {PHONES[BEN]: Reaction(7.0, key="1", talks=25.0)}
AT_BROWSER: Reactions = {"client:user_1": Reaction(3.0, talks=25.0)}
ANA_BUSY: Reactions = {PHONES[ANA]: Reaction(1.0, CallStatus.BUSY)}
LISTENING = {ANA: 600.0}
TWO_CALLERS = (Caller(), Caller(5.0, "+61491570110"))
ANA_BEN = (group(ANA, BEN),)
NESTED = (group(ANA, overflow=(ToGroup(GroupId(2)),)), group(BEN, id=GroupId(2), name="Second line"))
SHUT = Hours("Australia/Brisbane", {})

SCENARIOS: dict[str, Scenario] = {
    "plain answer": _story(ANSWERED, react=ANA_TALKS),
    "the second one answers": _story(ANSWERED, groups=ANA_BEN, react=BEN_TALKS),
    "nobody answers": _story(MESSAGE, groups=ANA_BEN),
    "nobody answers and no message": _story(HUNG_UP, message=0.4),
    "busy, then the next": _story(ANSWERED, groups=ANA_BEN, react={**ANA_BUSY, **BEN_TALKS}),
    "a wrong number, then the next": _story(
        ANSWERED, groups=ANA_BEN, react={PHONES[ANA]: Reaction(1.0, CallStatus.FAILED), **BEN_TALKS}
    ),
    "busy, then wait": _story(
        ANSWERED, ANSWERED, groups=(group(ANA, when_busy="wait"),), react=ANA_TALKS, callers=TWO_CALLERS
    ),
    "two calls for one person": _story(
        ANSWERED, MESSAGE, react=ANA_TALKS, callers=(Caller(), Caller(0.0, "+61491570110"))
    ),
    "screening refused": _story(ANSWERED, groups=ANA_BEN, react={PHONES[ANA]: Reaction(7.0, key="2"), **BEN_TALKS}),
    "a mobile's voicemail picks up": _story(MESSAGE, react={PHONES[ANA]: Reaction(7.0)}),
    "two press 1": _story(
        ANSWERED, groups=(group(ANA, BEN, strategy=Strategy.RING_ALL),), react={**ANA_TALKS, **BEN_TALKS}
    ),
    "tier by tier": _story(
        ANSWERED,
        groups=(group(phone(ANA), phone(CAI), phone(BEN, tier=2), strategy=Strategy.RING_ALL),),
        react={**ANA_BUSY, **BEN_TALKS},
    ),
    "hangs up while ringing": _story(HUNG_UP, react=ANA_TALKS, callers=(Caller(patience=4.0),)),
    "hangs up while talking": _story(
        ANSWERED, react={PHONES[ANA]: Reaction(3.0, key="1", talks=600.0)}, callers=(Caller(patience=30.0),)
    ),
    "hangs up in the voicemail": _story(MESSAGE, message=120.0, callers=(Caller(patience=40.0),)),
    "hangs up while waiting": _story(
        ANSWERED,
        HUNG_UP,
        groups=(group(ANA, when_busy="wait"),),
        react={PHONES[ANA]: Reaction(3.0, key="1", talks=100.0)},
        callers=(Caller(), Caller(5.0, "+61491570110", 30.0)),
    ),
    "both endpoints, the browser answers": _story(ANSWERED, react={**ANA_TALKS, **AT_BROWSER}, heartbeats=LISTENING),
    "both endpoints, the phone answers": _story(ANSWERED, react=ANA_TALKS, heartbeats=LISTENING),
    "browser alone": _story(ANSWERED, groups=(group(browser(ANA)),), react=AT_BROWSER, heartbeats=LISTENING),
    "nested groups": _story(ANSWERED, groups=NESTED, react=BEN_TALKS),
    "the agent is served": _story(AGENT, groups=(group(ANA, overflow=(ToAgent(),)),)),
    "the agent acts and then fails": _story(
        MESSAGE, groups=(group(ANA, overflow=(ToAgent(),)),), faults={"agent_doubtful": 1.0}
    ),
    "the agent's document is of no use": _story(
        MESSAGE, groups=(group(ANA, overflow=(ToAgent(),)),), faults={"agent_unusable": 1.0}, seed=3
    ),
    "the agent is down": _story(MESSAGE, groups=(group(ANA, overflow=(ToAgent(),)),), faults={"agent_down": 1.0}),
    "a blocked caller": _story(FAILED, groups=(group(ANA, blocked=(BLOCKED,)),), callers=(Caller(number=BLOCKED),)),
    "a withheld number": _story(ANSWERED, react=ANA_TALKS, callers=(Caller(number="anonymous"),)),
    "closed hours": _story(MESSAGE, groups=(group(ANA, hours=SHUT),), react=ANA_TALKS),
    "an empty group": _story(MESSAGE, groups=(group(),)),
    "everybody is away": _story(MESSAGE, presence=dict.fromkeys(STAFF, Presence.OFFLINE)),
    "transfer to a number": _story(
        ANSWERED, groups=(group(overflow=(ToNumber(ON_CALL),)),), react={ON_CALL: Reaction(5.0, talks=30.0)}
    ),
    "a number that does not answer": _story(MESSAGE, groups=(group(overflow=(ToNumber(ON_CALL), ToVoicemail())),)),
    "out of time": _story(MESSAGE, groups=(group(ANA, BEN, max_wait_seconds=25),), react=BEN_TALKS),
    "notes after a talk": _story(
        ANSWERED,
        ANSWERED,
        groups=(group(ANA, wrap_up_seconds=30, when_busy="wait"),),
        react=ANA_TALKS,
        callers=TWO_CALLERS,
    ),
    "who served them last": _story(
        ANSWERED,
        ANSWERED,
        groups=(group(ANA, BEN, sticky_days=7),),
        react=BEN_TALKS,
        callers=(Caller(), Caller(90.0)),
    ),
    "the recording comes late": _story(
        ANSWERED, groups=(group(ANA, record=True),), react=ANA_TALKS, faults={"late": 1.0}
    ),
    "the message comes late": _story(MESSAGE, faults={"late": 1.0}),
    "all reports are lost": _story(ANSWERED, react=ANA_TALKS, faults={"lost": 1.0}, seed=5),
    "everything is repeated": _story(ANSWERED, groups=ANA_BEN, react=BEN_TALKS, faults={"repeated": 1.0}),
    "everything comes twice at once": _story(ANSWERED, groups=ANA_BEN, react=BEN_TALKS, faults={"twins": 1.0}),
    "stranded": _story(ANSWERED, groups=ANA_BEN, react=BEN_TALKS, faults={"stranded": 0.2}, seed=8),
    "unanswered": _story(ANSWERED, groups=ANA_BEN, react=BEN_TALKS, faults={"unanswered": 0.4}, seed=2),
    "who was joined is not told": _story(
        ANSWERED, groups=ANA_BEN, react={PHONES[ANA]: Reaction(7.0), **BEN_TALKS}, faults={"says_bridged": False}
    ),
    "deliveries wait": _story(ANSWERED, react=ANA_TALKS, faults={"kept": 0.3}, seed=4),
    "the provider's API is down": _story(ANSWERED, react=ANA_TALKS, faults={"lost": 1.0, "refusals": 0.7}, seed=3),
}
