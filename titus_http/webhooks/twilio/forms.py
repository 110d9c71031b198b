"""Twilio's fields as facts. Unknown fields are ignored: Twilio adds some without notice.

Each reader answers the fact's business key and the fact: the key is the same for every repetition of one event,
whatever token it comes with. It raises `msgspec.ValidationError` when a field that is needed is missing or malformed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from hashlib import sha256
from typing import Annotated, TypeAlias, TypeVar
from urllib.parse import urlsplit

import msgspec

from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.call_from_browser import BrowserCall
from titus_core.calls.connect_agent import CallerWantsAgent
from titus_core.calls.connect_call import OperatorOnLine
from titus_core.calls.dialling import DialId
from titus_core.calls.events import CallReported, LegReported, RecordingReported
from titus_core.calls.facts import CallerIsStranded, CallerWaits, DialEnded, KeyPressed, LegPickedUp, MessageTaken
from titus_core.calls.model import CallStatus, Direction, RecordingState, Screening
from titus_core.calls.note_alert import AlertTold
from titus_core.calls.note_report import Report
from titus_core.kernel.errors import Invalid
from titus_core.kernel.ids import CallId, LegId, RecordingId, UserId
from titus_core.kernel.phone import is_browser
from titus_core.messaging.model import MOST_MEDIA, Media, MessageId, TextTold, status_of
from titus_core.messaging.note_status import StatusTold
from titus_http.callable_numbers import callable_number
from titus_http.webhooks.twilio.body import Form
from titus_http.webhooks.twilio.links import PREFIX

CallSid: TypeAlias = Annotated[str, msgspec.Meta(pattern="^CA[0-9a-fA-F]{32}$")]
RecordingSid: TypeAlias = Annotated[str, msgspec.Meta(pattern="^RE[0-9a-fA-F]{32}$")]
MessageSid: TypeAlias = Annotated[str, msgspec.Meta(pattern="^(SM|MM)[0-9a-fA-F]{32}$")]
Seconds: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
T = TypeVar("T")

LONGEST_ID = 128
_IDENTITY = re.compile(r"client:user_([1-9][0-9]{0,8})", re.ASCII)


class VoiceForm(msgspec.Struct, frozen=True, rename="pascal", kw_only=True):
    """What every voice webhook carries. `From` is not always a number."""

    call_sid: CallSid
    from_: str = msgspec.field(name="From", default="")
    to: str = ""
    call_status: CallStatus = CallStatus.IN_PROGRESS


class DialForm(VoiceForm, frozen=True, rename="pascal", kw_only=True):
    dial_call_status: str = ""
    dial_bridged: bool | None = None
    dial_call_sid: CallSid | None = None
    dial_call_duration: Seconds | None = None


class LegForm(VoiceForm, frozen=True, rename="pascal", kw_only=True):
    parent_call_sid: CallSid
    digits: str | None = None


class StatusForm(VoiceForm, frozen=True, rename="pascal", kw_only=True):
    """`call_status` is what it reports, so it must be there."""

    call_status: CallStatus
    direction: str = ""
    parent_call_sid: CallSid | None = None
    call_duration: Seconds | None = None
    sequence_number: str = ""
    sip_response_code: Seconds | None = None


class RecordingForm(msgspec.Struct, frozen=True, rename="pascal", kw_only=True):
    call_sid: CallSid
    recording_sid: RecordingSid
    recording_status: RecordingState
    recording_source: str = ""
    recording_duration: Seconds | None = None
    recording_channels: Seconds | None = None


class MessageForm(VoiceForm, frozen=True, rename="pascal", kw_only=True):
    recording_sid: RecordingSid | None = None
    recording_duration: Seconds | None = None


class FallbackForm(VoiceForm, frozen=True, rename="pascal", kw_only=True):
    error_code: str = ""
    error_url: str = ""


class TextForm(msgspec.Struct, frozen=True, rename="pascal", kw_only=True):
    message_sid: MessageSid
    from_: str = msgspec.field(name="From", default="")
    to: str = ""
    body: str = ""
    num_media: Annotated[int, msgspec.Meta(ge=0, le=MOST_MEDIA)] = 0
    opt_out_type: str = ""


class TextStatusForm(msgspec.Struct, frozen=True, rename="pascal", kw_only=True):
    message_sid: MessageSid
    message_status: str
    error_code: Seconds | None = None


class TextQuery(msgspec.Struct, frozen=True):
    message: Annotated[str, msgspec.Meta(max_length=64)] = ""


class AlertForm(msgspec.Struct, frozen=True, rename="pascal", kw_only=True):
    """`Payload` is JSON that Twilio does not describe field by field: what cannot be read is left out."""

    sid: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    level: Annotated[str, msgspec.Meta(max_length=20)] = ""
    payload: str = ""


class AlertPayload(msgspec.Struct, frozen=True):
    resource_sid: CallSid | None = None
    error_code: str | int = ""


class StepQuery(msgspec.Struct, frozen=True):
    """Hints of our own URL: signed, but state comes from storage."""

    step: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    hold: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None


class LegQuery(msgspec.Struct, frozen=True):
    wave: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None


def read_arrival(form: Form, query: Form) -> tuple[str, CallerOnLine]:
    voice = _convert(form, VoiceForm)
    return voice.call_sid, _caller(voice)


def read_step(form: Form, query: Form) -> tuple[str, NextStep]:
    """The end of a dial, or of a hold."""
    voice, hints = _convert(form, DialForm), _convert(query, StepQuery)
    call_id = CallId(voice.call_sid)
    if hints.hold is not None:
        waits = CallerWaits(call_id=call_id, turn=hints.hold, caller_status=voice.call_status)
        return f"{call_id}:hold:{hints.hold}", NextStep(waits, _caller(voice, "hunt-step"))
    status, bridged = _dial_status(voice)
    ended = DialEnded(
        call_id=call_id,
        wave=hints.step,
        status=status,
        caller_status=voice.call_status,
        bridged=bridged,
        leg_id=LegId(voice.dial_call_sid) if voice.dial_call_sid is not None else None,
        duration=voice.dial_call_duration,
    )
    key = f"{call_id}:{hints.step}:{voice.dial_call_status}:{voice.dial_call_sid or ''}"
    return key, NextStep(ended, _caller(voice, "hunt-step"))


def read_leg(form: Form, query: Form) -> tuple[str, LegPickedUp | KeyPressed]:
    """A screened leg: picked up, or a key pressed on it."""
    leg, hints = _convert(form, LegForm), _convert(query, LegQuery)
    call_id, leg_id, address = CallId(leg.parent_call_sid), LegId(leg.call_sid), query.fields.get("to", leg.to)
    if leg.digits is None:
        return f"{leg_id}", LegPickedUp(call_id=call_id, leg_id=leg_id, address=address, wave=hints.wave)
    answer = Screening.ACCEPTED if leg.digits == "1" else Screening.DECLINED
    pressed = KeyPressed(call_id=call_id, leg_id=leg_id, address=address, answer=answer, wave=hints.wave)
    return f"{leg_id}:{leg.digits}", pressed


def read_agent(form: Form, query: Form) -> tuple[str, CallerWantsAgent]:
    voice = _convert(form, VoiceForm)
    return f"{voice.call_sid}:{query.fields.get('stage', '')}", CallerWantsAgent(CallId(voice.call_sid))


def read_status(form: Form, query: Form) -> tuple[str, Report]:
    """A report on a caller's leg, or on a child leg: `ParentCallSid` makes the difference."""
    report, hints = _convert(form, StatusForm), _convert(query, LegQuery)
    key = f"{report.call_sid}:{report.sequence_number}:{report.call_status}"
    if report.parent_call_sid is not None:
        return key, LegReported(
            call_id=CallId(report.parent_call_sid),
            leg_id=LegId(report.call_sid),
            status=report.call_status,
            address=report.to,
            wave=hints.wave,
            duration=report.call_duration,
            sip_code=report.sip_response_code,
        )
    return key, CallReported(
        call_id=CallId(report.call_sid),
        status=report.call_status,
        duration=report.call_duration,
        direction=_direction(report),
        from_number=report.from_,
        to_number=report.to,
    )


