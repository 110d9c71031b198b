"""`/v1/convai/conversations`."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import delete, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream

from titus_adapters.sandbox.elevenlabs.desk import Desk
from titus_adapters.sandbox.elevenlabs.events import sound_of
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.rest.errors import InvalidBody, no_conversation
from titus_adapters.sandbox.elevenlabs.rest.paging import page, page_size, place_of
from titus_adapters.sandbox.elevenlabs.shapes import detail, row

PIECE = 16 * 1024
TheDesk = NamedDependency[Desk]


@get("/conversations")
async def list_conversations(
    desk: TheDesk,
    cursor: FromQuery[str | None] = None,
    agent_id: FromQuery[str | None] = None,
    user_id: FromQuery[str | None] = None,
    call_start_after_unix: FromQuery[int | None] = None,
    call_start_before_unix: FromQuery[int | None] = None,
    exclude_statuses: FromQuery[list[str] | None] = None,
    dynamic_variable_params: FromQuery[list[str] | None] = None,
    size: Annotated[int | None, QueryParameter(name="page_size")] = None,
    summary_mode: FromQuery[str] = "exclude",
) -> dict[str, Any]:
    """Newest first. Other filters of the real one are ignored here."""
    excluded = {word for words in exclude_statuses or [] for word in words.split(",")}
    wanted = [_equality(text) for text in dynamic_variable_params or []]
    found = [
        one
        for one in desk.conversations.values()
        if agent_id in {None, one.agent.id}
        and user_id in {None, one.client_data.get("user_id")}
        and one.status not in excluded
        and _begins(desk, one, call_start_after_unix, call_start_before_unix)
        and all(str(one.variables.get(name)) == value for name, value in wanted)
    ]
    shown, following = page(found, page_size(size), place_of(cursor))
    return {
        "conversations": [row(desk, one, summary=summary_mode == "include") for one in shown],
        "next_cursor": following,
        "has_more": following is not None,
    }


@get("/conversations/{conversation_id:str}")
async def show_conversation(conversation_id: FromPath[str], desk: TheDesk) -> dict[str, Any]:
    return detail(desk, _find(desk, conversation_id))


@get("/conversations/{conversation_id:str}/audio")
async def conversation_audio(conversation_id: FromPath[str], desk: TheDesk) -> Stream:
    """MP3; 404 before it is analysed, and once it was deleted."""
    conversation = _find(desk, conversation_id)
    if not conversation.has_audio:
        raise no_conversation()
    return Stream(_pieces(sound_of(desk, conversation)), media_type="audio/mpeg")


@delete("/conversations/{conversation_id:str}", status_code=200)
async def delete_conversation(conversation_id: FromPath[str], desk: TheDesk) -> None:
    """As a retention period does."""
    del desk.conversations[_find(desk, conversation_id).id]


def _find(desk: Desk, conversation_id: str) -> Conversation:
    if conversation_id not in desk.conversations:
        raise no_conversation()
    return desk.conversations[conversation_id]


def _begins(desk: Desk, conversation: Conversation, after: int | None, before: int | None) -> bool:
    at = int(conversation.created_at)
    if after is not None and at < after + (not desk.switches.start_bound_included):
        return False
    return before is None or at <= before


def _equality(text: str) -> tuple[str, str]:
    name, _, test = text.partition(":")
    operator, _, value = test.partition(":")
    if operator != "eq":
        raise InvalidBody(("query", "dynamic_variable_params"), "The sandbox knows only eq", "value_error")
    return name, value


async def _pieces(sound: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(sound), PIECE):
        yield sound[start : start + PIECE]
