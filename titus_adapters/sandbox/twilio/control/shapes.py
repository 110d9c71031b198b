"""What the control side says and takes."""

from __future__ import annotations

import msgspec

from titus_adapters.sandbox.twilio.behaviour import Caller, PhoneBehaviour
from titus_adapters.sandbox.twilio.chaos import Outage, Rule
from titus_adapters.sandbox.twilio.records import Call, Entry, Message
from titus_adapters.sandbox.twilio.switches import Switches
from titus_adapters.sandbox.twilio.world import Device


class PlaceCall(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody dials: `to` is one of our numbers, or with `application_sid` whatever the browser asks for."""

    caller: Caller
    to: str
    application_sid: str = ""
    params: dict[str, str] = {}


class SetDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A phone (`+61…`) or a browser (`client:user_7`) and its reactions, one per ring, the last one repeating."""

    address: str
    reactions: list[PhoneBehaviour]
    registered: bool = True


class SetNumber(msgspec.Struct, frozen=True, kw_only=True):
    phone_number: str
    voice_url: str = ""
    voice_fallback_url: str = ""
    status_callback: str = ""
    sms_url: str = ""


class SetApplication(msgspec.Struct, frozen=True, kw_only=True):
    """A TwiML App, made anew; `sid` is in the answer."""

    voice_url: str
    status_callback: str = ""
    voice_fallback_url: str = ""
    sid: str = ""


class PlaceText(msgspec.Struct, frozen=True, kw_only=True):
    from_: str = msgspec.field(name="from")
    to: str
    body: str = ""
    media: list[tuple[str, str]] = []


class SetChaos(msgspec.Struct, frozen=True, kw_only=True):
    """Replaces all faults; empty lists mean fair weather."""

    rules: list[Rule] = []
    outages: list[Outage] = []
    seed: int = 0


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """Let virtual time pass: so many seconds, or until nothing is planned."""

    seconds: float | None = None


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    sid: str
    parent_sid: str | None
    from_: str = msgspec.field(name="from")
    to: str
    direction: str
    status: str
    duration: int
    created_at: float
    bridged_to: str | None
    talked_to_agent: bool
    left_message: bool
    legs: list[str]
    heard: list[str]
    timeline: list[Entry]


class DeviceView(msgspec.Struct, frozen=True, kw_only=True):
    address: str
    registered: bool
    rings: int
    busy: bool
    reactions: list[PhoneBehaviour]


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    sid: str
    from_: str = msgspec.field(name="from")
    to: str
    body: str
    direction: str
    status: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    now: float
    numbers: list[SetNumber]
    devices: list[DeviceView]
    messages: list[MessageView]
    switches: Switches
    warnings: list[str]
    double_rings: list[str]


def call_view(call: Call) -> CallView:
    return CallView(
        sid=call.sid,
        parent_sid=call.parent.sid if call.parent else None,
        from_=call.from_,
        to=call.to,
        direction=call.direction,
        status=call.status,
        duration=call.duration,
        created_at=call.created_at,
        bridged_to=call.bridged_to,
        talked_to_agent=call.talked_to_agent,
        left_message=call.left_message,
        legs=[leg.sid for leg in call.legs],
        heard=call.heard,
        timeline=call.timeline,
    )


def device_view(device: Device) -> DeviceView:
    return DeviceView(
        address=device.address,
        registered=device.registered,
        rings=device.rings,
        busy=bool(device.busy_with),
        reactions=device.reactions,
    )


def message_view(message: Message) -> MessageView:
    return MessageView(
        sid=message.sid,
        from_=message.from_,
        to=message.to,
        body=message.body,
        direction=message.direction,
        status=message.status,
    )
