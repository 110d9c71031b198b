"""Attachments: their bytes, and addresses that are good for two hours."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import quote

import msgspec


class Attachment(msgspec.Struct, kw_only=True, eq=False):
    """`content` None: not here (yet); `source` is where it is to be read from, or the address that it was given."""

    id: str
    filename: str
    type: str = ""
    size: int | None = None
    width: int | None = None
    height: int | None = None
    content: bytes | None = None
    source: str = ""
    as_given: dict[str, Any] | None = None
    """Shown just so, whatever the rest says: a test's own shape."""

    @property
    def has_thumbnails(self) -> bool:
        return self.type.startswith("image/") or self.type == "application/pdf"


class Files:
    """All attachments, by id."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._by_id: dict[str, Attachment] = {}

    def add(self, attachment: Attachment) -> Attachment:
        self._by_id[attachment.id] = attachment
        return attachment

    def get(self, attachment_id: str) -> Attachment | None:
        return self._by_id.get(attachment_id)

    def address(self, url: str, attachment: Attachment, expires: float, kind: str = "file") -> str:
        """Good until `expires` (UTC seconds)."""
        milliseconds = int(expires * 1000)
        signature = self.signature(attachment.id, milliseconds)
        name = quote(attachment.filename, safe="")
        return f"{url}/v3/u/00/00/{milliseconds}/{signature}/{attachment.id}/{kind}/{name}"

    def signature(self, attachment_id: str, milliseconds: int) -> str:
        return hmac.new(self._secret, f"{attachment_id} {milliseconds}".encode(), "sha256").hexdigest()[:32]

    def is_signed(self, attachment_id: str, milliseconds: int, signature: str) -> bool:
        return hmac.compare_digest(self.signature(attachment_id, milliseconds).encode(), signature.encode())
