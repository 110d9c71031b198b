"""`/v0/{base}/{table}/{record}/comments`."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Row
from titus_adapters.sandbox.airtable.cells.people import show_user
from titus_adapters.sandbox.airtable.refusals import Refused, invalid_request, no_record, not_permitted
from titus_adapters.sandbox.airtable.rest.routing import Call, Route
from titus_adapters.sandbox.airtable.times import stamp

READ, WRITE = "data.recordComments:read", "data.recordComments:write"
LARGEST_PAGE = 100
_MENTION = re.compile(r"@\[(usr[A-Za-z0-9]{14})\]")


class Comment(msgspec.Struct, kw_only=True, eq=False):
    id: str
    text: str
    author_id: str
    created_at: float
    updated_at: float | None = None
    parent_id: str | None = None


async def list_comments(call: Call, base_id: str, table: str, record_id: str) -> dict[str, Any]:
    """The newest first."""
    base, row = _row(call, base_id, table, record_id, READ, "read")
    query = call.query
    size, start = _number(query.get("pageSize"), LARGEST_PAGE), _number(query.get("offset"), 0)
    if not 1 <= size <= LARGEST_PAGE:
        raise invalid_request()
    comments: list[Comment] = list(reversed(row.comments or []))
    shown: dict[str, Any] = {"comments": [_shown(base, one) for one in comments[start : start + size]]}
    more = start + size < len(comments)
    return {**shown, "offset": str(start + size) if more else None}


async def add_comment(call: Call, base_id: str, table: str, record_id: str) -> dict[str, Any]:
    base, row = _row(call, base_id, table, record_id, WRITE, "comment")
    sent = await call.body()
    parent = sent.get("parentCommentId")
    if parent is not None:
        _find(row, parent)
    house = call.desk.house
    comment = Comment(
        id=house.ids.new("com"),
        text=_text(sent),
        author_id=call.visit.token.user_id,
        created_at=house.now(),
        parent_id=parent,
    )
    row.comments = [*(row.comments or []), comment]
    return _shown(base, comment)


async def update_comment(call: Call, base_id: str, table: str, record_id: str, comment_id: str) -> dict[str, Any]:
    """One's own only."""
    base, row = _row(call, base_id, table, record_id, WRITE, "comment")
    comment = _own(call, row, comment_id)
    comment.text, comment.updated_at = _text(await call.body()), call.desk.now()
    return _shown(base, comment)


async def delete_comment(call: Call, base_id: str, table: str, record_id: str, comment_id: str) -> dict[str, Any]:
    _, row = _row(call, base_id, table, record_id, WRITE, "comment")
    comment = _own(call, row, comment_id)
    row.comments = [one for one in row.comments or [] if one is not comment]
    return {"id": comment_id, "deleted": True}


def _row(call: Call, base_id: str, table: str, record_id: str, scope: str, permission: str) -> tuple[Base, Row]:
    base, found = call.table(base_id, table, scope, permission)
    if record_id not in found.rows:
        raise no_record()
    return base, found.rows[record_id]


def _find(row: Row, comment_id: Any) -> Comment:
    found = next((one for one in row.comments or [] if one.id == comment_id), None)
    if found is None:
        raise Refused(404, "MODEL_ID_NOT_FOUND", "Comment not found")
    comment: Comment = found
    return comment


def _own(call: Call, row: Row, comment_id: str) -> Comment:
    comment = _find(row, comment_id)
    if comment.author_id != call.visit.token.user_id:
        raise not_permitted()
    return comment


def _text(sent: dict[str, Any]) -> str:
    text = sent.get("text")
    if not isinstance(text, str) or not text:
        raise invalid_request()
    return text


def _number(sent: str | None, default: int) -> int:
    if sent is None:
        return default
    if not sent.isdecimal():
        raise invalid_request()
    return int(sent)


def _shown(base: Base, comment: Comment) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": comment.id,
        "author": show_user(base, comment.author_id),
        "text": comment.text,
        "createdTime": stamp(comment.created_at),
        "lastUpdatedTime": stamp(comment.updated_at) if comment.updated_at is not None else None,
        "reactions": [],
    }
    mentioned = {user_id: _mention(base, user_id) for user_id in _MENTION.findall(comment.text)}
    if mentioned:
        shown["mentioned"] = mentioned
    if comment.parent_id is not None:
        shown["parentCommentId"] = comment.parent_id
    return shown


def _mention(base: Base, user_id: str) -> dict[str, Any]:
    user = base.house.users.get(user_id)
    known = {"displayName": user.name or user.email, "email": user.email} if user is not None else {"displayName": ""}
    return {"type": "user", "id": user_id, **known}


ROUTES = (
    Route("GET", "*/*/*/comments", list_comments),
    Route("POST", "*/*/*/comments", add_comment),
    Route("PATCH", "*/*/*/comments/*", update_comment),
    Route("DELETE", "*/*/*/comments/*", delete_comment),
)
