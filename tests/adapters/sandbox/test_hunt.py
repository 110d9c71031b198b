from tests.adapters.sandbox.toy import CALLER, FIRST, LINE, SECOND, THIRD, hunt, stage
from titus_adapters.sandbox.twilio.behaviour import (
    Answers,
    Caller,
    CarrierVoicemail,
    DeadNumber,
    Declines,
    NeverAnswers,
)


async def test_second_member_answers_after_the_first_did_not() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST, SECOND, THIRD])
    scene.phone(FIRST, NeverAnswers())
    scene.phone(SECOND, Answers(after=4, talks=60, presses="1"))

    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()

    assert call.status == "completed"
    assert call.duration == 60
    assert call.bridged_to == SECOND
    assert [leg.status for leg in call.legs] == ["no-answer", "completed"]
    assert (scene.twilio.world.rang(FIRST), scene.twilio.world.rang(THIRD)) == (1, 0)
    assert [recording.duration for recording in call.recordings] == [60]
    assert scene.twilio.warnings == []


async def test_every_request_is_signed_as_the_official_validator_wants_it() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST, SECOND])
    scene.phone(FIRST, Declines())
    scene.phone(SECOND, Answers(presses="1"))
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert len(scene.toy.seen) > 10
    assert all(seen.signed for seen in scene.toy.seen)


async def test_a_mobiles_voicemail_is_screened_out_and_the_caller_leaves_a_message() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST, SECOND])
    scene.phone(FIRST, CarrierVoicemail(after=5))
    scene.phone(SECOND, DeadNumber())

    call = scene.twilio.call(Caller(number=CALLER, speaks=20), LINE)
    await scene.twilio.run_until_idle()

    first_result = scene.toy.at("/step")[0].form
    assert (first_result["DialCallStatus"], first_result["DialBridged"]) == ("completed", "false")
    assert call.heard == ["Please leave a message.", "(beep)"]
    assert call.left_message
    assert [recording.source for recording in call.recordings] == ["RecordVerb"]


async def test_without_screening_a_mobiles_voicemail_swallows_the_caller() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST, SECOND], screened=False)
    scene.phone(FIRST, CarrierVoicemail(after=5))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.bridged_to == FIRST


async def test_a_dial_rings_five_seconds_longer_than_it_asks_for() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST])
    scene.phone(FIRST, NeverAnswers())
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    ended_at = call.legs[0].ended_at
    assert ended_at is not None
    assert ended_at - call.created_at == 15


async def test_the_story_tells_who_rang_and_what_was_heard() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST])
    scene.phone(FIRST, Answers(after=4, talks=30, presses="1"))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    story = "\n".join(scene.twilio.describe(call))
    assert f"{CALLER} → {LINE}" in story
    assert f"[{FIRST}] ringing" in story
    assert f"[{FIRST}] pressed 1" in story
    assert f"talks to {FIRST}" in story
    assert "dial_action completed → /step 200" in story
    assert "/step" not in "\n".join(scene.twilio.describe(call, webhooks=False))


async def test_a_phone_rung_while_it_talks_is_busy_and_the_clash_is_noted() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST])
    scene.phone(FIRST, Answers(after=2, talks=60, presses="1"))
    talk = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_for(20)
    other = scene.twilio.call(Caller(number="+61491570158"), LINE)
    await scene.twilio.run_until_idle()
    assert other.legs[0].status == "busy"
    [clash] = scene.twilio.world.double_rings
    assert (clash.address, clash.others) == (FIRST, (talk.legs[0].sid,))


async def test_the_same_seed_gives_the_same_run() -> None:
    runs = []
    for _ in range(2):
        scene = stage(seed=7)
        scene.toy.routes = hunt([FIRST, SECOND])
        scene.phone(FIRST, Declines())
        scene.phone(SECOND, Answers(presses="1"))
        calls = [scene.twilio.call(Caller(number=CALLER), LINE) for _ in range(3)]
        await scene.twilio.run_until_idle()
        runs.append([scene.twilio.describe(call) for call in calls])
    assert runs[0] == runs[1]
