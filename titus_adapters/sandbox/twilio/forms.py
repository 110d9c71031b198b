"""The form fields of each webhook, as Twilio names them."""

from __future__ import annotations

import json
import math

from titus_adapters.sandbox.twilio.dates import iso, rfc2822
from titus_adapters.sandbox.twilio.records import ENDED, Call, Recording
from titus_adapters.sandbox.twilio.switchboard import Account, Switchboard

API_VERSION = "2010-04-01"
Form = dict[str, str]

GEOGRAPHY = {
    f"{side}{part}": "AU" if part == "Country" else ""
    for side in ("From", "Caller", "To", "Called")
    for part in ("City", "State", "Zip", "Country")
}


def voice(account: Account, call: Call, status: str | None = None) -> Form:
    """The common block of every voice request; empty geography is sent, and signed."""
    form = {
        "AccountSid": account.sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": status or call.status,
        "Direction": call.direction,
        "From": call.from_,
        "Caller": call.from_,
        "To": call.to,
        "Called": call.to,
        **GEOGRAPHY,
        **call.extra,
    }
    if call.parent is not None:
        form["ParentCallSid"] = call.parent.sid
    return form


def progress(board: Switchboard, call: Call, status: str) -> Form:
    """A status callback of a call or a leg; at its end also the durations, and how SIP put it."""
    form = voice(board.account, call, status) | {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(board.next_sequence(call)),
        "Timestamp": rfc2822(board.now()) or "",
    }
    if status in ENDED:
        form |= {"CallDuration": str(call.duration), "Duration": str(math.ceil(call.duration / 60))}
        if call.sip_code:
            form["SipResponseCode"] = call.sip_code
    return form


def dial_action(status: str, *, bridged: bool | None, leg: Call | None, seconds: int | None) -> Form:
    """What the Dial action adds; None leaves a field out."""
    form = {"DialCallStatus": status}
    if bridged is not None:
        form["DialBridged"] = "true" if bridged else "false"
    if seconds is not None:
        form["DialCallDuration"] = str(seconds)
    if leg is not None:
        form["DialCallSid"] = leg.sid
    return form


def recorded(account: Account, recording: Recording) -> Form:
    """What a request says about a recording that it carries along."""
    return {
        "RecordingUrl": recording_url(account, recording),
        "RecordingSid": recording.sid,
        "RecordingDuration": str(recording.duration or 0),
    }


def recording_status(account: Account, recording: Recording, status: str) -> Form:
    """A recording's own callback: names the parent call, whichever leg was recorded."""
    form = {
        "AccountSid": account.sid,
        "CallSid": recording.call.root.sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": recording_url(account, recording),
        "RecordingStatus": status,
        "RecordingChannels": str(recording.channels),
        "RecordingSource": recording.source,
        "RecordingStartTime": rfc2822(recording.started_at) or "",
        "RecordingTrack": "both",
        "ErrorCode": "0",
    }
    if status != "in-progress":
        form["RecordingDuration"] = str(recording.duration or 0)
    return form


def recording_url(account: Account, recording: Recording) -> str:
    return f"{account.api_url}/{API_VERSION}/Accounts/{account.sid}/Recordings/{recording.sid}"


def debugger(
    account: Account, sid: str, at: float, *, level: str, code: int, call_sid: str, url: str, message: str, status: int
) -> Form:
    payload = {
        "resource_sid": call_sid,
        "service_sid": None,
        "error_code": str(code),
        "more_info": {"Msg": message, "ErrorCode": str(code), "LogLevel": level.upper()},
        "webhook": {
            "type": "application/json",
            "request": {"url": url, "method": "POST"},
            "response": {"status_code": status},
        },
    }
    return {
        "AccountSid": account.sid,
        "Sid": sid,
        "Level": level.capitalize(),
        "Timestamp": iso(at),
        "ParentAccountSid": "",
        "PayloadType": "application/json",
        "Payload": json.dumps(payload),
    }
