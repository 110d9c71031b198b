"""Text messages, in and out."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urljoin

from titus_adapters.sandbox.twilio import text_forms
from titus_adapters.sandbox.twilio.alerts import alert
from titus_adapters.sandbox.twilio.attempts import Webhook
from titus_adapters.sandbox.twilio.engine.process import sleep
from titus_adapters.sandbox.twilio.records import Message
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.twiml import documents, grammar
from titus_adapters.sandbox.twilio.twiml.documents import BadDocument, Document, Element
from titus_adapters.sandbox.twilio.webhooks import deliver, post
from titus_adapters.sandbox.twilio.world import Number, TextRoute

STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit"})
START_WORDS = frozenset({"start", "yes", "unstop"})


def receive_text(
    board: Switchboard, from_: str, number: Number, body: str, media: Sequence[tuple[str, str]] = ()
) -> Message:
    """Somebody texts one of the account's numbers; STOP and START count as Twilio's own opt-out."""
    now = board.now()
    message = Message(
        sid=board.sids.new("MM" if media else "SM"),
        from_=from_,
        to=number.phone_number,
        body=body,
        direction="inbound",
        status="received",
        created_at=now,
        updated_at=now,
        sent_at=now,
        media=tuple(media),
    )
    board.messages[message.sid] = message
    _note_opt_out(board, from_, body.strip().lower())
    if number.sms_url:
        board.spawn(_deliver, board, message, number)
    return message


def send_text(
    board: Switchboard,
    from_: str,
    to: str,
    body: str,
    *,
    callback: str = "",
    direction: str = "outbound-api",
    service: str | None = None,
) -> Message:
    """The account texts somebody: queued now, and on its way from then on."""
    message = Message(
        sid=board.sids.new("SM"),
        from_=from_,
        to=to,
        body=body,
        direction=direction,
        status="queued",
        created_at=board.now(),
        updated_at=board.now(),
        status_callback=callback,
        messaging_service_sid=service,
    )
    board.messages[message.sid] = message
    board.spawn(_travel, board, message, board.world.texts.get(to, TextRoute()))
    return message


def _note_opt_out(board: Switchboard, phone: str, word: str) -> None:
    if word in STOP_WORDS:
        board.world.stopped[phone] = None
    elif word in START_WORDS:
        board.world.stopped.pop(phone, None)


async def _travel(board: Switchboard, message: Message, route: TextRoute) -> None:
    _tell(board, message)
    await sleep(board.pace.text_step)
    if route.status != "failed":
        message.sent_at = board.now()
        _move(board, message, "sent")
        await sleep(board.pace.text_step)
    message.error_code = route.error_code
    _move(board, message, route.status)


def _move(board: Switchboard, message: Message, status: str) -> None:
    message.status, message.updated_at = status, board.now()
    _tell(board, message)


def _tell(board: Switchboard, message: Message) -> None:
    form = text_forms.status(board.account, message, board.now())
    post(board, Webhook(kind="sms_status", url=message.status_callback, params=form))


async def _deliver(board: Switchboard, message: Message, number: Number) -> None:
    form = text_forms.received(board.account, message)
    document = await _ask(board, number.sms_url, number.sms_method, form)
    if document is None and number.sms_fallback_url:
        error = {"ErrorCode": str(board.findings[-1].code), "ErrorUrl": board.findings[-1].url}
        document = await _ask(board, number.sms_fallback_url, number.sms_fallback_method, form | error)
    for verb in document.verbs if document is not None else ():
        if verb.name == "Message":
            _reply(board, message, verb, document.url if document else "")


async def _ask(board: Switchboard, url: str, method: str, form: dict[str, str]) -> Document | None:
    outcome = await deliver(board, Webhook(kind="sms_incoming", url=url, method=method, params=form))
    try:
        if outcome.code:
            raise BadDocument(outcome.code, f"Got HTTP {outcome.answer.status or outcome.answer.error}")
        if outcome.answer.status == 204 or not outcome.answer.body.strip():
            return Document((), outcome.url)
        kind = outcome.answer.header("content-type")
        return documents.read(outcome.answer.body, kind, outcome.url, grammar.TEXT_VERBS)
    except BadDocument as error:
        alert(board, None, error.code, error.message, url=outcome.url)
        return None


def _reply(board: Switchboard, message: Message, verb: Element, base: str) -> None:
    body = next((child.text for child in verb.children if child.name == "Body"), verb.text)
    callback = verb.get("statusCallback")
    send_text(
        board,
        message.to,
        verb.get("to", message.from_),
        body,
        direction="outbound-reply",
        callback=urljoin(base, callback) if callback else "",
    )
