"""All of REST below `/2010-04-01`."""

from typing import Any

from litestar import Request, Router, route
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from titus_adapters.sandbox.twilio.rest import applications, calls, messages, numbers, recordings
from titus_adapters.sandbox.twilio.rest.errors import RestError, not_found, on_http_error, on_rest_error
from titus_adapters.sandbox.twilio.rest.gate import gate
from titus_adapters.sandbox.twilio.switchboard import Switchboard


@route("/{rest:path}", http_method=["GET", "POST", "PUT", "DELETE"])
async def nothing_here(request: Request[Any, Any, Any], rest: FromPath[str]) -> None:
    """Whatever else Twilio has, the sandbox hasn't."""
    raise not_found(request.url.path)


def rest_router(board: Switchboard, *, strict: bool = False) -> Router:
    """Any credential will do unless `strict`; any account in the path names this one."""
    return Router(
        path="/2010-04-01/Accounts",
        route_handlers=[
            numbers.fetch_account,
            Router(
                path="/{account:str}",
                route_handlers=[
                    calls.list_calls,
                    calls.create_call,
                    calls.Calls,
                    recordings.list_call_recordings,
                    recordings.record_call,
                    recordings.fetch_call_recording,
                    recordings.steer_recording,
                    recordings.list_recordings,
                    recordings.Recordings,
                    messages.list_messages,
                    messages.create_message,
                    messages.fetch_message,
                    messages.fetch_media,
                    messages.list_media,
                    numbers.list_numbers,
                    numbers.fetch_number,
                    numbers.update_number,
                    applications.fetch_application,
                    applications.update_application,
                    nothing_here,
                ],
            ),
        ],
        dependencies={"board": Provide(lambda: board, sync_to_thread=False)},
        before_request=gate(board, strict=strict),
        exception_handlers={RestError: on_rest_error, HTTPException: on_http_error},
    )
