"""Gather: keys pressed during or after its prompts."""

from __future__ import annotations

from titus_adapters.sandbox.twilio.twiml.documents import Document, Element
from titus_adapters.sandbox.twilio.verbs.line import Line, Next, action_of
from titus_adapters.sandbox.twilio.verbs.speech import length, utter

DEFAULT_TIMEOUT = 5


async def gather(line: Line, element: Element, document: Document) -> Next:
    line.answer()
    line.begin("gather")
    prompts = sum(length(child, line.board.pace) for child in element.children)
    timeout = element.seconds("timeout", DEFAULT_TIMEOUT)
    keys, party = line.party.presses, line.party
    in_time = keys is not None and party.presses_after <= prompts + timeout
    await _prompt(line, element, document, party.presses_after if in_time else prompts)
    if not in_time or keys is None:
        await line.wait(timeout)
        return _empty(element, document)
    digits, finished_on, complete = typed(keys, element)
    line.board.note(line.call, "caller" if line.call.parent is None else "leg", f"pressed {keys}")
    if not complete:
        await line.wait(timeout)
    if not digits:
        return _empty(element, document)
    return action_of(element, document, "gather", _fields(digits, finished_on))


async def _prompt(line: Line, element: Element, document: Document, until: float) -> None:
    """Play the prompts until a key cuts them off."""
    for child in element.children:
        if until <= 0:
            return
        utter(line, child, document)
        seconds = min(until, length(child, line.board.pace))
        await line.wait(seconds)
        until -= seconds
    await line.wait(until)


def typed(keys: str, element: Element) -> tuple[str, str, bool]:
    """The digits that count, the key that ended them, and whether they ended by themselves."""
    finish = element.get("finishOnKey", "#")
    wanted = element.get("numDigits")
    limit = int(wanted) if wanted.isdigit() else len(keys) + 1
    digits = ""
    for key in keys:
        if key in finish:
            return digits, key, True
        digits += key
        if len(digits) == limit:
            return digits, "", True
    return digits, "", False


def _empty(element: Element, document: Document) -> Next:
    if element.flag("actionOnEmptyResult"):
        return action_of(element, document, "gather", _fields("", ""))
    return None


def _fields(digits: str, finished_on: str) -> dict[str, str]:
    return {"Digits": digits, "FinishedOnKey": finished_on, "msg": "Gather End"}
