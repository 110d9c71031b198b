"""Rows as the JSON that REST answers with."""

from __future__ import annotations

from typing import Any

from titus_adapters.sandbox.twilio.dates import rfc2822
from titus_adapters.sandbox.twilio.forms import API_VERSION, recording_url
from titus_adapters.sandbox.twilio.records import Call, Message, Recording
from titus_adapters.sandbox.twilio.switchboard import Account
from titus_adapters.sandbox.twilio.text_forms import segments
from titus_adapters.sandbox.twilio.world import Application, Number

Json = dict[str, Any]


def base(account: Account) -> str:
    return f"/{API_VERSION}/Accounts/{account.sid}"


def call_json(account: Account, call: Call) -> Json:
    uri = f"{base(account)}/Calls/{call.sid}"
    return {
        "sid": call.sid,
        "account_sid": account.sid,
        "api_version": API_VERSION,
        "parent_call_sid": call.parent.sid if call.parent else None,
        "phone_number_sid": call.number.sid if call.number else None,
        "from": call.from_,
        "from_formatted": call.from_,
        "to": call.to,
        "to_formatted": call.to,
        "status": call.status,
        "direction": call.direction,
        "start_time": rfc2822(call.answered_at if call.direction != "inbound" else call.created_at),
        "end_time": rfc2822(call.ended_at),
        "duration": str(call.duration) if call.ended else None,
        "price": None,
        "price_unit": "USD",
        "answered_by": call.answered_by,
        "forwarded_from": call.extra.get("ForwardedFrom"),
        "caller_name": None,
        "group_sid": None,
        "trunk_sid": None,
        "queue_time": "0",
        "date_created": rfc2822(call.created_at),
        "date_updated": rfc2822(call.ended_at or call.answered_at or call.created_at),
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


def call_recording_json(account: Account, recording: Recording) -> Json:
    """A recording as a call lists it."""
    uri = f"{base(account)}/Calls/{recording.call.root.sid}/Recordings/{recording.sid}.json"
    return _recording(account, recording) | {"uri": uri, "track": "both"}


def recording_json(account: Account, recording: Recording) -> Json:
    uri = f"{base(account)}/Recordings/{recording.sid}"
    return _recording(account, recording) | {
        "uri": f"{uri}.json",
        "media_url": recording_url(account, recording),
        "subresource_uris": {"transcriptions": f"{uri}/Transcriptions.json"},
    }


def _recording(account: Account, recording: Recording) -> Json:
    return {
        "sid": recording.sid,
        "account_sid": account.sid,
        "api_version": API_VERSION,
        "call_sid": recording.call.root.sid,
        "conference_sid": None,
        "channels": recording.channels,
        "status": recording.status,
        "source": recording.source,
        "duration": None if recording.duration is None else str(recording.duration),
        "start_time": rfc2822(recording.started_at),
        "date_created": rfc2822(recording.started_at),
        "date_updated": rfc2822(recording.ended_at or recording.started_at),
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "encryption_details": None,
    }


def message_json(account: Account, message: Message) -> Json:
    uri = f"{base(account)}/Messages/{message.sid}"
    return {
        "sid": message.sid,
        "account_sid": account.sid,
        "api_version": API_VERSION,
        "messaging_service_sid": message.messaging_service_sid,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "direction": message.direction,
        "status": message.status,
        "num_media": str(len(message.media)),
        "num_segments": str(segments(message.body)),
        "error_code": message.error_code,
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "date_created": rfc2822(message.created_at),
        "date_updated": rfc2822(message.updated_at),
        "date_sent": rfc2822(message.sent_at),
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def number_json(account: Account, number: Number) -> Json:
    return {
        "sid": number.sid,
        "account_sid": account.sid,
        "api_version": API_VERSION,
        "phone_number": number.phone_number,
        "friendly_name": number.friendly_name,
        "voice_url": number.voice_url,
        "voice_method": number.voice_method,
        "voice_fallback_url": number.voice_fallback_url,
        "voice_fallback_method": number.voice_fallback_method,
        "voice_caller_id_lookup": False,
        "voice_receive_mode": "voice",
        "voice_application_sid": None,
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "sms_url": number.sms_url,
        "sms_method": number.sms_method,
        "sms_fallback_url": number.sms_fallback_url,
        "sms_fallback_method": number.sms_fallback_method,
        "sms_application_sid": None,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "address_requirements": "none",
        "address_sid": None,
        "bundle_sid": None,
        "identity_sid": None,
        "trunk_sid": None,
        "emergency_status": "Inactive",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "beta": False,
        "origin": "twilio",
        "status": "in-use",
        "type": "local",
        "date_created": rfc2822(number.created_at),
        "date_updated": rfc2822(number.created_at),
        "uri": f"{base(account)}/IncomingPhoneNumbers/{number.sid}.json",
    }


def application_json(account: Account, application: Application, created_at: float) -> Json:
    return {
        "sid": application.sid,
        "account_sid": account.sid,
        "api_version": API_VERSION,
        "friendly_name": "TwiML App",
        "voice_url": application.voice_url,
        "voice_method": application.voice_method,
        "voice_fallback_url": application.voice_fallback_url,
        "voice_fallback_method": "POST",
        "voice_caller_id_lookup": False,
        "status_callback": application.status_callback,
        "status_callback_method": "POST",
        "sms_url": "",
        "sms_method": "POST",
        "sms_fallback_url": "",
        "sms_fallback_method": "POST",
        "sms_status_callback": "",
        "message_status_callback": "",
        "public_application_connect_enabled": False,
        "date_created": rfc2822(created_at),
        "date_updated": rfc2822(created_at),
        "uri": f"{base(account)}/Applications/{application.sid}.json",
    }


def account_json(account: Account, created_at: float) -> Json:
    names = ("Calls", "Recordings", "Messages", "IncomingPhoneNumbers")
    return {
        "sid": account.sid,
        "owner_account_sid": account.sid,
        "friendly_name": account.friendly_name,
        "status": "active",
        "type": "Full",
        "auth_token": account.auth_token,
        "date_created": rfc2822(created_at),
        "date_updated": rfc2822(created_at),
        "uri": f"{base(account)}.json",
        "subresource_uris": {_snake(name): f"{base(account)}/{name}.json" for name in names},
    }


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
