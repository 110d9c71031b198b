"""REST, through Twilio's own client."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from tests.adapters.sandbox.official import official_client, sandbox_web
from tests.adapters.sandbox.toy import CALLER, EVENTS, FIRST, HOST, LINE, SECOND, Stage, dial, number, stage, twiml
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, Declines, NeverAnswers, PhoneBehaviour
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.switchboard import Account, RestFault
from titus_adapters.sandbox.twilio.switches import Switches

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OUT = {"to": FIRST, "from_": LINE, "url": f"https://{HOST}/out", "status_callback": f"https://{HOST}/status"}


async def talking(scene: Stage) -> Call:
    """A call whose parties have been talking for a while, and go on."""
    attributes = {"record": "record-from-answer-dual", "recordingStatusCallback": "/recording"}
    scene.toy.routes["/in"] = twiml(dial(number(FIRST), **attributes))
    scene.phone(FIRST, Answers(after=3, talks=600))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_for(20)
    return call


async def test_a_call_is_made_rings_and_is_told_of_at_each_step() -> None:
    scene = stage()
    scene.toy.routes = {"/out": twiml("<Say>Good morning.</Say>")}
    scene.phone(FIRST, Answers(after=4))
    async with official_client(scene) as client:
        made = await client.calls.create_async(**OUT, status_callback_event=EVENTS.split())
        assert (made.status, made.direction) == ("queued", "outbound-api")
        await scene.twilio.run_until_idle()
        after = await client.calls(made.sid).fetch_async()
    assert after.status == "completed"
    assert isinstance(after.duration, str)
    assert isinstance(after.start_time, datetime)
    steps = [seen.form["CallStatus"] for seen in scene.toy.at("/status")]
    assert steps == ["initiated", "ringing", "in-progress", "completed"]
    assert scene.toy.at("/out")[0].form["Direction"] == "outbound-api"


async def test_events_joined_by_blanks_are_no_list_over_rest() -> None:
    scene = stage()
    scene.phone(FIRST, Answers())
    async with official_client(scene) as client:
        await client.calls.create_async(**OUT, status_callback_event=[EVENTS])
        await scene.twilio.run_until_idle()
    assert scene.toy.at("/status") == []


ENDINGS: list[tuple[PhoneBehaviour, str]] = [(Declines(), "busy"), (NeverAnswers(), "no-answer")]


@pytest.mark.parametrize(("reaction", "status"), ENDINGS)
async def test_a_call_that_nobody_takes(reaction: PhoneBehaviour, status: str) -> None:
    scene = stage()
    scene.phone(FIRST, reaction)
    async with official_client(scene) as client:
        made = await client.calls.create_async(**OUT)
        await scene.twilio.run_until_idle()
        assert (await client.calls(made.sid).fetch_async()).status == status


async def test_inline_documents_and_fallbacks_work_for_calls_made() -> None:
    scene = stage()
    scene.phone(FIRST, Answers())
    wanted = {"to": FIRST, "from_": LINE}
    async with official_client(scene) as client:
        said = await client.calls.create_async(**wanted, twiml="<Response><Say>Inline.</Say></Response>")
        await scene.twilio.run_until_idle()
        scene.toy.routes = {"/fallback": twiml("<Say>Fallback.</Say>")}
        missing, fallback = "https://nowhere.test/x", f"https://{HOST}/fallback"
        fell = await client.calls.create_async(**wanted, url=missing, fallback_url=fallback)
        await scene.twilio.run_until_idle()
    heard = [scene.twilio.board.calls[made.sid].heard for made in (said, fell)]
    assert heard == [["Inline."], ["Fallback."]]


async def test_calls_start_no_faster_than_one_a_second() -> None:
    scene = stage()
    scene.phone(FIRST, NeverAnswers())
    scene.phone(SECOND, NeverAnswers())
    async with official_client(scene) as client:
        await client.calls.create_async(**OUT, status_callback_event=["initiated"])
        await client.calls.create_async(**OUT | {"to": SECOND}, status_callback_event=["initiated"])
        await scene.twilio.run_for(5)
    first, second = scene.twilio.sent("call_status")
    assert second.at - first.at == 1


async def test_a_call_taken_back_while_queued_tells_nobody() -> None:
    scene = stage()
    async with official_client(scene) as client:
        made = await client.calls.create_async(**OUT)
        await client.calls(made.sid).update_async(status="canceled")
        await scene.twilio.run_until_idle()
        assert (await client.calls(made.sid).fetch_async()).status == "canceled"
    assert scene.toy.seen == []


async def test_a_live_call_is_given_another_document() -> None:
    scene = stage()
    call = await talking(scene)
    scene.toy.routes["/new"] = twiml("<Say>Something else.</Say>")
    async with official_client(scene) as client:
        await client.calls(call.sid).update_async(url=f"https://{HOST}/new", method="POST")
        await scene.twilio.run_until_idle()
    assert call.heard == ["Something else."]
    assert call.legs[0].status == "completed"
    assert scene.toy.at("/after") == []


async def test_a_leg_that_is_redirected_leaves_the_caller_behind() -> None:
    scene = stage()
    call = await talking(scene)
    async with official_client(scene) as client:
        await client.calls(call.legs[0].sid).update_async(twiml="<Response><Say>Hold.</Say></Response>")
        await scene.twilio.run_until_idle()
    action = scene.toy.at("/after")[0].form
    assert (action["DialCallStatus"], action["DialBridged"]) == ("completed", "true")
    assert "DialCallDuration" not in action
    assert call.legs[0].heard == ["Hold."]
    assert call.legs[0].ended


async def test_a_live_call_is_ended() -> None:
    scene = stage()
    call = await talking(scene)
    async with official_client(scene) as client:
        await client.calls(call.sid).update_async(status="completed")
        await scene.twilio.run_until_idle()
    assert (call.status, call.legs[0].status) == ("completed", "completed")
    assert scene.toy.at("/after") == []


@pytest.mark.parametrize("change", [{"status": "completed"}, {"url": f"https://{HOST}/new"}])
async def test_a_finished_call_takes_no_change(change: dict[str, str]) -> None:
    scene = stage()
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    async with official_client(scene) as client:
        with pytest.raises(TwilioRestException) as caught:
            await client.calls(call.sid).update_async(**change)
    assert (caught.value.code, caught.value.status) == (21220, 400)


async def test_a_ringing_call_takes_a_document_or_not() -> None:
    for allowed in (True, False):
        scene = stage(switches=Switches(redirect_unanswered=allowed))
        scene.toy.routes = {"/in": twiml(dial(number(FIRST)))}
        scene.phone(FIRST, NeverAnswers())
        call = scene.twilio.call(Caller(number=CALLER), LINE)
        await scene.twilio.run_for(5)
        async with sandbox_web(scene) as web:
            path = f"/2010-04-01/Accounts/AC1/Calls/{call.sid}.json"
            response = await web.post(path, data={"Url": f"https://{HOST}/new"}, auth=("AC1", "x"))
        assert response.status_code == (200 if allowed else 400)


async def test_calls_are_listed_newest_first_by_pages_and_filters() -> None:
    scene = stage()
    for _ in range(7):
        scene.twilio.call(Caller(number=CALLER), LINE)
        await scene.twilio.run_for(1)
    scene.twilio.call(Caller(number="+61491570158"), LINE)
    await scene.twilio.run_until_idle()
    async with official_client(scene) as client:
        everything = await client.calls.list_async(page_size=3)
        some = await client.calls.list_async(from_="+61491570158", status="completed")
    assert [call.sid for call in everything] == [call.sid for call in reversed(scene.twilio.calls)]
    assert len(some) == 1


async def test_start_times_are_compared_by_the_utc_day() -> None:
    scene = stage(start=START)
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_for(86_400)
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    async with official_client(scene) as client:
        late_that_day = await client.calls.list_async(start_time_after=START + timedelta(hours=20))
        next_day = await client.calls.list_async(start_time_after=START + timedelta(days=1))
        first_day = await client.calls.list_async(start_time_before=START)
        exactly = await client.calls.list_async(start_time=START + timedelta(hours=5))
    assert [len(found) for found in (late_that_day, next_day, first_day, exactly)] == [2, 1, 1, 1]


async def test_legs_are_found_by_their_parent() -> None:
    scene = stage()
    call = await talking(scene)
    async with official_client(scene) as client:
        legs = await client.calls.list_async(parent_call_sid=call.sid)
    assert [(leg.to, leg.parent_call_sid, leg.direction) for leg in legs] == [(FIRST, call.sid, "outbound-dial")]


async def test_only_finished_calls_are_deleted() -> None:
    scene = stage()
    call = await talking(scene)
    async with official_client(scene) as client:
        with pytest.raises(TwilioRestException):
            await client.calls(call.sid).delete_async()
        scene.twilio.hang_up(call)
        await scene.twilio.run_until_idle()
        assert await client.calls(call.sid).delete_async()
        with pytest.raises(TwilioRestException) as caught:
            await client.calls(call.sid).fetch_async()
    assert caught.value.code == 20404


REFUSED = [
    ({"to": "", "from_": LINE, "url": "https://x/"}, 21201),
    ({"to": "0491570006", "from_": LINE, "url": "https://x/"}, 21211),
    ({"to": FIRST, "from_": "", "url": "https://x/"}, 21213),
    ({"to": FIRST, "from_": "hello", "url": "https://x/"}, 21212),
    ({"to": FIRST, "from_": CALLER, "url": "https://x/"}, 21210),
    ({"to": FIRST, "from_": LINE}, 21205),
    ({"to": FIRST, "from_": LINE, "twiml": "x" * 4001}, 21218),
]


@pytest.mark.parametrize(("wanted", "code"), REFUSED)
async def test_calls_that_cannot_be_made(wanted: dict[str, str], code: int) -> None:
    async with official_client(stage()) as client:
        with pytest.raises(TwilioRestException) as caught:
            await client.calls.create_async(**wanted)
    assert (caught.value.code, caught.value.status) == (code, 400)


async def test_the_running_recording_is_paused_and_goes_on() -> None:
    scene = stage()
    call = await talking(scene)
    async with official_client(scene) as client:
        current = client.calls(call.sid).recordings("Twilio.CURRENT")
        assert (await current.update_async(status="paused", pause_behavior="skip")).status == "paused"
        await scene.twilio.run_for(30)
        assert (await current.update_async(status="in-progress")).status == "in-progress"
        await scene.twilio.run_for(10)
        scene.twilio.hang_up(call)
        await scene.twilio.run_until_idle()
        with pytest.raises(TwilioRestException) as caught:
            await current.update_async(status="paused")
        listed = await client.calls(call.sid).recordings.list_async()
    assert caught.value.code == 20404
    assert [recording.duration for recording in listed] == [str(round(20 - 3.5 + 10))]


async def test_a_recording_is_started_over_rest() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml("<Connect><Stream url='wss://agent.test/s'/></Connect>")}
    call = scene.twilio.call(Caller(number=CALLER, talks_to_agent=60), LINE)
    await scene.twilio.run_for(5)
    async with official_client(scene) as client:
        started = await client.calls(call.sid).recordings.create_async(
            recording_channels="dual",
            recording_status_callback=f"https://{HOST}/recording",
            recording_status_callback_event=["in-progress", "completed"],
        )
        await scene.twilio.run_until_idle()
        kept = await client.recordings(started.sid).fetch_async()
    assert (kept.source, kept.duration, kept.channels) == ("StartCallRecordingAPI", "55", 2)
    assert [seen.form["RecordingStatus"] for seen in scene.toy.at("/recording")] == ["in-progress", "completed"]


async def test_the_file_is_there_some_seconds_later_and_only_for_who_signs_in() -> None:
    scene = stage(account=Account(api_url="http://sandbox.test/twilio"))
    call = await talking(scene)
    scene.twilio.hang_up(call)
    await scene.twilio.run_for(2)
    url = scene.toy.at("/recording")[0].form["RecordingUrl"]
    async with sandbox_web(scene) as web:
        assert (await web.get(f"{url}.mp3", auth=("AC1", "x"))).status_code == 404
        await scene.twilio.run_for(2)
        assert (await web.get(f"{url}.mp3")).status_code == 401
        mp3, wav, plain = [await web.get(url + ending, auth=("AC1", "x")) for ending in (".mp3", ".wav", "")]
    assert (mp3.status_code, mp3.headers["content-type"], mp3.content[:2]) == (200, "audio/mpeg", b"\xff\xfb")
    assert (wav.headers["content-type"], wav.content[:4]) == ("audio/x-wav", b"RIFF")
    assert plain.content == wav.content


async def test_a_deleted_recording_is_gone_but_can_be_listed() -> None:
    scene = stage()
    call = await talking(scene)
    scene.twilio.hang_up(call)
    await scene.twilio.run_until_idle()
    sid = call.recordings[0].sid
    async with official_client(scene) as client:
        assert len(await client.recordings.list_async(call_sid=call.sid)) == 1
        assert await client.recordings(sid).delete_async()
        with pytest.raises(TwilioRestException) as caught:
            await client.recordings(sid).fetch_async()
        assert await client.recordings.list_async() == []
        kept = await client.recordings.list_async(include_soft_deleted=True)
    assert caught.value.code == 20404
    assert [recording.status for recording in kept] == ["deleted"]


async def test_a_message_travels_to_its_end() -> None:
    scene = stage()
    async with official_client(scene) as client:
        wanted = {"to": CALLER, "from_": LINE, "body": "We missed you."}
        made = await client.messages.create_async(**wanted, status_callback=f"https://{HOST}/texted")
        assert (made.status, made.direction) == ("queued", "outbound-api")
        await scene.twilio.run_until_idle()
        kept = await client.messages(made.sid).fetch_async()
        listed = await client.messages.list_async(to=CALLER)
        dated = await client.messages.list_async(date_sent_after=START)
    assert kept.status == "delivered"
    assert [message.sid for message in listed] == [message.sid for message in dated] == [made.sid]
    assert [seen.form["MessageStatus"] for seen in scene.toy.at("/texted")] == ["queued", "sent", "delivered"]


TEXTS_REFUSED = [
    ({"to": "hello", "from_": LINE, "body": "x"}, 21211),
    ({"to": CALLER, "from_": FIRST, "body": "x"}, 21606),
    ({"to": CALLER, "body": "x"}, 21603),
    ({"to": CALLER, "from_": LINE, "body": ""}, 21602),
    ({"to": "", "from_": LINE, "body": "x"}, 21604),
]


@pytest.mark.parametrize(("wanted", "code"), TEXTS_REFUSED)
async def test_messages_that_cannot_be_sent(wanted: dict[str, str], code: int) -> None:
    async with official_client(stage()) as client:
        with pytest.raises(TwilioRestException) as caught:
            await client.messages.create_async(**wanted)
    assert caught.value.code == code


async def test_nobody_who_texted_stop_is_texted_until_they_text_start() -> None:
    scene = stage()
    wanted = {"to": CALLER, "from_": LINE, "body": "Hello"}
    async with official_client(scene) as client:
        scene.twilio.text(CALLER, LINE, " Stop ")
        with pytest.raises(TwilioRestException) as caught:
            await client.messages.create_async(**wanted)
        scene.twilio.text(CALLER, LINE, "START")
        assert (await client.messages.create_async(**wanted)).status == "queued"
    assert caught.value.code == 21610


async def test_a_number_is_found_and_set_anew() -> None:
    scene = stage()
    async with official_client(scene) as client:
        (found,) = await client.incoming_phone_numbers.list_async(phone_number=LINE)
        changed = await client.incoming_phone_numbers(found.sid).update_async(
            voice_url=f"https://{HOST}/other#rc=2&rp=all", voice_method="GET", sms_url=f"https://{HOST}/sms"
        )
        fetched = await client.incoming_phone_numbers(found.sid).fetch_async()
    assert changed.voice_url == fetched.voice_url == f"https://{HOST}/other#rc=2&rp=all"
    assert scene.twilio.world.numbers[LINE].voice_method == "GET"


async def test_the_account_is_active() -> None:
    scene = stage()
    async with official_client(scene) as client:
        account = await client.api.v2010.accounts(scene.twilio.board.account.sid).fetch_async()
    assert account.status == "active"


async def test_the_rate_limit_refuses_without_doing_anything() -> None:
    scene = stage()
    scene.twilio.refuse_rest(RestFault(), RestFault(503, 20503, "Service unavailable"))
    async with official_client(scene) as client:
        refusals = []
        for _ in range(2):
            with pytest.raises(TwilioRestException) as caught:
                await client.calls.create_async(**OUT)
            refusals.append((caught.value.status, caught.value.code))
        assert (await client.calls.create_async(**OUT)).status == "queued"
    assert refusals == [(429, 20429), (503, 20503)]
    assert len(scene.twilio.calls) == 1


CREDENTIALS = [
    (None, False, 401),
    (("AC9", "anything"), False, 200),
    (("AC9", "anything"), True, 401),
    ((Account().sid, "wrong"), True, 401),
    ((Account().sid, Account().auth_token), True, 200),
    (("SK0001", "secret"), True, 200),
]


@pytest.mark.parametrize(("auth", "strict", "status"), CREDENTIALS)
async def test_who_may_come_in(auth: tuple[str, str] | None, strict: bool, status: int) -> None:
    async with sandbox_web(stage(), strict=strict) as web:
        web.auth = httpx.BasicAuth(*auth) if auth else httpx.Auth()
        response = await web.get("/2010-04-01/Accounts/AC1/Calls.json")
    assert response.status_code == status
    if status == 401:
        assert response.json()["code"] == 20003


@pytest.mark.parametrize(
    "path", ["/Nothing.json", "/Calls/CAnope.json", "/Recordings/REnope.mp3", "/Messages/SMx.json"]
)
async def test_what_does_not_exist_is_told_in_twilios_words(path: str) -> None:
    async with sandbox_web(stage()) as web:
        response = await web.get(f"/2010-04-01/Accounts/AC1{path}", auth=("AC1", "x"))
    assert response.status_code == 404
    assert response.json().keys() == {"code", "message", "more_info", "status"}
    assert response.json()["code"] == 20404
