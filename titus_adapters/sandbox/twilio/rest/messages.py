"""Messages: create, fetch, list."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from titus_adapters.sandbox.twilio.rest.errors import RestError, not_found
from titus_adapters.sandbox.twilio.rest.forms import PHONE, bare, diallable, posted
from titus_adapters.sandbox.twilio.rest.paging import on_days, page, same
from titus_adapters.sandbox.twilio.rest.shapes import Json, base, message_json
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.texting import send_text

Web = Request[Any, Any, Any]


@post("/Messages.json", status_code=201)
async def create_message(request: Web, board: NamedDependency[Switchboard]) -> Json:
    form = await posted(request)
    to = diallable(form, pattern=PHONE, missing=21604)
    from_, service = str(form.get("From") or ""), str(form.get("MessagingServiceSid") or "") or None
    body = str(form.get("Body") or "")
    if not from_ and service is None:
        raise RestError(400, 21603, "A 'From' or 'MessagingServiceSid' parameter is required.")
    if from_.startswith("+") and from_ not in board.world.numbers:
        raise RestError(
            400, 21606, f"The 'From' phone number provided ({from_}) is not a valid message-capable number."
        )
    if not body and not form.get("MediaUrl"):
        raise RestError(400, 21602, "Message body is required.")
    if to in board.world.stopped:
        raise RestError(400, 21610, "Attempt to send to unsubscribed recipient")
    callback = str(form.get("StatusCallback") or "")
    message = send_text(board, from_, to, body, callback=callback, service=service)
    return message_json(board.account, message)


@get("/Messages/{sid:str}")
async def fetch_message(board: NamedDependency[Switchboard], sid: FromPath[str]) -> Json:
    message = board.messages.get(bare(sid))
    if message is None:
        raise not_found(f"{base(board.account)}/Messages/{sid}")
    return message_json(board.account, message)


@get("/Messages/{sid:str}/Media.json")
async def list_media(board: NamedDependency[Switchboard], sid: FromPath[str]) -> Json:
    """On one page: there are ten at most."""
    message = board.messages.get(sid)
    uri = f"{base(board.account)}/Messages/{sid}/Media"
    if message is None:
        raise not_found(uri)
    rows = [
        {"sid": url.rpartition("/")[2], "parent_sid": sid, "content_type": kind, "account_sid": board.account.sid}
        for kind, url in message.media
    ]
    return {"media_list": rows, "page": 0, "page_size": 50, "uri": f"{uri}.json", "next_page_uri": None}


@get("/Messages/{sid:str}/Media/{media_sid:str}")
async def fetch_media(
    board: NamedDependency[Switchboard], sid: FromPath[str], media_sid: FromPath[str]
) -> Response[bytes]:
    """A picture that came with a message: some bytes of its own for each."""
    message = board.messages.get(sid)
    kinds = [kind for kind, url in message.media if url.endswith(f"/{media_sid}")] if message is not None else []
    if not kinds:
        raise not_found(f"{base(board.account)}/Messages/{sid}/Media/{media_sid}")
    return Response(media_sid.encode() * 100, media_type=kinds[0])


@get("/Messages.json")
async def list_messages(request: Web, board: NamedDependency[Switchboard]) -> Json:
    query = request.query_params
    messages = [
        message
        for message in board.messages.values()
        if same(query, "To", message.to)
        and same(query, "From", message.from_)
        and on_days(query, "DateSent", message.sent_at)
    ]
    uri = f"{base(board.account)}/Messages.json"
    return page("messages", uri, messages, lambda row: message_json(board.account, row), query)
