"""Gets documents, and the fallback when the app has none to give."""

from __future__ import annotations

from titus_adapters.sandbox.twilio import forms, fragments
from titus_adapters.sandbox.twilio.alerts import alert
from titus_adapters.sandbox.twilio.attempts import Webhook
from titus_adapters.sandbox.twilio.twiml import documents
from titus_adapters.sandbox.twilio.twiml.documents import BadDocument, Document
from titus_adapters.sandbox.twilio.verbs.line import Line, Source, Stuck
from titus_adapters.sandbox.twilio.webhooks import deliver

APOLOGY = "We are sorry, an application error has occurred. Goodbye."


async def load(line: Line, source: Source) -> Document:
    """The document to carry out; raises Stuck when neither source nor fallback yields one."""
    try:
        return _checked(line, await _get(line, source))
    except BadDocument as error:
        address = fragments.split(source.url)[0]
        alert(line.board, line.call, error.code, error.message, url=address)
    if not line.fallback or source.kind == "fallback":
        raise Stuck
    params = {"ErrorCode": str(error_code(line)), "ErrorUrl": address}
    return await load(line, Source(kind="fallback", url=line.fallback, method=line.fallback_method, params=params))


def error_code(line: Line) -> int:
    """Twilio's code for the error just listed."""
    return line.board.findings[-1].code


async def _get(line: Line, source: Source) -> Document:
    if source.twiml is not None:
        return documents.parse(source.twiml, source.url, line.verbs)
    hook = Webhook(
        kind=source.kind,
        url=source.url,
        method=source.method,
        params=forms.voice(line.board.account, line.call) | source.params,
        call=line.call,
    )
    outcome = await deliver(line.board, hook)
    if outcome.code:
        reason = outcome.answer.error or f"HTTP {outcome.answer.status}"
        raise BadDocument(outcome.code, f"Got {reason} from {fragments.split(source.url)[0]}")
    if outcome.answer.status == 204:
        return Document((), outcome.url)
    return documents.read(outcome.answer.body, outcome.answer.header("content-type"), outcome.url, line.verbs)


def _checked(line: Line, document: Document) -> Document:
    names = ", ".join(verb.name for verb in document.verbs) or "nothing"
    line.board.note(line.call, "twiml", f"document: {names}")
    for warning in document.warnings:
        alert(line.board, line.call, 12200, warning, url=document.url, level="warning")
    return document
