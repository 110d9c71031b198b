"""One attempt at a webhook: signed, exposed to chaos, followed through redirects, and written down."""

from __future__ import annotations

from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

from titus_adapters.sandbox.twilio.chaos import Crash, Kind, Refuse, Slow
from titus_adapters.sandbox.twilio.engine.process import fetch, sleep
from titus_adapters.sandbox.twilio.engine.wire import Answer, Outgoing
from titus_adapters.sandbox.twilio.fragments import Connection
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.signature import signature_headers, signed_address
from titus_adapters.sandbox.twilio.switchboard import Sent, Switchboard

MOST_HOPS = 10
MOST_BYTES = 64 * 1024


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell the app, or to ask it."""

    kind: Kind
    url: str
    params: dict[str, str]
    method: str = "POST"
    call: Call | None = None


class Outcome(msgspec.Struct, frozen=True):
    """The last attempt's answer and the address that gave it; `code` is Twilio's error when it is of no use."""

    answer: Answer
    url: str
    code: int = 0


async def attempt_once(
    board: Switchboard, hook: Webhook, address: str, connection: Connection, token: str, attempt: int
) -> Outcome:
    """One try, following HTTP redirects; 301, 302 and 303 turn it into a GET without its form, as everywhere."""
    url, method, params = address, hook.method, list(hook.params.items())
    for _ in range(MOST_HOPS + 1):
        request = _request(board, hook, url, method, params, connection, token)
        answer = await _exchange(board, hook, request, connection)
        _record(board, hook, request, answer, token, attempt)
        if not 300 <= answer.status < 400 or not answer.header("location"):
            return Outcome(answer, url, _code(answer))
        url = urljoin(url, answer.header("location"))
        if answer.status not in {307, 308}:
            method, params = "GET", []
    return Outcome(answer, url, 11215)


def _request(
    board: Switchboard,
    hook: Webhook,
    url: str,
    method: str,
    params: list[tuple[str, str]],
    connection: Connection,
    token: str,
) -> Outgoing:
    if method == "GET" and params:
        url, params = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(params)}", []
    address = signed_address(url, keep_port=hook.kind.startswith("sms"))
    headers = [
        *signature_headers(board.account.auth_token, board.account.shared_key, address, params),
        ("I-Twilio-Idempotency-Token", token),
        ("User-Agent", "TwilioProxy/1.1"),
        ("Accept", "*/*"),
    ]
    if method == "POST":
        headers.append(("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"))
    body = urlencode(params).encode() if method == "POST" else b""
    return Outgoing(method, url, tuple(headers), body, connection.connect_seconds, connection.read_seconds)


async def _exchange(board: Switchboard, hook: Webhook, request: Outgoing, connection: Connection) -> Answer:
    down = board.chaos.outage(board.now() - board.chaos_since)
    if down is not None:
        return Answer(down)
    slow = 0.0
    for fault in board.chaos.on_attempt(hook.kind):
        match fault:
            case Refuse(status):
                return Answer(status)
            case Crash(when):
                request = msgspec.structs.replace(request, crash=when)
            case Slow(seconds):
                slow += seconds
    answer = await fetch(request)
    if slow:
        await sleep(min(slow, connection.read_seconds))
    return Answer(error="rt") if slow >= connection.read_seconds else answer


def _code(answer: Answer) -> int:
    if answer.error:
        return 11205 if answer.error == "ct" else 11200
    if not 200 <= answer.status < 300:
        return 11200
    return 11750 if len(answer.body) > MOST_BYTES else 0


def _record(board: Switchboard, hook: Webhook, request: Outgoing, answer: Answer, token: str, attempt: int) -> None:
    board.sent.append(
        Sent(
            at=board.now(),
            kind=hook.kind,
            method=request.method,
            url=request.url,
            params=hook.params,
            headers=dict(request.headers),
            token=token,
            attempt=attempt,
            status=answer.status,
            error=answer.error,
            body=answer.body.decode("utf-8", "replace"),
            call_sid=hook.call.sid if hook.call else "",
        )
    )
    retry = f" (retry {attempt})" if attempt else ""
    note_delivery(board, hook, f"{answer.error or answer.status}{retry}")


def note_delivery(board: Switchboard, hook: Webhook, outcome: str) -> None:
    if hook.call is None:
        return
    status = hook.params.get("DialCallStatus") or hook.params.get("RecordingStatus") or hook.params.get("CallStatus")
    board.note(hook.call, "webhook", f"{hook.kind} {status or ''} → {urlsplit(hook.url).path} {outcome}")
