"""The form fields of message webhooks."""

from __future__ import annotations

import math

from titus_adapters.sandbox.twilio.dates import moment
from titus_adapters.sandbox.twilio.forms import API_VERSION, GEOGRAPHY, Form
from titus_adapters.sandbox.twilio.records import Message
from titus_adapters.sandbox.twilio.switchboard import Account

_TEXT_GEO = {name: value for name, value in GEOGRAPHY.items() if name.startswith(("From", "To"))}


def received(account: Account, message: Message) -> Form:
    form = {
        "AccountSid": account.sid,
        "ApiVersion": API_VERSION,
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "SmsStatus": "received",
        "From": message.from_,
        "To": message.to,
        "Body": message.body,
        "NumMedia": str(len(message.media)),
        "NumSegments": str(segments(message.body)),
        **_TEXT_GEO,
    }
    for place, (content_type, url) in enumerate(message.media):
        form |= {f"MediaContentType{place}": content_type, f"MediaUrl{place}": url}
    if message.messaging_service_sid:
        form["MessagingServiceSid"] = message.messaging_service_sid
    return form


def status(account: Account, message: Message, at: float) -> Form:
    form = {
        "AccountSid": account.sid,
        "ApiVersion": API_VERSION,
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": message.status,
        "SmsStatus": message.status,
        "From": message.from_,
        "To": message.to,
    }
    if message.error_code is not None:
        form["ErrorCode"] = str(message.error_code)
    if message.status in {"delivered", "undelivered"}:
        form["RawDlrDoneDate"] = f"{moment(at):%y%m%d%H%M}"
    return form


def segments(body: str) -> int:
    """How many parts a text takes: 160 letters, or 70 once one lies outside Latin-1."""
    single, part = (160, 153) if all(ord(letter) < 256 for letter in body) else (70, 67)
    return 1 if len(body) <= single else math.ceil(len(body) / part)
