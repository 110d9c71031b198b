"""All of REST below `/elevenlabs`."""

from litestar import Router, route
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from titus_adapters.sandbox.elevenlabs.desk import Desk
from titus_adapters.sandbox.elevenlabs.rest import conversations, telephony, workspace
from titus_adapters.sandbox.elevenlabs.rest.errors import RestError, on_http_error, on_rest_error
from titus_adapters.sandbox.elevenlabs.rest.gate import gate
from titus_adapters.sandbox.elevenlabs.restfaults import Striking

CONVAI: list[ControllerRouterHandler] = [
    conversations.list_conversations,
    conversations.show_conversation,
    conversations.conversation_audio,
    conversations.delete_conversation,
    workspace.list_agents,
    workspace.show_agent,
    Router(path="/twilio", route_handlers=[telephony.register_call, telephony.call_somebody]),
]


@route("/{rest:path}", http_method=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def nothing_here(rest: FromPath[str]) -> None:
    """Whatever else ElevenLabs has, the sandbox hasn't: said in the words of the framework that ElevenLabs uses."""
    raise NotFoundException("Not Found")


def rest_router(desk: Desk, *, strict: bool = False) -> Router:
    """`/v1` wants a key (any, unless `strict`); the address for Twilio's redirect does not."""
    version_one = Router(
        path="/v1",
        route_handlers=[
            Router(path="/convai", route_handlers=CONVAI),
            Router(path="/workspace", route_handlers=[workspace.list_webhooks]),
            nothing_here,
        ],
        before_request=gate(desk, strict=strict),
    )
    return Router(
        path="/",
        route_handlers=[version_one, telephony.take_over],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False)},
        middleware=[Striking(lambda: desk.faults)],
        exception_handlers={RestError: on_rest_error, HTTPException: on_http_error},
    )
