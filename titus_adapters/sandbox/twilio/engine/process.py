"""Cooperative processes on the agenda: a leg, a webhook and its retries read as straight code.

A process is a coroutine that may await only `sleep`, `receive` and `fetch`. It runs on the sandbox's own time, not on
asyncio's, so a thousand calls in virtual time cost no waiting and always interleave alike.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import msgspec

from titus_adapters.sandbox.twilio.engine.agenda import Agenda, Timer
from titus_adapters.sandbox.twilio.engine.wire import Answer, Outgoing


class _Sleep(msgspec.Struct, frozen=True):
    seconds: float


class _Receive(msgspec.Struct, frozen=True):
    seconds: float | None


class _Fetch(msgspec.Struct, frozen=True):
    request: Outgoing


Command = _Sleep | _Receive | _Fetch
Body = Coroutine[Command, Any, None]


@types.coroutine
def _suspend(command: Command) -> Generator[Command, Any, Any]:
    return (yield command)


async def sleep(seconds: float) -> None:
    await _suspend(_Sleep(seconds))


async def receive(seconds: float | None = None) -> object | None:
    """The next message told to this process; None once `seconds` have passed without one."""
    message: object | None = await _suspend(_Receive(seconds))
    return message


async def fetch(request: Outgoing) -> Answer:
    answer: Answer = await _suspend(_Fetch(request))
    return answer


class Process:
    """Runs one body; `tell` leaves it a message, `interrupt` raises inside it wherever it waits."""

    def __init__(self, agenda: Agenda, make: Callable[[], Body]) -> None:
        self._agenda = agenda
        self._make = make
        self._started: Body | None = None
        self._mailbox: deque[object] = deque()
        self._timer: Timer | None = None
        self._turn = 0
        self._receiving = False
        self._command: Command | None = None
        self.alive = True
        agenda.soon(lambda: self._resume(0, None))

    @property
    def _body(self) -> Body:
        # Made at the first step: a sandbox thrown away before it leaves no coroutine that was never awaited.
        if self._started is None:
            self._started = self._make()
        return self._started

    def tell(self, message: object) -> None:
        self._mailbox.append(message)
        if self._receiving:
            self._wake()

    def _wake(self) -> None:
        self._receiving = False
        turn = self._turn
        self._agenda.soon(lambda: self._resume(turn, None))

    def _resume(self, turn: int, value: object) -> None:
        if not self.alive or turn != self._turn:
            return
        if self._mailbox and isinstance(self._command, _Receive):
            value = self._mailbox.popleft()
        self._step(lambda: self._body.send(value))

    def interrupt(self, error: Exception) -> None:
        """Raise inside the process at once; for timers only, never from within the process itself."""
        if self.alive:
            self._step(lambda: self._body.throw(error))

    def _step(self, go: Callable[[], Command]) -> None:
        self._turn += 1
        self._receiving = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            self._command = go()
        except StopIteration:
            self.alive = False
        except BaseException:
            self.alive = False
            raise
        else:
            self._obey()

    def _obey(self) -> None:
        turn = self._turn
        match self._command:
            case _Sleep(seconds):
                self._timer = self._agenda.later(seconds, lambda: self._resume(turn, None))
            case _Fetch(request):
                self._agenda.ask(request, lambda answer: self._resume(turn, answer))
            case _Receive(seconds):
                self._await_mail(seconds, turn)

    def _await_mail(self, seconds: float | None, turn: int) -> None:
        if self._mailbox:
            self._agenda.soon(lambda: self._resume(turn, None))
            return
        self._receiving = True
        if seconds is not None:
            self._timer = self._agenda.later(seconds, lambda: self._resume(turn, None))
