"""Attachments. Kept are their ids; each look at them gives addresses that are good for two hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from titus_adapters.sandbox.airtable.base.model import Field, Stored
from titus_adapters.sandbox.airtable.cells.kind import Kind
from titus_adapters.sandbox.airtable.files import Attachment
from titus_adapters.sandbox.airtable.refusals import bad_value

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base
    from titus_adapters.sandbox.airtable.cells.intake import Intake

_SIZES = {"small": 36, "large": 512, "full": 3000}


def _attachments(intake: Intake, field: Field, sent: Any) -> Stored:
    """Existing ones by id, new ones by their address; whoever is left out is gone."""
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise bad_value(field.name)
    ids = [_attachment(intake, field, one) for one in sent]
    return list(dict.fromkeys(one for one in ids if one is not None)) or None


def _attachment(intake: Intake, field: Field, sent: dict[str, Any]) -> str | None:
    """None for one that could not be taken."""
    known = sent.get("id")
    if known is not None:
        if not isinstance(known, str) or intake.base.house.files.get(known) is None:
            raise bad_value(field.name)
        return known
    url = sent.get("url")
    if not isinstance(url, str) or urlparse(url).scheme not in {"http", "https"}:
        raise bad_value(field.name)
    name = sent.get("filename") or urlparse(url).path.rpartition("/")[2] or "file"
    attachment = Attachment(id=intake.base.house.ids.new("att"), filename=str(name), source=url)
    return attachment.id if intake.add_attachment(attachment) else None


def show(base: Base, attachment_id: str) -> dict[str, Any]:
    attachment = base.house.files.get(attachment_id)
    if attachment is None:
        return {"id": attachment_id}
    if attachment.as_given is not None:
        return attachment.as_given
    if attachment.content is None:
        return {"id": attachment.id, "url": attachment.source, "filename": attachment.filename}
    return {"id": attachment.id, **_size(attachment), **_addresses(base, attachment)}


def _size(attachment: Attachment) -> dict[str, Any]:
    shown: dict[str, Any] = {"filename": attachment.filename, "size": attachment.size, "type": attachment.type}
    if attachment.width is not None:
        shown |= {"width": attachment.width, "height": attachment.height}
    return shown


def _addresses(base: Base, attachment: Attachment) -> dict[str, Any]:
    house = base.house
    expires = house.now() + house.pace.attachment_url
    shown: dict[str, Any] = {"url": house.files.address(house.url, attachment, expires)}
    if attachment.has_thumbnails:
        shown["thumbnails"] = {
            kind: {"url": house.files.address(house.url, attachment, expires, kind), "width": size, "height": size}
            for kind, size in _SIZES.items()
        }
    return shown


def _value(base: Base, _: Field, stored: Stored) -> list[Any]:
    shown = [show(base, attachment_id) for attachment_id in stored]
    return [f"{one.get('filename', '')} ({one.get('url', '')})" for one in shown]


FILES = Kind(
    accept=_attachments,
    show=lambda base, _, stored: [show(base, one) for one in stored],
    value=_value,
)
