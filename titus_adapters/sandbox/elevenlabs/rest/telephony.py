"""The agent's telephone: calls that are registered, redirected to it, or made by it."""

from typing import Any, Literal
from xml.sax.saxutils import quoteattr

import msgspec
from litestar import MediaType, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from titus_adapters.sandbox.elevenlabs import initiation, lifecycle
from titus_adapters.sandbox.elevenlabs.desk import Desk
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.rest.errors import no_agent
from titus_adapters.sandbox.elevenlabs.rest.reading import read_body

TheDesk = NamedDependency[Desk]


class ClientData(msgspec.Struct, frozen=True):
    """What the agent is told beforehand; more than this is accepted, and has no effect here."""

    dynamic_variables: dict[str, str | int | float | bool] = {}
    user_id: str | None = None
    conversation_config_override: dict[str, Any] | None = None


class Registration(msgspec.Struct, frozen=True):
    agent_id: str
    from_number: str
    to_number: str
    direction: Literal["inbound", "outbound"] = "inbound"
    conversation_initiation_client_data: ClientData | None = None


class OutboundCall(msgspec.Struct, frozen=True):
    agent_id: str
    agent_phone_number_id: str
    to_number: str
    conversation_initiation_client_data: ClientData | None = None


@post("/register-call", status_code=200)
async def register_call(request: Request[Any, Any, Any], desk: TheDesk) -> Response[Any]:
    """The document that connects this call with the agent. Not idempotent: each request opens a conversation."""
    asked = read_body(await request.body(), Registration)
    if asked.agent_id not in desk.agents:
        raise no_agent(asked.agent_id)
    inbound = asked.direction == "inbound"
    caller, line = (asked.from_number, asked.to_number) if inbound else (asked.to_number, asked.from_number)
    told = _told(asked.conversation_initiation_client_data)
    conversation = desk.open(asked.agent_id, "registered", caller, line, asked.direction, told)
    text = document(desk, conversation)
    if desk.switches.document == "json":
        return Response({"twiml": text})
    return Response(text, media_type=MediaType.XML)


@post("/outbound-call", status_code=200)
async def call_somebody(request: Request[Any, Any, Any], desk: TheDesk) -> dict[str, Any]:
    """The agent rings somebody; how their phone reacts is in their script."""
    asked = read_body(await request.body(), OutboundCall)
    if asked.agent_id not in desk.agents:
        raise no_agent(asked.agent_id)
    told = _told(asked.conversation_initiation_client_data)
    conversation = desk.open(asked.agent_id, "outbound", asked.to_number, "", "outbound", told)
    conversation.call_sid = desk.ids.new("CA")
    lifecycle.ring(desk, conversation)
    return {
        "success": True,
        "message": "Success",
        "conversation_id": conversation.id,
        "callSid": conversation.call_sid,
    }


@post("/twilio/inbound_call", status_code=200)
async def take_over(
    request: Request[Any, Any, Any], desk: TheDesk, agent_id: FromQuery[str], caller_id: FromQuery[str] = ""
) -> Response[str]:
    """Where Twilio is redirected to, as the native integration writes it. Whoever is not an agent yet is one now: the
    address is asked by Twilio, so a mistake could not be told to the app."""
    form = await request.form()
    desk.agent(agent_id)
    caller = caller_id or str(form.get("From", ""))
    conversation = desk.open(agent_id, "redirected", caller, str(form.get("To", "")), "inbound", {})
    conversation.call_sid = str(form.get("CallSid", ""))
    await initiation.ask(desk, conversation)
    text = "<Response><Hangup/></Response>" if conversation.over else document(desk, conversation)
    return Response(text, media_type=MediaType.XML)


def document(desk: Desk, conversation: Conversation) -> str:
    """Its shape is observed in public code, not documented."""
    name = "conversation_id" if desk.switches.conversation_id_in_document else "token"
    parameter = f"<Parameter name={quoteattr(name)} value={quoteattr(conversation.id)} />"
    stream = f"<Stream url={quoteattr(desk.account.stream_url)}>{parameter}</Stream>"
    return f'<?xml version="1.0" encoding="UTF-8"?><Response><Connect>{stream}</Connect></Response>'


def _told(data: ClientData | None) -> dict[str, Any]:
    return {} if data is None else msgspec.structs.asdict(data)
