"""Switches for all calls, and whether the AI agent can be reached."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.calls.ports import VoiceAgent
from titus_core.hunt_groups.change_voice_setting import DEFAULTS, ChangeVoiceSetting, VoiceSettingChange
from titus_core.hunt_groups.ports import HuntGroupReader
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import SIGNED_IN, needs


class AgentSwitch(msgspec.Struct, frozen=True):
    ai_enabled: bool


class AgentSwitchBody(msgspec.Struct, frozen=True):
    enabled: bool


class AgentSwitched(msgspec.Struct, frozen=True):
    ai_enabled: bool
    success: bool = True


class Timezone(msgspec.Struct, frozen=True):
    """The abbreviation of a state, such as `QLD`."""

    timezone: str


class TimezoneSet(msgspec.Struct, frozen=True):
    timezone: str
    success: bool = True


class AgentStatus(msgspec.Struct, frozen=True):
    """`connected`: the AI agent is configured and not known to be down."""

    connected: bool


@get("/settings/ai-enabled", opt=SIGNED_IN)
async def get_ai_enabled(group_reader: NamedDependency[SkipValidation[HuntGroupReader]]) -> AgentSwitch:
    """Whether callers whom nobody answers may be handed to the AI agent."""
    return AgentSwitch((await group_reader.voice_setting("ai_enabled") or DEFAULTS["ai_enabled"]) != "false")


@post("/settings/ai-enabled", status_code=200, opt=needs(Permission.MANAGE_VOICE_SETTINGS))
async def set_ai_enabled(
    request: Request[Any, Any, Any],
    data: JSONBody[AgentSwitchBody],
    change_voice_setting: NamedDependency[ChangeVoiceSetting],
) -> AgentSwitched:
    """Switch the AI agent on or off for all calls from now on."""
    value = "true" if data.enabled else "false"
    await change_voice_setting(VoiceSettingChange(signed_in(request).actor, "ai_enabled", value))
    return AgentSwitched(data.enabled)


@get("/settings/timezone", opt=SIGNED_IN)
async def get_timezone(group_reader: NamedDependency[SkipValidation[HuntGroupReader]]) -> Timezone:
    """The state whose time today's pages show."""
    return Timezone(await group_reader.voice_setting("timezone") or DEFAULTS["timezone"])


@post("/settings/timezone", status_code=200, opt=needs(Permission.MANAGE_VOICE_SETTINGS))
async def set_timezone(
    request: Request[Any, Any, Any],
    data: JSONBody[Timezone],
    change_voice_setting: NamedDependency[ChangeVoiceSetting],
) -> TimezoneSet:
    """Set the state whose time today's pages show."""
    await change_voice_setting(VoiceSettingChange(signed_in(request).actor, "timezone", data.timezone))
    return TimezoneSet(data.timezone)


@get("/agent/status", opt=SIGNED_IN)
async def get_agent_status(voice_agent: NamedDependency[SkipValidation[VoiceAgent | None]]) -> AgentStatus:
    """Whether the AI agent can take calls."""
    return AgentStatus(voice_agent is not None and voice_agent.available)


router = StaffSection(
    "/api/voice",
    route_handlers=[get_ai_enabled, set_ai_enabled, get_timezone, set_timezone, get_agent_status],
    tags=["Voice settings"],
)
