"""Instructions as TwiML: always well-formed, never more elements than we meant, the same bytes every time."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from titus_core.calls.instructions import (
    Accept,
    AskToAccept,
    ConnectAgent,
    Dial,
    HandOver,
    Hangup,
    Hold,
    Instruction,
    Reject,
    Reply,
    Say,
    TakeVoicemail,
    Target,
)
from titus_core.hunt_groups.model import Endpoint, Voice
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber
from titus_http.webhooks.twilio import fallback
from titus_http.webhooks.twilio.links import Links
from titus_http.webhooks.twilio.twiml import MAX_SPOKEN, render, spoken

LINKS = Links("https://titus.example.org.au")
CALL = CallId("CA" + "a" * 32)
PHONE = Target(Endpoint.PHONE, "+61491570156", screened=True, user_id=UserId(1))
BROWSER = Target(Endpoint.BROWSER, "client:user_2", screened=False, user_id=UserId(2))


def parsed(document: bytes) -> Element:
    element: Element = fromstring(document.decode())
    return element


def rendered(*instructions: Instruction) -> Element:
    return parsed(render(Reply(CALL, instructions), LINKS))


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        (Say("hello"), ["Say"]),
        (Dial(1, (PHONE, BROWSER), 20, record=True), ["Dial", "Number", "Client"]),
        (AskToAccept(1, "+61491570156", "press 1"), ["Gather", "Say"]),
        (Accept(), []),
        (ConnectAgent(1), ["Redirect"]),
        (HandOver("https://agent.example"), ["Redirect"]),
        (TakeVoicemail(), ["Record", "Hangup"]),
        (Hold(5, 1), ["Pause", "Redirect"]),
        (Hangup(), ["Hangup"]),
        (Reject(), ["Reject"]),
    ],
)
def test_each_instruction_has_its_verbs(instruction: Instruction, expected: list[str]) -> None:
    assert [element.tag for element in rendered(instruction).iter()][1:] == expected


@given(st.text(), st.text(max_size=30))
def test_no_text_breaks_a_document_or_adds_to_it(text: str, voice: str) -> None:
    reply = Reply(CALL, (Say(text), Hangup()), Voice(voice, voice))
    document = parsed(render(reply, LINKS))
    assert [verb.tag for verb in document] == ["Say", "Hangup"]
    assert len(document[0].text or "") <= MAX_SPOKEN


@given(st.text())
def test_spoken_text_keeps_what_xml_can_carry(text: str) -> None:
    kept = spoken(text)
    assert all(character in text for character in kept)
    assert spoken(kept) == kept


@pytest.mark.parametrize(("heard", "timeout"), [(10, "5"), (20, "15"), (120, "115"), (7, "5")])
def test_the_providers_own_five_seconds_are_taken_off(heard: int, timeout: str) -> None:
    assert rendered(Dial(1, (PHONE,), heard, record=False))[0].get("timeout") == timeout


def test_the_caller_hears_ringing_until_the_bridge_only_if_nothing_was_said_before() -> None:
    dial = Dial(1, (PHONE,), 20, record=False)
    assert rendered(dial)[0].get("answerOnBridge") == "true"
    assert rendered(Say("hello"), dial)[1].get("answerOnBridge") is None


def test_only_recorded_dials_ask_for_a_recording() -> None:
    assert rendered(Dial(1, (PHONE,), 20, record=True))[0].get("record") == "record-from-answer-dual"
    assert rendered(Dial(1, (PHONE,), 20, record=False))[0].get("record") is None


def test_phones_are_screened_and_browsers_are_not() -> None:
    number, client = rendered(Dial(3, (PHONE, BROWSER), 20, record=False))[0]
    assert "/screen?" in (number.get("url") or "")
    assert client.get("url") is None
    assert all("wave=3" in (leg.get("statusCallback") or "") for leg in (number, client))


def test_nobody_is_recorded_in_circles() -> None:
    record = rendered(TakeVoicemail())[0]
    assert record.get("action", "").split("#")[0].endswith("/api/voice/webhook/voicemail")


def test_the_same_reply_makes_the_same_bytes() -> None:
    reply = Reply(CALL, (Say("hello"), Dial(1, (PHONE, BROWSER), 20, record=True)))
    assert len({render(reply, LINKS) for _ in range(5)}) == 1


@pytest.mark.parametrize("turn", range(6))
@pytest.mark.parametrize("agent", [None, "https://agent.example/inbound"])
def test_the_fallback_always_leads_somewhere(turn: int, agent: str | None) -> None:
    document = parsed(fallback.document(LINKS, agent, turn))
    assert document[-1].tag in {"Redirect", "Hangup"}
    assert any(verb.tag in {"Redirect", "Record"} for verb in document)


def test_the_fallback_gives_up_waiting_at_last() -> None:
    last = parsed(fallback.document(LINKS, None, fallback.PATIENCE))
    assert "Record" in [verb.tag for verb in last]


def test_the_static_document_asks_nobody_and_rings_at_most_ten() -> None:
    numbers = [PhoneNumber(f"+614915700{n:02}") for n in range(12)]
    document = parsed(fallback.static_document(LINKS, None, numbers))
    dial = document.find("Dial")
    assert dial is not None
    assert dial.get("sequential") == "true"
    assert dial.get("action") is None
    assert len(dial) == 10
