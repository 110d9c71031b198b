"""The account and its numbers."""

from typing import Any

from litestar import Request, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath

from titus_adapters.sandbox.twilio.rest.errors import not_found
from titus_adapters.sandbox.twilio.rest.forms import bare, posted
from titus_adapters.sandbox.twilio.rest.paging import page, same
from titus_adapters.sandbox.twilio.rest.shapes import Json, account_json, base, number_json
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.world import Number

Web = Request[Any, Any, Any]
SETTINGS = {
    "FriendlyName": "friendly_name",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
}


@get("/{account:str}")
async def fetch_account(board: NamedDependency[Switchboard]) -> Json:
    return account_json(board.account, board.began)


@get("/IncomingPhoneNumbers.json")
async def list_numbers(request: Web, board: NamedDependency[Switchboard]) -> Json:
    query = request.query_params
    numbers = [
        number
        for number in board.world.numbers.values()
        if same(query, "PhoneNumber", number.phone_number) and same(query, "FriendlyName", number.friendly_name)
    ]
    uri = f"{base(board.account)}/IncomingPhoneNumbers.json"
    return page("incoming_phone_numbers", uri, numbers, lambda row: number_json(board.account, row), query)


@get("/IncomingPhoneNumbers/{sid:str}")
async def fetch_number(board: NamedDependency[Switchboard], sid: FromPath[str]) -> Json:
    return number_json(board.account, _find(board, bare(sid)))


@post("/IncomingPhoneNumbers/{sid:str}", status_code=200)
async def update_number(request: Web, board: NamedDependency[Switchboard], sid: FromPath[str]) -> Json:
    number = _find(board, bare(sid))
    _apply(number, await posted(request))
    return number_json(board.account, number)


def _find(board: Switchboard, sid: str) -> Number:
    for number in board.world.numbers.values():
        if number.sid == sid:
            return number
    raise not_found(f"{base(board.account)}/IncomingPhoneNumbers/{sid}")


def _apply(number: Number, form: FormMultiDict) -> None:
    for parameter, field in SETTINGS.items():
        if parameter in form:
            setattr(number, field, str(form[parameter]))
