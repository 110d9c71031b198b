"""Dial: several legs at once or one after another, the first that is ready talks to the caller."""

from __future__ import annotations

from titus_adapters.sandbox.twilio import forms, progress
from titus_adapters.sandbox.twilio.attempts import Webhook
from titus_adapters.sandbox.twilio.engine.process import receive, sleep
from titus_adapters.sandbox.twilio.recordings import start_recording, stop_recording
from titus_adapters.sandbox.twilio.records import Call, Recording
from titus_adapters.sandbox.twilio.twiml.documents import Document, Element
from titus_adapters.sandbox.twilio.verbs.legs import Joined, Moved, Over
from titus_adapters.sandbox.twilio.verbs.line import (
    HungUp,
    Line,
    Next,
    Redirected,
    action_of,
    note_hang_up,
)
from titus_adapters.sandbox.twilio.verbs.race import Race
from titus_adapters.sandbox.twilio.webhooks import deliver

TIME_LIMIT = 14400


async def dial(line: Line, element: Element, document: Document) -> Next:
    if not element.flag("answerOnBridge"):
        line.answer()
    return await _Dialling(line, element, document).run()


class _Dialling:
    def __init__(self, line: Line, element: Element, document: Document) -> None:
        self._line = line
        self._board = line.board
        self._element = element
        self._document = document
        self._race = Race(line, element, document)
        self._moved = False
        self._recording: Recording | None = None

    async def run(self) -> Next:
        self._line.begin("dial")
        if self._mode().startswith("record-from-ringing"):
            self._record()
        try:
            await self._race.run()
            if self._race.winner is not None:
                await self._talk(self._race.winner)
        except HungUp as gone:
            await self._abandon(gone)
            raise
        except Redirected:
            self._race.cut(self._race.legs, "caller")
            self._stop_recording()
            raise
        self._stop_recording()
        if self._board.switches.after_unanswered_bridge == "in-progress":
            self._line.answer()
        if not self._element.get("action"):
            return None
        return action_of(self._element, self._document, "dial_action", self._result())

    async def _talk(self, leg: Call) -> None:
        line, board = self._line, self._board
        line.answer()
        line.call.bridged_to, leg.bridged_to = leg.to, line.call.from_
        line.call.bridges.append(leg.to)
        board.note(line.call, "talk", f"talks to {leg.to}")
        if self._mode().startswith(("record-from-answer", "true")):
            self._record()
        if self._recording is not None:
            leg.recordings.append(self._recording)
        line.begin("talk")
        board.processes[leg.sid].tell(Joined())
        await self._until_over(leg)

    async def _until_over(self, leg: Call) -> None:
        limit = self._element.seconds("timeLimit", TIME_LIMIT)
        patience = self._line.party.talks
        ends = self._board.now() + min(limit, limit if patience is None else patience)
        while True:
            match await receive(max(0.0, ends - self._board.now())):
                case Over(over) if over is leg:
                    return
                case Moved(moved) if moved is leg:
                    self._moved = True
                    return
                case None if patience is not None and patience < limit:
                    raise HungUp("party")
                case None:
                    self._race.cut([leg], "twilio")
                    ends = self._board.now() + TIME_LIMIT

    async def _abandon(self, gone: HungUp) -> None:
        """The caller is gone: the legs go too, and the action may be requested, to no effect on the call."""
        line, switches = self._line, self._board.switches
        note_hang_up(line, gone)
        ringing = line.call.answered_at is None
        self._stop_recording()
        progress.end(self._board, line.call, switches.gone_while_ringing if ringing else "")
        self._race.cut(self._race.legs, "caller")
        await sleep(0)
        wanted = switches.action_after_hangup != "never" and (gone.by != "api" or switches.api_hangup_requests_action)
        if not wanted or not self._element.get("action"):
            return
        source = action_of(self._element, self._document, "dial_action", self._result(gone=True))
        form = forms.voice(self._board.account, line.call, "completed") | source.params
        hook = Webhook(kind="dial_action", url=source.url, method=source.method, params=form, call=line.call)
        await deliver(self._board, hook)

    def _result(self, *, gone: bool = False) -> dict[str, str]:
        """The action's fields. Without a conversation the leg that ended last gives the status (unverified)."""
        leg = self._race.decisive
        status = leg.status if leg is not None else "failed"
        if gone and self._race.winner is None:
            status = self._board.switches.action_after_hangup
        if self._race.winner is not None:
            status = "completed"
        seconds = leg.duration if leg is not None and status == "completed" and not self._moved else None
        bridged = self._race.winner is not None if self._board.switches.dial_bridged else None
        form = forms.dial_action(status, bridged=bridged, leg=leg, seconds=seconds)
        if self._recording is not None:
            form |= forms.recorded(self._board.account, self._recording)
        return form

    def _mode(self) -> str:
        return self._element.get("record", "do-not-record")

    def _record(self) -> None:
        channels = 2 if self._mode().endswith("-dual") else 1
        self._recording = start_recording(
            self._board, self._line.call, "DialVerb", channels, self._element, self._document.url
        )

    def _stop_recording(self) -> None:
        if self._recording is not None:
            stop_recording(self._board, self._recording, empty=self._race.winner is None)
