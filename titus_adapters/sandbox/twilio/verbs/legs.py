"""One leg of a Dial: rings, is screened, talks, ends; and tells the Dial each time."""

from __future__ import annotations

from urllib.parse import urljoin

import msgspec

from titus_adapters.sandbox.twilio import forms, progress
from titus_adapters.sandbox.twilio.attempts import Webhook
from titus_adapters.sandbox.twilio.behaviour import CarrierVoicemail
from titus_adapters.sandbox.twilio.engine.process import Process, receive, sleep
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.twiml import grammar
from titus_adapters.sandbox.twilio.twiml.documents import Document, Element
from titus_adapters.sandbox.twilio.verbs.line import HungUp, Line, Redirected, Source, Stuck
from titus_adapters.sandbox.twilio.verbs.ringing import NotAnswered, ring
from titus_adapters.sandbox.twilio.webhooks import post


class News(msgspec.Struct, frozen=True, eq=False):
    """What a leg tells the Dial."""

    leg: Call


class PickedUp(News, frozen=True, eq=False):
    """Answered; its own document may still stand before the caller."""


class Ready(News, frozen=True, eq=False):
    """Willing to be joined with the caller."""


class Over(News, frozen=True, eq=False):
    """Ended."""


class Moved(News, frozen=True, eq=False):
    """Taken away by a redirect over REST; it lives on without the caller."""


class Joined(msgspec.Struct, frozen=True):
    """Told to the leg that won."""


def start_leg(line: Line, dial: Element, noun: Element, document: Document) -> Call:
    """Dial one noun; its news goes to the caller's process."""
    board, parent = line.board, line.call
    callback = noun.get("statusCallback")
    leg = Call(
        sid=board.sids.new("CA"),
        from_=dial.get("callerId") or parent.from_,
        to=address_of(noun),
        direction="outbound-dial",
        created_at=board.now(),
        parent=parent,
        callback=urljoin(document.url, callback) if callback else "",
        callback_method=noun.get("statusCallbackMethod", "POST"),
        callback_events=(*noun.get("statusCallbackEvent", "completed").split(),),
    )
    board.calls[leg.sid] = leg
    parent.legs.append(leg)
    caller = board.processes[parent.sid]
    board.processes[leg.sid] = board.spawn(_run, line, leg, noun, document, caller)
    return leg


def address_of(noun: Element) -> str:
    """What a noun dials: `client:<identity>` for a browser, its text otherwise."""
    if noun.name != "Client":
        return noun.text
    named = next((child.text for child in noun.children if child.name == "Identity"), noun.text)
    return f"client:{named}"


async def _run(line: Line, leg: Call, noun: Element, document: Document, caller: Process) -> None:
    board = line.board
    own = Line(board, leg, line.follow, verbs=grammar.LEG_VERBS)
    try:
        await _live(own, noun, document, caller)
    except NotAnswered as silence:
        progress.end(board, leg, silence.status, silence.sip_code)
    except (HungUp, Stuck) as reason:
        _cut(board, leg, reason)
    except Redirected as redirected:
        caller.tell(Moved(leg))
        own.verbs = grammar.VERBS
        await _live_on(own, redirected.source)
    caller.tell(Over(leg))


async def _live(own: Line, noun: Element, document: Document, caller: Process) -> None:
    board, leg = own.board, own.call
    leg.party = await ring(board, leg)
    progress.advance(board, leg, "in-progress")
    caller.tell(PickedUp(leg))
    _detect_machine(own, noun, document)
    if noun.get("url"):
        url = urljoin(document.url, noun.get("url"))
        stop = await own.follow(own, Source(kind="leg_url", url=url, method=noun.get("method", "POST")))
        if stop is not None:
            progress.end(board, leg)
            return
    caller.tell(Ready(leg))
    while not isinstance(await receive(), Joined):
        continue
    own.begin("talk")
    await sleep(board.pace.longest_call if own.party.talks is None else own.party.talks)
    board.note(leg, "talk", "hangs up")
    progress.end(board, leg)


async def _live_on(own: Line, source: Source) -> None:
    """The leg follows another document, alone."""
    while not own.call.ended:
        try:
            await own.follow(own, source)
            progress.end(own.board, own.call)
        except Redirected as redirected:
            source = redirected.source
        except (HungUp, Stuck):
            progress.end(own.board, own.call)


def _cut(board: Switchboard, leg: Call, reason: HungUp | Stuck) -> None:
    """A leg that talked or listened is `completed`; one that rang ends by who stopped it."""
    if leg.answered_at is not None or isinstance(reason, Stuck):
        progress.end(board, leg)
        return
    status = {"timeout": "no-answer", "caller": board.switches.leg_of_gone_caller}.get(reason.by, "canceled")
    progress.end(board, leg, status, "487" if status == "no-answer" else "")


def _detect_machine(own: Line, noun: Element, document: Document) -> None:
    callback = noun.get("amdStatusCallback")
    if noun.get("machineDetection") and callback:
        own.board.spawn(tell_machine, own.board, own.call, urljoin(document.url, callback))


async def tell_machine(board: Switchboard, call: Call, url: str, method: str = "POST") -> None:
    """Decide after a while whether a person answered, and post it."""
    began = board.now()
    await sleep(board.pace.machine_detection)
    if call.ended:
        return
    call.answered_by = "machine_start" if isinstance(call.party, CarrierVoicemail) else "human"
    took = round((board.now() - began) * 1000)
    form = forms.voice(board.account, call)
    form.pop("ParentCallSid", None)
    form |= {"AnsweredBy": call.answered_by, "MachineDetectionDuration": str(took)}
    post(board, Webhook(kind="amd", url=url, method=method, params=form, call=call))
