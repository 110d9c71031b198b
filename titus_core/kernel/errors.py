"""Everything that Titus refuses or cannot do.

    TitusError
    ├── Invalid              the input breaks a rule; names the field
    ├── NotFound             nothing has that id
    ├── AlreadyExists        something has that key already
    ├── Taken                someone else was faster; names who
    ├── Stale                the client's version is not the stored one
    ├── Unauthenticated      no or no valid session
    ├── Refused              signed in, but not allowed
    ├── TooMany              a limit is reached for now
    ├── NotConfigured        the feature is off; names the missing settings
    ├── NotBuilt             the route exists in the contract, the feature does not yet
    ├── Unavailable          a store or provider cannot be reached; worth trying again
    │   └── Conflict         a concurrent change won; the unit of work runs again by itself
    └── Misuse               a programming error inside Titus
        ├── ForeignAwait     a unit of work awaited something that is not its tx
        └── ReadAfterWrite   a unit of work read after it had written

An error carries a slug (`code`), a title and data; which HTTP status it becomes is the edge's business.
"""

from __future__ import annotations

from typing import ClassVar


class TitusError(Exception):
    """Base of all errors; the message defaults to the class's title."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, message: str | None = None, **data: object) -> None:
        super().__init__(message or self.title)
        self.data = data


class Invalid(TitusError):
    """The input breaks a rule; `data["field"]` names where."""

    code = "invalid"
    title = "The input is not valid"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}", field=field, reason=reason)


class NotFound(TitusError):
    """Nothing of that kind has that id."""

    code = "not-found"
    title = "There is no such thing"


class AlreadyExists(TitusError):
    """Something has that key already."""

    code = "already-exists"
    title = "That exists already"


class Taken(TitusError):
    """Another person has it, or has done it already; `data["by"]` is their user id, `data["at"]` since when."""

    code = "taken"
    title = "Someone else was faster"


class Stale(TitusError):
    """The version that the client changed is not the stored one; it should read again."""

    code = "stale"
    title = "Someone changed it in the meantime"


class Unauthenticated(TitusError):
    """There is no session, or it is over."""

    code = "unauthenticated"
    title = "Not authenticated"


class Refused(TitusError):
    """The actor may not do this."""

    code = "refused"
    title = "Not allowed"


class TooMany(TitusError):
    """A limit is reached; `data["retry_after"]` says for how many seconds."""

    code = "too-many"
    title = "Too many attempts"


class NotConfigured(TitusError):
    """The feature is off; `data["missing"]` names the settings that would turn it on."""

    code = "not-configured"
    title = "This feature is not configured"


class NotBuilt(TitusError):
    """The contract names this, but Titus does not do it yet."""

    code = "not-built"
    title = "This is not built yet"


class Unavailable(TitusError):
    """A store or a provider cannot be reached now; the same request may succeed later."""

    code = "unavailable"
    title = "Temporarily unavailable"


class Conflict(Unavailable):
    """A concurrent change won. Storage runs the unit of work again; callers see this only when that did not help."""

    code = "conflict"
    title = "Too much happened at once"


class Misuse(TitusError):
    """A programming error inside Titus."""

    code = "misuse"
    title = "Titus used itself wrongly"


class ForeignAwait(Misuse):
    """A unit of work may await only its tx: anything else would hold a transaction open, or run twice."""

    code = "foreign-await"
    title = "A unit of work awaited something that is not its tx"


class ReadAfterWrite(Misuse):
    """A unit of work reads first and writes last: adapters hold writes back until the work returns."""

    code = "read-after-write"
    title = "A unit of work read after it had written"
