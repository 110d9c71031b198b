"""The control API: JSON in, JSON out, no credentials."""

from litestar import Response, Router, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath, JSONBody

from titus_adapters.sandbox.elevenlabs.control.shapes import (
    Connect,
    ConversationView,
    Pass,
    SetAgent,
    SetFaults,
    SetScripts,
    SetWeather,
    SetWebhook,
    State,
    conversation_view,
    state_of,
)
from titus_adapters.sandbox.elevenlabs.desk import Initiation
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.switches import Switches
from titus_adapters.sandbox.elevenlabs.weather import Weather

Sandbox = NamedDependency[ElevenLabsSandbox]


def control_router(sandbox: ElevenLabsSandbox) -> Router:
    return Router(
        path="/control",
        route_handlers=[
            state,
            list_conversations,
            show_conversation,
            tell_conversation,
            connect_conversation,
            hang_up,
            set_agent,
            set_scripts,
            set_webhook,
            enable_webhook,
            set_initiation,
            set_weather,
            set_faults,
            set_switches,
            pass_time,
        ],
        dependencies={"sandbox": Provide(lambda: sandbox, sync_to_thread=False)},
    )


def _find(sandbox: ElevenLabsSandbox, conversation_id: str) -> Conversation:
    if conversation_id not in sandbox.desk.conversations:
        raise NotFoundException(f"No conversation {conversation_id}")
    return sandbox.desk.conversations[conversation_id]


@get("/state")
async def state(sandbox: Sandbox) -> State:
    """Agents, the webhook and how it is doing, faults to come, and everything sent so far."""
    return state_of(sandbox.desk)


@get("/conversations")
async def list_conversations(sandbox: Sandbox) -> list[ConversationView]:
    """Newest first."""
    return [conversation_view(sandbox.desk, one) for one in reversed(sandbox.conversations)]


@get("/conversations/{conversation_id:str}")
async def show_conversation(conversation_id: FromPath[str], sandbox: Sandbox) -> ConversationView:
    return conversation_view(sandbox.desk, _find(sandbox, conversation_id))


@get("/conversations/{conversation_id:str}/story")
async def tell_conversation(conversation_id: FromPath[str], sandbox: Sandbox) -> Response[str]:
    """What happened, as text."""
    conversation = _find(sandbox, conversation_id)
    lines = [f"{entry.at - conversation.created_at:8.1f} s  {entry.text}\n" for entry in conversation.story]
    return Response("".join(lines), media_type="text/plain; charset=utf-8")


@post("/conversations/{conversation_id:str}/connect", status_code=202)
async def connect_conversation(conversation_id: FromPath[str], data: JSONBody[Connect], sandbox: Sandbox) -> None:
    """The caller's audio arrives, as if Twilio had opened the stream."""
    conversation = _find(sandbox, conversation_id)
    if conversation.stream_sid or conversation.over:
        raise ClientException("It has begun already")
    sandbox.connect(conversation, data.call_sid, by_itself=data.by_itself)


@post("/conversations/{conversation_id:str}/hangup", status_code=202)
async def hang_up(conversation_id: FromPath[str], sandbox: Sandbox) -> None:
    """The caller's audio ends."""
    sandbox.hang_up(_find(sandbox, conversation_id))


@put("/agents")
async def set_agent(data: JSONBody[SetAgent], sandbox: Sandbox) -> SetAgent:
    sandbox.agent(data.id, data.name)
    return data


@put("/scripts")
async def set_scripts(data: JSONBody[SetScripts], sandbox: Sandbox) -> SetScripts:
    sandbox.script(*data.scripts, number=data.number)
    return data


@put("/webhook")
async def set_webhook(data: JSONBody[SetWebhook], sandbox: Sandbox) -> State:
    hook = sandbox.subscribe(data.url, data.secret, retry_enabled=data.retry_enabled)
    hook.events, hook.exclude_transcript = data.events, data.exclude_transcript
    return state_of(sandbox.desk)


@post("/webhook/enable", status_code=200)
async def enable_webhook(sandbox: Sandbox) -> State:
    """What a person does by hand once ElevenLabs has given up on it."""
    sandbox.desk.subscription.enable()
    return state_of(sandbox.desk)


@put("/initiation")
async def set_initiation(data: JSONBody[Initiation], sandbox: Sandbox) -> Initiation:
    """Whom to ask for the context of redirected conversations."""
    sandbox.desk.initiation = data
    return data


@put("/weather")
async def set_weather(data: JSONBody[SetWeather], sandbox: Sandbox) -> SetWeather:
    sandbox.set_weather(Weather(*data.rules, seed=data.seed))
    return data


@put("/faults")
async def set_faults(data: JSONBody[SetFaults], sandbox: Sandbox) -> SetFaults:
    sandbox.desk.faults.clear()
    sandbox.break_rest(*data.faults)
    return data


@put("/switches")
async def set_switches(data: JSONBody[Switches], sandbox: Sandbox) -> Switches:
    sandbox.desk.switches = data
    return data


@post("/time", status_code=200)
async def pass_time(data: JSONBody[Pass], sandbox: Sandbox) -> State:
    """In virtual time of its own only."""
    if sandbox.in_real_time or sandbox.follows_another:
        raise ClientException("This sandbox follows another clock")
    if data.seconds is None:
        await sandbox.run_until_idle()
    else:
        await sandbox.run_for(data.seconds)
    return state_of(sandbox.desk)
