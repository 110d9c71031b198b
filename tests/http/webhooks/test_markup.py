"""Our XML beside what Twilio's own builder writes: the same elements, attributes and texts."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import VoiceResponse

from titus_http.webhooks.twilio.markup import EMPTY, document, element, escaped

# What XML can carry at all; the vendor's builder fails on the rest.
CARRIED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")).map(
    lambda text: re.sub("[\0-\x08\x0b\x0c\x0e-\x1f]", "", text)
)


def parsed(xml: bytes) -> Element:
    tree: Element = fromstring(xml.decode())
    return tree


def told(tree: Element) -> list[tuple[str, dict[str, str], str]]:
    return [(verb.tag, dict(verb.attrib), verb.text or "") for verb in tree.iter()]


@given(CARRIED, CARRIED, st.integers(0, 999))
def test_it_says_what_the_vendors_builder_says(text: str, value: str, number: int) -> None:
    theirs = VoiceResponse()
    dial = theirs.dial(action=value, time_limit=number, caller_id=None)
    dial.number(text.replace("\r", ""), url=value)  # the vendor's loses carriage returns in texts
    theirs.hangup()
    leg = element("Number", {"url": value}, escaped(text.replace("\r", "")))
    ours = document(
        element("Dial", {"action": value, "callerId": None, "timeLimit": number}, leg), element("Hangup", {})
    )
    assert told(parsed(ours)) == told(parsed(str(theirs).encode()))


@given(CARRIED, CARRIED)
def test_whatever_goes_in_comes_out(text: str, value: str) -> None:
    [verb] = parsed(document(element("Say", {"voice": value}, escaped(text))))
    assert (verb.get("voice"), verb.text or "") == (value, text)


def test_a_document_without_verbs_is_the_vendors_empty_one() -> None:
    assert document() == EMPTY == str(VoiceResponse()).encode()