def _direction(report: StatusForm) -> Direction:
    """A call that a browser of ours begins is inbound to Twilio, and outbound to everybody else."""
    inbound = report.direction in {"", "inbound"} and not is_browser(report.from_)
    return Direction.INBOUND if inbound else Direction.OUTBOUND


def read_recording(form: Form, query: Form) -> tuple[str, Report]:
    recording = _convert(form, RecordingForm)
    return f"{recording.recording_sid}:{recording.recording_status}", RecordingReported(
        call_id=CallId(recording.call_sid),
        recording_id=RecordingId(recording.recording_sid),
        state=recording.recording_status,
        voicemail=recording.recording_source == "RecordVerb",
        duration=recording.recording_duration,
        channels=recording.recording_channels,
    )


def read_message(form: Form, query: Form) -> tuple[str, MessageTaken]:
    message = _convert(form, MessageForm)
    sid = message.recording_sid
    return f"{message.call_sid}:{sid or ''}", MessageTaken(
        call_id=CallId(message.call_sid),
        recording_id=RecordingId(sid) if sid is not None else None,
        duration=message.recording_duration,
    )


def read_fallback(form: Form, query: Form) -> tuple[str, NextStep]:
    """Twilio could not use an answer: ours, or the AI agent's after the hand-over."""
    failed = _convert(form, FallbackForm)
    path = urlsplit(failed.error_url).path
    agent_failed = bool(path) and (PREFIX not in path or path.endswith(f"{PREFIX}/agent"))
    stranded = CallerIsStranded(
        call_id=CallId(failed.call_sid),
        error_code=failed.error_code,
        error_url=failed.error_url,
        agent_failed=agent_failed,
        caller_status=failed.call_status,
    )
    rung_before = bool(path) and not path.endswith(f"{PREFIX}/inbound")
    cause = sha256(f"{failed.error_code} {failed.error_url} {query.fields.get('turn', '')}".encode()).hexdigest()
    return f"{failed.call_sid}:{cause}", NextStep(stranded, _caller(failed, "fallback"), rung_before)


