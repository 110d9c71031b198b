"""Conversations as ElevenLabs shows them (../shared/reference/elevenlabs)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from titus_adapters.sandbox.elevenlabs.desk import Desk
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.scripts import Line

Json = dict[str, Any]
_TOOL_SECONDS = 0.2


def detail(desk: Desk, conversation: Conversation) -> Json:
    """`GET /v1/convai/conversations/{id}`, and `data` of a transcript's event."""
    done = conversation.status == "done"
    return {
        "agent_id": conversation.agent.id,
        "agent_name": conversation.agent.name,
        "status": conversation.status,
        "user_id": conversation.client_data.get("user_id"),
        "branch_id": None,
        "version_id": None,
        "transcript": [_turn(line) for line in conversation.said(desk.now())],
        "metadata": _metadata(desk, conversation),
        "analysis": _analysis(conversation) if done else None,
        "conversation_initiation_client_data": _client_data(desk, conversation),
        "conversation_id": conversation.id,
        "has_audio": conversation.has_audio,
        "has_user_audio": conversation.has_audio,
        "has_response_audio": conversation.has_audio,
        "has_auxiliary_audio": False,
        "environment": "production",
        "tag_ids": [],
    }


def row(desk: Desk, conversation: Conversation, *, summary: bool) -> Json:
    """One of `GET /v1/convai/conversations`."""
    said, done = list(conversation.said(desk.now())), conversation.status == "done"
    return {
        "agent_id": conversation.agent.id,
        "agent_name": conversation.agent.name,
        "conversation_id": conversation.id,
        "start_time_unix_secs": int(conversation.created_at),
        "call_duration_secs": conversation.seconds(desk.now()),
        "message_count": len(said),
        "user_message_count": sum(line.role == "user" for line in said),
        "agent_message_count": sum(line.role == "agent" for line in said),
        "status": conversation.status,
        "termination_reason": conversation.termination or None,
        "call_successful": "success" if done else "unknown",
        "transcript_summary": conversation.script.summary if done and summary else None,
        "call_summary_title": conversation.script.title if done and summary else None,
        "main_language": "en",
        "conversation_initiation_source": "twilio",
        "direction": conversation.direction,
        "tool_names": sorted({line.tool for line in said if line.tool}),
        "rating": None,
        "tag_ids": [],
    }


def _turn(line: Line) -> Json:
    results = [_tool_result(line.tool)] if line.tool else []
    return {
        "role": line.role,
        "message": line.text,
        "tool_calls": [],
        "tool_results": results,
        "feedback": None,
        "llm_override": None,
        "time_in_call_secs": int(line.at),
        "conversation_turn_metrics": None,
        "rag_retrieval_info": None,
        "llm_usage": None,
        "interrupted": False,
        "original_message": None,
        "source_medium": None,
    }


def _tool_result(tool: str) -> Json:
    return {
        "type": "client",
        "request_id": f"tool_{tool}",
        "tool_name": tool,
        "result_value": '{"ok": true}',
        "is_error": False,
        "tool_has_been_called": True,
        "tool_latency_secs": _TOOL_SECONDS,
    }


def _metadata(desk: Desk, conversation: Conversation) -> Json:
    failure, accepted = conversation.failure, conversation.accepted_at
    return {
        "start_time_unix_secs": int(conversation.created_at),
        "accepted_time_unix_secs": None if accepted is None else int(accepted),
        "call_duration_secs": conversation.seconds(desk.now()),
        "cost": 6 * conversation.seconds(desk.now()),
        "authorization_method": "authorization_header",
        "phone_call": _phone_call(desk, conversation),
        "termination_reason": conversation.termination,
        "error": None if failure is None else {"code": 1002, "reason": failure},
        "warnings": [],
        "main_language": "en",
        "text_only": False,
        "timezone": "Australia/Brisbane",
        "conversation_initiation_source": "twilio",
    }


def _phone_call(desk: Desk, conversation: Conversation) -> Json | None:
    registered = conversation.source == "registered"
    if not conversation.stream_sid or (registered and not desk.switches.registered_phone_call):
        return None
    return {
        "type": "twilio",
        "direction": conversation.direction,
        "phone_number_id": "" if registered else "phnum_sandbox",
        "agent_number": conversation.line,
        "external_number": conversation.number,
        "call_result": "answered" if conversation.accepted_at is not None else None,
        "stream_sid": conversation.stream_sid,
        "call_sid": conversation.call_sid,
    }


def _analysis(conversation: Conversation) -> Json:
    return {
        "evaluation_criteria_results": {},
        "data_collection_results": {},
        "call_successful": "success",
        "transcript_summary": conversation.script.summary,
        "call_summary_title": conversation.script.title,
    }


def _client_data(desk: Desk, conversation: Conversation) -> Json:
    return {
        "conversation_config_override": conversation.client_data.get("conversation_config_override") or {},
        "custom_llm_extra_body": {},
        "user_id": conversation.client_data.get("user_id"),
        "source_info": {"source": "twilio", "version": None},
        "branch_id": None,
        "environment": "production",
        "dynamic_variables": {**conversation.variables, **_system_variables(desk, conversation)},
    }


def _system_variables(desk: Desk, conversation: Conversation) -> Json:
    return {
        "system__caller_id": conversation.number,
        "system__called_number": conversation.line,
        "system__call_sid": conversation.call_sid,
        "system__conversation_id": conversation.id,
        "system__agent_id": conversation.agent.id,
        "system__time_utc": datetime.fromtimestamp(conversation.created_at, UTC).isoformat(),
        "system__call_duration_secs": conversation.seconds(desk.now()),
    }
