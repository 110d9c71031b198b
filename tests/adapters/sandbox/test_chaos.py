import pytest

from tests.adapters.sandbox.toy import CALLER, FIRST, HOST, LINE, SECOND, Seen, Stage, hunt, stage
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, Declines
from titus_adapters.sandbox.twilio.chaos import (
    Chaos,
    Crash,
    Delay,
    Drop,
    Duplicate,
    Fault,
    Outage,
    Refuse,
    Reorder,
    Rule,
    Slow,
)
from titus_adapters.sandbox.twilio.engine.wire import Outgoing

TOKEN = "i-twilio-idempotency-token"


async def hunted(*rules: Rule, seed: int = 0, **settings: object) -> Stage:
    """One call through a hunt whose second member answers."""
    scene = stage(chaos=Chaos(*rules, seed=seed), **settings)
    scene.toy.routes = hunt([FIRST, SECOND])
    scene.phone(FIRST, Declines())
    scene.phone(SECOND, Answers(presses="1"))
    scene.twilio.world.numbers[LINE].voice_url = f"https://{HOST}/in#rt=4000&rc=2&rp=all"
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    return scene


def talked(scene: Stage) -> bool:
    return scene.twilio.calls[0].bridged_to == SECOND


def tokens(seen: list[Seen]) -> list[str]:
    return [one.headers[TOKEN] for one in seen]


async def test_facts_can_be_lost_without_hurting_the_call() -> None:
    scene = await hunted(Rule(fault=Drop(), kinds=("leg_status", "call_status", "recording_status")))
    assert talked(scene)
    assert scene.toy.at("/status") == scene.toy.at("/recording") == []


async def test_requests_that_steer_a_call_are_never_dropped() -> None:
    scene = await hunted(Rule(fault=Drop()))
    assert talked(scene)
    assert len(scene.toy.at("/step")) == 2


@pytest.mark.parametrize("same_token", [True, False])
async def test_an_action_can_come_twice(same_token: bool) -> None:
    scene = await hunted(Rule(fault=Duplicate(after=1, same_token=same_token), kinds=("dial_action",), times=1))
    first, second = scene.toy.at("/step")[:2]
    assert first.form == second.form
    assert len(set(tokens([first, second]))) == (1 if same_token else 2)
    assert talked(scene)


async def test_callbacks_can_overtake_one_another() -> None:
    scene = await hunted(Rule(fault=Reorder(window=30), kinds=("leg_status",)), seed=3)
    order = [seen.form["SequenceNumber"] for seen in scene.toy.at("/status") if seen.form["To"] == SECOND]
    assert sorted(order) == ["0", "1", "2", "3"]
    assert order != sorted(order)


async def test_a_delayed_request_holds_up_its_call() -> None:
    straight, late = await hunted(), await hunted(Rule(fault=Delay(3), kinds=("dial_action",), times=1))
    assert late.twilio.calls[0].ended_at == (straight.twilio.calls[0].ended_at or 0) + 3


async def test_an_answer_past_the_read_timeout_is_not_waited_for() -> None:
    scene = await hunted(Rule(fault=Slow(6), kinds=("incoming",), times=1))
    assert [sent.error for sent in scene.twilio.sent("incoming")] == ["rt", ""]
    assert len(set(tokens(scene.toy.at("/in")))) == 1
    assert talked(scene)


async def test_an_answer_that_is_merely_slow_is_used() -> None:
    scene = await hunted(Rule(fault=Slow(3), kinds=("incoming",), times=1))
    assert len(scene.toy.at("/in")) == 1
    assert scene.twilio.calls[1].created_at == scene.twilio.calls[0].created_at + 3


async def test_a_proxy_answers_while_the_app_is_away() -> None:
    scene = stage(chaos=Chaos(outages=[Outage(start=0, seconds=10)]))
    scene.toy.routes = hunt([FIRST])
    scene.twilio.world.numbers[LINE].voice_fallback_url = f"https://{HOST}/fallback#rc=0"
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_for(10)
    assert scene.toy.at("/in") == []
    assert [sent.status for sent in scene.twilio.sent("incoming", "fallback")] == [502, 502]
    later = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_for(20)
    assert call.ended
    assert later.legs


@pytest.mark.parametrize(("when", "requests"), [("before", 1), ("after", 2)])
async def test_the_app_can_die_before_or_after_its_work(when: str, requests: int) -> None:
    crashes: list[str] = []

    async def on_crash(request: Outgoing) -> None:
        crashes.append(request.url)

    rule = Rule(fault=Crash(when), kinds=("incoming",), times=1)  # type: ignore[arg-type]
    scene = await hunted(rule, on_crash=on_crash)
    assert crashes == [f"https://{HOST}/in"]
    assert len(scene.toy.at("/in")) == requests
    assert talked(scene)


async def test_rules_can_strike_at_random_but_alike_for_the_same_seed() -> None:
    async def run(seed: int) -> list[tuple[str, int]]:
        scene = await hunted(Rule(fault=Refuse(), kinds=("leg_status",), probability=0.5), seed=seed)
        return [(sent.url, sent.status) for sent in scene.twilio.sent()]

    assert await run(1) == await run(1)
    assert await run(1) != await run(2)


FAULTS: list[Fault] = [Delay(1), Reorder(5), Duplicate(), Slow(20), Refuse(503), Crash("before"), Crash("after")]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_one_fault_of_any_sort_anywhere_ends_no_call_badly(fault: Fault) -> None:
    """Where addresses ask for retries; the toy's screening addresses don't, so a fault there loses the leg."""
    scene = await hunted(Rule(fault=fault, kinds=("incoming", "dial_action"), times=1))
    assert talked(scene)
