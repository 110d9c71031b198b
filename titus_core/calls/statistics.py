"""How well callers are served, in numbers. Pure; each number's definition stands with it.

Service levels follow Asterisk's queues, which publish two (`twilio.md` §2); that a member who was rung together with
the one who answered has missed nothing is iVozProvider's rule (same place).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from math import fsum

import msgspec

from titus_core.calls.evidence import answered_at, outcome, result, talk_ended_at, winner
from titus_core.calls.model import Attempt, Call, Direction, Outcome, Result, Wave
from titus_core.kernel.ids import GroupId, UserId

_MISSED = frozenset({Result.NO_ANSWER, Result.BUSY, Result.FAILED, Result.SCREENED_OUT})


class MemberFigures(msgspec.Struct, frozen=True):
    """`offered` counts how often it rang there; what is neither answered, missed nor declined was taken by another who
    was rung together, or the caller went. `missed` counts busy and unreachable phones too; `talk_seconds` is a sum."""

    user_id: UserId
    name: str
    offered: int = 0
    answered: int = 0
    missed: int = 0
    declined: int = 0
    talk_seconds: int = 0


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of the settled inbound calls of a time; blocked callers count nowhere. A rate is None where there is nothing to
    divide by. Times are seconds.

    - `offered`: all calls but short abandons; `answered`: by a person.
    - `abandoned`: the caller hung up before a person, the agent or a message, after `short_abandon` or more;
      `short_abandoned`: before that (someone who dialled wrongly).
    - `answer_rate` = answered / offered; `abandon_rate` = abandoned / offered.
    - `service_level_of_answered` = answered within the threshold / answered.
    - `service_level_of_offered` = (answered + abandoned, each within the threshold) / (answered + abandoned).
    - `average_speed_of_answer`: from arrival until someone took the call; `longest_wait`: of those, and of who gave up.
    """

    outcomes: dict[Outcome, int]
    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    answer_rate: float | None
    abandon_rate: float | None
    service_level_of_answered: float | None
    service_level_of_offered: float | None
    average_speed_of_answer: float | None
    average_talk: float | None
    longest_wait: float | None
    members: tuple[MemberFigures, ...]


class Yardstick(msgspec.Struct, frozen=True):
    """Seconds: an answer within `threshold` counts as quick, whoever hangs up before `short_abandon` does not count."""

    threshold: float = 20.0
    short_abandon: float = 5.0


class Tally:
    """Counts calls one by one, in any order."""

    def __init__(self, yardstick: Yardstick, group_id: GroupId | None = None) -> None:
        self._yardstick = yardstick
        self._group_id = group_id
        self._outcomes: Counter[Outcome] = Counter()
        self._waits: list[float] = []
        self._patiences: list[float] = []
        self._talks: list[float] = []
        self._short = 0
        self._members: dict[UserId, MemberFigures] = {}

    def count(self, call: Call) -> None:
        """Take it in, if it counts."""
        ended_as, plan = outcome(call), call.plan
        foreign = self._group_id is not None and (plan is None or plan.group_id != self._group_id)
        if ended_as is None or call.direction is Direction.OUTBOUND or call.refusal is not None or foreign:
            return
        waited = _seconds(call.arrived_at, call.ended_at)
        if ended_as is Outcome.CALLER_HUNG_UP and waited is not None and waited < self._yardstick.short_abandon:
            self._short += 1
            return
        self._outcomes[ended_as] += 1
        if ended_as is Outcome.CALLER_HUNG_UP and waited is not None:
            self._patiences.append(waited)
        if ended_as is Outcome.ANSWERED and (speed := _seconds(call.arrived_at, answered_at(call))) is not None:
            self._waits.append(speed)
        for wave in call.waves:
            self._talks += [talk for one in wave.attempts if (talk := _talk(call, wave, one)) is not None]
            for user_id in dict.fromkeys(one.user_id for one in wave.attempts if one.user_id is not None):
                self._count_member(call, wave, [one for one in wave.attempts if one.user_id == user_id])

    def _count_member(self, call: Call, wave: Wave, attempts: list[Attempt]) -> None:
        """One offer, on however many of their telephones: the best that came of it counts."""
        user_id = attempts[0].user_id
        assert user_id is not None, "only members are counted"
        ends = {result(call, wave, one) for one in attempts}
        answered, declined = Result.ANSWERED in ends, Result.DECLINED in ends
        talked = sum(round(_talk(call, wave, one) or 0) for one in attempts)
        known = self._members.get(user_id) or MemberFigures(user_id, attempts[0].name)
        self._members[user_id] = msgspec.structs.replace(
            known,
            offered=known.offered + 1,
            answered=known.answered + answered,
            missed=known.missed + (not answered and not declined and not ends.isdisjoint(_MISSED)),
            declined=known.declined + (declined and not answered),
            talk_seconds=known.talk_seconds + talked,
        )

    def figures(self) -> Figures:
        """What was counted so far."""
        answered, abandoned = self._outcomes[Outcome.ANSWERED], self._outcomes[Outcome.CALLER_HUNG_UP]
        offered, within = self._outcomes.total(), self._yardstick.threshold
        quick, gave_up = _within(self._waits, within), _within(self._patiences, within)
        return Figures(
            outcomes={each: self._outcomes[each] for each in Outcome},
            offered=offered,
            answered=answered,
            abandoned=abandoned,
            short_abandoned=self._short,
            answer_rate=_rate(answered, offered),
            abandon_rate=_rate(abandoned, offered),
            service_level_of_answered=_rate(quick, answered),
            service_level_of_offered=_rate(quick + gave_up, answered + abandoned),
            average_speed_of_answer=_mean(self._waits),
            average_talk=_mean(self._talks),
            longest_wait=max([*self._waits, *self._patiences], default=None),
            members=tuple(self._members[user_id] for user_id in sorted(self._members)),
        )


def figures(calls: Iterable[Call], yardstick: Yardstick, group_id: GroupId | None = None) -> Figures:
    """Of all these; `group_id` None: of every group."""
    tally = Tally(yardstick, group_id)
    for call in calls:
        tally.count(call)
    return tally.figures()


def _talk(call: Call, wave: Wave, attempt: Attempt) -> float | None:
    if winner(call, wave) is not attempt:
        return None
    return _seconds(answered_at(call), talk_ended_at(call, wave, attempt))


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return max(0.0, (end - start).total_seconds()) if start is not None and end is not None else None


def _within(times: Iterable[float], most: float) -> int:
    return sum(time <= most for time in times)


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _mean(times: list[float]) -> float | None:
    # fsum: the mean of the same times is the same in every order.
    return round(fsum(times) / len(times), 1) if times else None
