"""Texts that would like to be TwiML: the short counts of `make proof PART=twiml`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.twiml import PLACES, Listener, text_of
from titus_core.calls.instructions import AskToAccept, HandOver, Hangup, Instruction, Reply, Say
from titus_core.hunt_groups.model import Voice
from titus_core.kernel.ids import CallId
from titus_http.webhooks.twilio.links import Links
from titus_http.webhooks.twilio.twiml import render

COUNT = 2_500
ANY = st.text(st.characters())
"""Lone surrogates and all."""


@pytest.fixture(scope="module")
def faults() -> Iterator[Callable[[str, str], list[str]]]:
    """What the documents of a call with this text, in this place, have wrong."""
    with asyncio.Runner() as runner:
        listener = runner.run(Listener.new())
        yield lambda place, text: runner.run(listener.faults(place, text))


def test_no_text_becomes_markup(faults: Callable[[str, str], list[str]]) -> None:
    assert [fault for seed in range(COUNT) for fault in faults(*text_of(seed))] == []


@given(place=st.sampled_from(sorted(PLACES)), text=ANY)
def test_no_text_becomes_markup_wherever_it_stands(
    faults: Callable[[str, str], list[str]], place: str, text: str
) -> None:
    assert faults(place, text) == []


@given(ANY, ANY, ANY)
def test_whatever_an_instruction_holds_its_document_has_the_same_elements(text: str, voice: str, url: str) -> None:
    instructions: tuple[Instruction, ...] = (Say(text), AskToAccept(1, "+61491570156", text), HandOver(url), Hangup())
    reply = Reply(CallId("CA" + "a" * 32), instructions, Voice(voice, voice))
    tree = fromstring(render(reply, Links("https://titus.example.org.au")))
    assert [element.tag for element in tree.iter()] == ["Response", "Say", "Gather", "Say", "Redirect", "Hangup"]
    assert [sorted(element.attrib) for element in tree] == [
        ["language", "voice"],
        ["action", "actionOnEmptyResult", "method", "numDigits", "timeout"],
        ["method"],
        [],
    ]
