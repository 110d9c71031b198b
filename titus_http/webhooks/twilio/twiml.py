"""Instructions as TwiML. Pure: the same reply and base URL make the same bytes."""

from __future__ import annotations

from typing import assert_never

from titus_core.calls.instructions import (
    About,
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
from titus_http.webhooks.twilio.markup import carried, document, element, escaped

MAX_SPOKEN = 500
"""Longer texts are cut: a caller does not listen to more."""

_LEG_EVENTS = "initiated ringing answered completed"
_RECORDING_EVENTS = "in-progress completed absent"
_LONGEST_TALK = 4 * 60 * 60

HANG_UP = element("Hangup", {})


def render(reply: Reply, links: Links) -> bytes:
    """The document that tells Twilio to do as instructed. What the AI agent gives is a whole document already."""
    match reply.instructions:
        case [HandOver(document=str(given))]:
            return given.encode()
    return document(
        *[
            verb
            for place, instruction in enumerate(reply.instructions)
            for verb in _verbs(instruction, reply, links, first=place == 0)
        ]
    )


def spoken(text: str) -> str:
    """The text without what XML cannot carry, and not too long."""
    return carried(text)[:MAX_SPOKEN]


def _verbs(instruction: Instruction, reply: Reply, links: Links, *, first: bool) -> tuple[str, ...]:
    match instruction:
        case Say(text):
            return (say(text, reply.voice),)
        case Dial():
            return (_dial(instruction, reply.call_id, links, first=first),)
        case AskToAccept():
            return (_ask(instruction, reply, links),)
        case Accept():
            return ()  # a leg whose document ends is joined to the caller
        case ConnectAgent(stage):
            return (redirect(links.agent(reply.call_id, stage)),)
        case HandOver(url, given):
            assert url is not None, f"a document stands alone: {given}"
            return (redirect(url),)
        case TakeVoicemail(max_seconds):
            return take_message(links, max_seconds)
        case Hold(seconds, turn):
            return pause(seconds), redirect(links.hunt_step(reply.call_id, 0, hold=turn))
        case Hangup():
            return (HANG_UP,)
        case Reject():
            return (element("Reject", {"reason": "busy"}),)
        case never:
            assert_never(never)


def say(text: str, voice: Voice) -> str:
    return element("Say", {"language": spoken(voice.language), "voice": spoken(voice.name)}, escaped(spoken(text)))


def pause(seconds: int) -> str:
    return element("Pause", {"length": seconds})


def redirect(url: str) -> str:
    return element("Redirect", {"method": "POST"}, escaped(url))


def _dial(dial: Dial, call_id: CallId, links: Links, *, first: bool) -> str:
    recording = {
        "record": "record-from-answer-dual",
        "recordingStatusCallback": links.recording(),
        "recordingStatusCallbackEvent": _RECORDING_EVENTS,
        "recordingStatusCallbackMethod": "POST",
    }
    attributes = {
        "action": links.hunt_step(call_id, dial.wave),
        # Only before anything is spoken can the caller's leg stay unanswered until a person picks up.
        "answerOnBridge": "true" if first else None,
        "callerId": dial.caller_id,
        "method": "POST",
        **(recording if dial.record else {}),
        "ringTone": "au",
        "timeLimit": _LONGEST_TALK,
        # Twilio rings 5 s longer than it is told (`twilio.md` §0.3), and takes no less than 5.
        "timeout": max(5, dial.ring_seconds - 5),
    }
    status, about = links.status(call_id, dial.wave), _about(dial.about, call_id)
    targets = [_target(target, status, _before(target, call_id, dial.wave, links), about) for target in dial.targets]
    return element("Dial", attributes, *targets)


def _before(target: Target, call_id: CallId, wave: int, links: Links) -> str | None:
    """What stands between picking up and being joined."""
    if target.screened:
        return links.screen(call_id, wave, target.address)
    return links.notice(call_id, wave, target.address) if target.announced else None


def _about(about: About | None, call_id: CallId) -> tuple[str, ...]:
    """For the screen of a browser, which gets these with the call and needs to ask nobody."""
    if about is None:
        return ()
    told = {"callSid": call_id, "name": about.name, "number": about.number, "group": about.group}
    return tuple(element("Parameter", {"name": name, "value": spoken(text)}) for name, text in told.items() if text)


def _target(target: Target, status: str, before: str | None, about: tuple[str, ...]) -> str:
    attributes = {
        "method": "POST" if before is not None else None,
        "statusCallback": status,
        "statusCallbackEvent": _LEG_EVENTS,
        "statusCallbackMethod": "POST",
        "url": before,
    }
    if target.endpoint is Endpoint.BROWSER:
        identity = escaped(target.address.removeprefix("client:"))
        return element("Client", attributes, *((element("Identity", {}, identity), *about) if about else (identity,)))
    return element("Number", attributes, escaped(target.address))


def _ask(ask: AskToAccept, reply: Reply, links: Links) -> str:
    attributes = {
        "action": links.screen(reply.call_id, ask.wave, ask.address),
        "actionOnEmptyResult": "false",
        "method": "POST",
        "numDigits": 1,
        "timeout": 8,
    }
    return element("Gather", attributes, say(ask.text, reply.voice))


def take_message(links: Links, max_seconds: int) -> tuple[str, str]:
    """Record a message. The action is always set: without it Twilio asks the current URL again and the caller goes in
    circles (`legacy-contract.md` V10). A caller who says nothing falls through to the hang-up."""
    attributes = {
        "action": links.voicemail(),
        "finishOnKey": "#",
        "maxLength": max_seconds,
        "method": "POST",
        "playBeep": "true",
        "recordingStatusCallback": links.recording(),
        "recordingStatusCallbackEvent": _RECORDING_EVENTS,
        "recordingStatusCallbackMethod": "POST",
        "timeout": 5,
    }
    return element("Record", attributes), HANG_UP
