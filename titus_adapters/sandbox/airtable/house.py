"""What all bases of the sandbox share: time, ids, people, files, settings."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from titus_adapters.sandbox.airtable.files import Attachment, Files
from titus_adapters.sandbox.airtable.ids import Ids
from titus_adapters.sandbox.airtable.switches import Limits, Pace, Switches


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with an Airtable account; or a service account."""

    id: str
    email: str
    name: str = ""
    permission: str = "create"
    """On every base where nothing else is said: `read`, `comment`, `edit`, `create` or `owner`."""


class House:
    """`now` is UTC seconds since the epoch, in the sandbox's time. `url` is where the sandbox is reached."""

    def __init__(self, now: Callable[[], float], seed: int, url: str) -> None:
        self.now = now
        self.ids = Ids(seed)
        self.url = url
        self.switches = Switches()
        self.pace = Pace()
        self.limits = Limits()
        self.users: dict[str, User] = {}
        self.files = Files(self.ids.key())
        self.on_attachment: Callable[[Attachment], None] = lambda _: None
        """Called with every new attachment: its bytes may be still to come."""

    def user(self, user: User) -> User:
        """Make somebody known, in place of who had that id."""
        self.users[user.id] = user
        return user

    def user_named(self, name: str) -> User | None:
        """By id, email address or name."""
        return self.users.get(name) or next((one for one in self.users.values() if name in {one.email, one.name}), None)