def read_operator(form: Form, query: Form) -> tuple[str, OperatorOnLine]:
    """Whom click-to-call rang has picked up. The request's id is all that counts."""
    voice = _convert(form, VoiceForm)
    fact = OperatorOnLine(
        call_id=CallId(voice.call_sid),
        dial_id=DialId(query.fields.get("request", "")[:LONGEST_ID]),
        from_number=voice.from_,
        to_number=voice.to,
    )
    return voice.call_sid, fact


def browser_reader(countries: Collection[str] = ()) -> Callable[[Form, Form], tuple[str, BrowserCall]]:
    """Reads what a browser asks for: its identity, and a number or a colleague; whatever else it sends is not read."""

    def read(form: Form, query: Form) -> tuple[str, BrowserCall]:
        voice = _convert(form, VoiceForm)
        call = BrowserCall(
            call_id=CallId(voice.call_sid),
            identity=voice.from_[:LONGEST_ID],
            wanted=voice.to[:LONGEST_ID],
            caller=_user(voice.from_),
        )
        if voice.to.startswith("client:"):
            return voice.call_sid, msgspec.structs.replace(call, colleague=_user(voice.to))
        try:
            number = callable_number(voice.to, "to", countries)
        except Invalid as refusal:
            return voice.call_sid, msgspec.structs.replace(call, fault=str(refusal))
        return voice.call_sid, msgspec.structs.replace(call, number=number)

    return read


def _user(identity: str) -> UserId | None:
    """Whose browser it is."""
    found = _IDENTITY.fullmatch(identity)
    return UserId(int(found[1])) if found is not None else None


def read_text(form: Form, query: Form) -> tuple[str, TextTold]:
    """A message that came in. Of a picture's address only the id at its end is used."""
    text = _convert(form, TextForm)
    media = tuple(
        Media(
            content_type=form.fields.get(f"MediaContentType{place}", ""),
            media_id=urlsplit(form.fields.get(f"MediaUrl{place}", "")).path.rpartition("/")[2],
        )
        for place in range(text.num_media)
    )
    told = TextTold(
        provider_id=text.message_sid,
        from_number=text.from_,
        to_number=text.to,
        body=text.body,
        media=media,
        opt_out=text.opt_out_type,
    )
    return text.message_sid, told


def read_text_status(form: Form, query: Form) -> tuple[str, StatusTold]:
    """What became of a message; our own id of it is in the address that it is reported to."""
    text, hints = _convert(form, TextStatusForm), _convert(query, TextQuery)
    told = StatusTold(
        provider_id=text.message_sid,
        status=status_of(text.message_status),
        message_id=MessageId(hints.message) if hints.message else None,
        error_code=text.error_code,
    )
    return f"{text.message_sid}:{text.message_status}", told


def read_alert(form: Form, query: Form) -> tuple[str, AlertTold]:
    """Twilio's debugger tells of an error of its own accord, with the call that it is about if there is one."""
    alert = _convert(form, AlertForm)
    try:
        payload = msgspec.json.decode(alert.payload, type=AlertPayload)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        payload = AlertPayload()
    call_id = CallId(payload.resource_sid) if payload.resource_sid is not None else None
    return alert.sid, AlertTold(alert.sid, alert.level.lower(), str(payload.error_code)[:20], call_id)


def read_nothing(form: Form, query: Form) -> tuple[str, None]:
    """For features that are not built yet: the key is what Twilio calls the thing, or else the content."""
    fields = form.fields
    named = fields.get("MessageSid") or fields.get("Sid") or fields.get("CallSid")
    state = fields.get("MessageStatus") or fields.get("CallStatus") or fields.get("AnsweredBy") or ""
    if named:
        return f"{named}:{state}", None
    return sha256("&".join(f"{name}={value}" for name, value in form.pairs).encode()).hexdigest(), None


def _convert(form: Form, shape: type[T]) -> T:
    # Blank fields say nothing: Twilio sends `FromZip=` and the like.
    return msgspec.convert({name: value for name, value in form.fields.items() if value}, shape, strict=False)


def _caller(voice: VoiceForm, found: str | None = None) -> CallerOnLine:
    return CallerOnLine(call_id=CallId(voice.call_sid), from_number=voice.from_, to_number=voice.to, found=found)


def _dial_status(voice: DialForm) -> tuple[CallStatus, bool | None]:
    """`answered` is Twilio's word after a conference: someone talked to the caller (`twilio.md` §1.1)."""
    if voice.dial_call_status == "answered":
        return CallStatus.COMPLETED, True
    return msgspec.convert(voice.dial_call_status or CallStatus.NO_ANSWER, CallStatus), voice.dial_bridged
