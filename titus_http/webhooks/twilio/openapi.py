"""Twilio's webhooks for the OpenAPI document, by hand: they are answered in front of the framework that writes it."""

from __future__ import annotations

from typing import Any

from titus_http.webhooks.twilio.links import PREFIX
from titus_http.webhooks.twilio.signature import SIGNATURE_HEADER

ASKING = {
    "inbound": "A call arrives: ring its hunt group.",
    "hunt-step": "A dial or a hold is over: what comes next for the caller.",
    "screen": "A screened leg was picked up, or a key was pressed on it.",
    "agent": "The caller is to talk to the AI agent: the document that hands over.",
    "voicemail": "The caller's message is recorded.",
    "fallback": "Another answer could not be used: what comes next for the caller.",
    "notice": "The other side of a recorded outbound call picked up: what they hear before they are joined.",
    "outbound": "The phone that click-to-call rang was picked up: the other side is dialled.",
    "browser-outbound": "A browser calls out: whom it may call is decided by whose it is.",
}
REPORTING = {
    "status": "A call, or a leg rung for it, changed its state.",
    "recording": "A recording changed its state.",
    "sms-inbound": "A text message arrived (kept until the feature is built).",
    "sms-status": "A text message changed its state (kept until the feature is built).",
    "transcription": "A transcription arrived (kept until the feature is built).",
    "debugger": "Twilio reports an error (kept until the feature is built).",
}
_SCHEME = "twilioSignature"
_FORM = {
    "application/x-www-form-urlencoded": {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}
}
_REFUSALS = {
    "400": {"description": "The form cannot be read"},
    "403": {"description": "Not signed by Twilio, for us"},
    "413": {"description": "More than 64 KiB"},
    "415": {"description": "Not a form"},
}


def add_to(document: dict[str, Any]) -> None:
    """Add the paths and their security scheme."""
    schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes[_SCHEME] = {
        "type": "apiKey",
        "in": "header",
        "name": SIGNATURE_HEADER,
        "description": "HMAC over the public URL and the form, by the account's auth token or a shared key",
    }
    paths = document.setdefault("paths", {})
    for name, summary in {**ASKING, **REPORTING}.items():
        paths[f"{PREFIX}/{name}"] = {"post": _operation(name, summary)}


def _operation(name: str, summary: str) -> dict[str, Any]:
    return {
        "tags": ["Webhooks"],
        "summary": summary,
        "description": summary,
        "operationId": "twilio" + "".join(word.capitalize() for word in name.split("-")),
        "security": [{_SCHEME: []}],
        "requestBody": {"required": True, "content": _FORM},
        "responses": {"200": _answer(name), **_REFUSALS, **_repeat(name)},
    }


def _answer(name: str) -> dict[str, Any]:
    what = "TwiML; also when Titus is in trouble" if name in ASKING else "Kept; an empty document"
    return {"description": what, "content": {"text/xml": {"schema": {"type": "string"}}}}


def _repeat(name: str) -> dict[str, Any]:
    return {} if name in ASKING else {"503": {"description": "Could not be kept: to be repeated"}}
