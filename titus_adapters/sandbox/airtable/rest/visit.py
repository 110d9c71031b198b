"""One request: whose it is, and what they may do."""

from __future__ import annotations

from typing import Any

from litestar import Request

from titus_adapters.sandbox.airtable.accounts import Token, allows
from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Table
from titus_adapters.sandbox.airtable.desk import Desk
from titus_adapters.sandbox.airtable.refusals import not_permitted, not_yours_or_not_there

KEY = "airtable_visit"


class Visit:
    """`attachments_fail`: this write succeeds without its attachments."""

    def __init__(self, desk: Desk, token: Token) -> None:
        self.desk = desk
        self.token = token
        self.attachments_fail = False

    def base(self, base_id: str, scope: str, permission: str = "read") -> Base:
        """The base, if the token reaches it and both it and its owner may do that; raises `Refused`."""
        self.need(scope)
        base = self.desk.bases.get(base_id)
        if base is None or not self.token.reaches(base_id):
            raise not_yours_or_not_there()
        held = base.permission_of(self.token.user_id)
        if held == "none":
            raise not_yours_or_not_there()
        if not allows(held, permission):
            raise not_permitted()
        return base

    def table(self, base: Base, name: str) -> Table:
        table = base.tables.find(name)
        if table is None:
            raise not_yours_or_not_there()
        return table

    def need(self, scope: str) -> None:
        if scope not in self.token.scopes:
            raise not_permitted()


def provide_visit(request: Request[Any, Any, Any]) -> Visit:
    """What the door made of the request's token."""
    visit: Visit = request.scope["state"][KEY]
    return visit
