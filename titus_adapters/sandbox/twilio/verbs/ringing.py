"""A phone or browser rings, until somebody answers or it is clear that nobody will."""

from __future__ import annotations

from titus_adapters.sandbox.twilio.behaviour import (
    Answers,
    Busy,
    CarrierVoicemail,
    DeadNumber,
    Declines,
    Manner,
    NeverAnswers,
    PhoneBehaviour,
    Unreachable,
)
from titus_adapters.sandbox.twilio.engine.process import sleep
from titus_adapters.sandbox.twilio.progress import advance
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.world import Device, DoubleRing

BUSY_TONE_AFTER = 0.5


class NotAnswered(Exception):
    """How the attempt ended, in Twilio's word and SIP's."""

    def __init__(self, status: str, sip_code: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.sip_code = sip_code


async def ring(board: Switchboard, call: Call) -> Manner:
    """Whoever answered; raises NotAnswered otherwise, or rings until interrupted."""
    device = board.world.at(call.to)
    advance(board, call, "initiated")
    if not device.registered:
        device.rings += 1
        raise NotAnswered(board.switches.unregistered_client)
    reaction = _reaction(board, device, call)
    device.busy_with.append(call.sid)
    await sleep(board.pace.set_up)
    _fail_unrung(reaction)
    advance(board, call, "ringing")
    return await _react(board, reaction)


def _reaction(board: Switchboard, device: Device, call: Call) -> PhoneBehaviour:
    if not device.busy_with:
        return device.next_reaction()
    clash = DoubleRing(device.address, board.now(), call.sid, tuple(device.busy_with))
    board.world.double_rings.append(clash)
    device.rings += 1
    return Busy()


def _fail_unrung(reaction: PhoneBehaviour) -> None:
    if isinstance(reaction, DeadNumber):
        raise NotAnswered("failed", "404")
    if isinstance(reaction, Unreachable):
        raise NotAnswered("failed", "480")


async def _react(board: Switchboard, reaction: PhoneBehaviour) -> Manner:
    match reaction:
        case Answers() | CarrierVoicemail():
            await sleep(reaction.after)
            return reaction
        case Declines():
            await sleep(reaction.after)
            raise NotAnswered("busy", reaction.sip)
        case Busy():
            await sleep(BUSY_TONE_AFTER)
            raise NotAnswered("busy", "486")
        case NeverAnswers() | DeadNumber() | Unreachable():
            await sleep(board.pace.longest_call)
            raise NotAnswered("no-answer", "487")
