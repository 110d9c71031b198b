"""Instructions as TwiML. Pure: the same reply and base URL make the same bytes."""

from __future__ import annotations

import re
from typing import assert_never

from twilio.twiml.voice_response import Dial as DialVerb
from twilio.twiml.voice_response import Gather, VoiceResponse

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
from titus_core.kernel.ids import CallId
from titus_http.webhooks.twilio.links import Links

EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response />'

MAX_SPOKEN = 500
"""Longer texts are cut: a caller does not listen to more."""

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (§2.2) cannot carry, escaped or not; the library lets it through, and Twilio would drop the call."""

_LEG_EVENTS = "initiated ringing answered completed"
_RECORDING_EVENTS = "in-progress completed absent"
_LONGEST_TALK = 4 * 60 * 60


def render(reply: Reply, links: Links) -> bytes:
    """The document that tells Twilio to do as instructed."""
    response = VoiceResponse()
    for place, instruction in enumerate(reply.instructions):
        _add(response, instruction, reply, links, first=place == 0)
    return str(response).encode()


def spoken(text: str) -> str:
    """The text without what XML cannot carry, and not too long."""
    return _ILLEGAL.sub("", text)[:MAX_SPOKEN]


def _add(response: VoiceResponse, instruction: Instruction, reply: Reply, links: Links, *, first: bool) -> None:
    match instruction:
        case Say(text):
            _say(response, text, reply.voice)
        case Dial():
            _dial(response, instruction, reply.call_id, links, first=first)
        case AskToAccept():
            _ask(response, instruction, reply, links)
        case Accept():
            pass  # a leg whose document ends is joined to the caller
        case ConnectAgent(stage):
            response.redirect(links.agent(reply.call_id, stage), method="POST")
        case HandOver(url):
            response.redirect(url, method="POST")
        case TakeVoicemail(max_seconds):
            take_message(response, links, max_seconds)
        case Hold(seconds, turn):
            response.pause(length=seconds)
            response.redirect(links.hunt_step(reply.call_id, 0, hold=turn), method="POST")
        case Hangup():
            response.hangup()
        case Reject():
            response.reject(reason="busy")
        case never:
            assert_never(never)


def _say(parent: VoiceResponse | Gather, text: str, voice: Voice) -> None:
    parent.say(spoken(text), voice=spoken(voice.name), language=spoken(voice.language))


def _dial(response: VoiceResponse, dial: Dial, call_id: CallId, links: Links, *, first: bool) -> None:
    options: dict[str, object] = {
        "action": links.hunt_step(call_id, dial.wave),
        "method": "POST",
        # Twilio rings 5 s longer than it is told (`twilio.md` §0.3), and takes no less than 5.
        "timeout": max(5, dial.ring_seconds - 5),
        "time_limit": _LONGEST_TALK,
        "ring_tone": "au",
    }
    if first:
        # Only before anything is spoken can the caller's leg stay unanswered until a person picks up.
        options["answer_on_bridge"] = True
    if dial.caller_id is not None:
        options["caller_id"] = dial.caller_id
    if dial.record:
        options |= {
            "record": "record-from-answer-dual",
            "recording_status_callback": links.recording(),
            "recording_status_callback_method": "POST",
            "recording_status_callback_event": _RECORDING_EVENTS,
        }
    verb = response.dial(**options)
    for target in dial.targets:
        _target(verb, target, links.status(call_id, dial.wave), links.screen(call_id, dial.wave, target.address))


def _target(verb: DialVerb, target: Target, status: str, screen: str) -> None:
    options: dict[str, object] = {
        "status_callback": status,
        "status_callback_event": _LEG_EVENTS,
        "status_callback_method": "POST",
    }
    if target.screened:
        options |= {"url": screen, "method": "POST"}
    if target.endpoint is Endpoint.BROWSER:
        verb.client(target.address.removeprefix("client:"), **options)
    else:
        verb.number(target.address, **options)


def _ask(response: VoiceResponse, ask: AskToAccept, reply: Reply, links: Links) -> None:
    gather = response.gather(
        num_digits=1,
        timeout=8,
        action=links.screen(reply.call_id, ask.wave, ask.address),
        method="POST",
        action_on_empty_result=False,
    )
    _say(gather, ask.text, reply.voice)


def take_message(response: VoiceResponse, links: Links, max_seconds: int) -> None:
    """Record a message. The action is always set: without it Twilio asks the current URL again and the caller goes in
    circles (`legacy-contract.md` V10). A caller who says nothing falls through to the hang-up."""
    response.record(
        action=links.voicemail(),
        method="POST",
        max_length=max_seconds,
        timeout=5,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=links.recording(),
        recording_status_callback_method="POST",
        recording_status_callback_event=_RECORDING_EVENTS,
    )
    response.hangup()
