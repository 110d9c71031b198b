"""Agents and webhooks, as far as anybody here asks for them."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from titus_adapters.sandbox.elevenlabs.desk import Desk
from titus_adapters.sandbox.elevenlabs.records import Agent
from titus_adapters.sandbox.elevenlabs.rest.errors import no_agent

TheDesk = NamedDependency[Desk]
_MINE = {
    "is_creator": True,
    "creator_name": "Titus",
    "creator_email": "office@example.org",
    "role": "admin",
}


@get("/agents")
async def list_agents(desk: TheDesk) -> dict[str, Any]:
    """All of them on one page."""
    return {"agents": [_row(agent) for agent in desk.agents.values()], "next_cursor": None, "has_more": False}


@get("/agents/{agent_id:str}")
async def show_agent(agent_id: FromPath[str], desk: TheDesk) -> dict[str, Any]:
    """Its settings are empty: nobody here has any use for them."""
    if agent_id not in desk.agents:
        raise no_agent(agent_id)
    agent = desk.agents[agent_id]
    made = int(agent.created_at)
    return {
        "agent_id": agent.id,
        "name": agent.name,
        "conversation_config": {},
        "metadata": {"created_at_unix_secs": made, "updated_at_unix_secs": made},
        "phone_numbers": [],
        "tags": [],
    }


@get("/webhooks")
async def list_webhooks(desk: TheDesk) -> dict[str, Any]:
    """How the webhook is doing: whether ElevenLabs has given up on it, and why."""
    hook = desk.subscription
    if not hook.url:
        return {"webhooks": []}
    shown = {
        "name": hook.name,
        "webhook_id": hook.id,
        "webhook_url": hook.url,
        "is_disabled": hook.disabled,
        "is_auto_disabled": hook.auto_disabled,
        "created_at_unix": int(hook.created_at),
        "auth_type": "hmac",
        "usage": [{"usage_type": "ConvAI Settings"}],
        "most_recent_failure_error_code": hook.last_code,
        "most_recent_failure_timestamp": None if hook.last_failure is None else int(hook.last_failure),
    }
    return {"webhooks": [shown]}


def _row(agent: Agent) -> dict[str, Any]:
    made = int(agent.created_at)
    return {
        "agent_id": agent.id,
        "name": agent.name,
        "voice_id": "voice_sandbox",
        "tags": [],
        "created_at_unix_secs": made,
        "updated_at_unix_secs": made,
        "access_info": _MINE,
    }
