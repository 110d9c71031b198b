"""Redirect, Hangup and Reject: where a document turns off or ends."""

from __future__ import annotations

from urllib.parse import urljoin

from titus_adapters.sandbox.twilio.twiml.documents import Document, Element
from titus_adapters.sandbox.twilio.verbs.line import Line, Next, Source, Stop


async def redirect(_: Line, element: Element, document: Document) -> Next:
    return Source(kind="redirect", url=urljoin(document.url, element.text), method=element.get("method", "POST"))


async def hang_up(line: Line, _element: Element, _document: Document) -> Next:
    line.answer()
    return Stop()


async def reject(line: Line, element: Element, _: Document) -> Next:
    """Refuse a call that was not answered; one that was just ends."""
    line.hear("(busy tone)" if element.get("reason") == "busy" else "(not in service)")
    return Stop("busy" if element.get("reason") == "busy" else "no-answer")
