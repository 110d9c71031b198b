"""TwiML Apps: what calls from browsers go through."""

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from titus_adapters.sandbox.twilio.rest.errors import not_found
from titus_adapters.sandbox.twilio.rest.forms import bare, posted
from titus_adapters.sandbox.twilio.rest.shapes import Json, application_json, base
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.world import Application

Web = Request[Any, Any, Any]
SETTINGS = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
}


@get("/Applications/{sid:str}")
async def fetch_application(board: NamedDependency[Switchboard], sid: FromPath[str]) -> Json:
    return application_json(board.account, _find(board, bare(sid)), board.began)


@post("/Applications/{sid:str}", status_code=200)
async def update_application(request: Web, board: NamedDependency[Switchboard], sid: FromPath[str]) -> Json:
    form, application = await posted(request), _find(board, bare(sid))
    given = {field: str(form[parameter]) for parameter, field in SETTINGS.items() if parameter in form}
    board.world.applications[application.sid] = changed = msgspec.structs.replace(application, **given)
    return application_json(board.account, changed, board.began)


def _find(board: Switchboard, sid: str) -> Application:
    if sid not in board.world.applications:
        raise not_found(f"{base(board.account)}/Applications/{sid}")
    return board.world.applications[sid]
