"""Is Titus there, can it work, and what is it connected to?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable
from titus_core.providers.model import Level, Standing
from titus_core.providers.ports import StandingReader
from titus_http.routes.sections import StaffSection
from titus_http.security.policies import PUBLIC


class Integration(msgspec.Struct, frozen=True, rename="camel"):
    """A provider or store. `missing` names the settings that would turn it on. `standing` is what the last look at it
    found (looked at every hour), with what there is to say of it; null: it is not looked at, or was not yet."""

    name: str
    configured: bool
    missing: tuple[str, ...] = ()
    standing: Level | None = None
    detail: str | None = None
    checked_at: datetime | None = None


class Health(msgspec.Struct, frozen=True):
    """What the health routes tell. `waiting_for` answers what keeps Titus from working, in words; nothing: it is
    usable. It may raise `Unavailable`. `standings` remembers how providers stood when they were looked at."""

    version: str
    waiting_for: Callable[[], Awaitable[tuple[str, ...]]]
    integrations: tuple[Integration, ...]
    standings: StandingReader


class Alive(msgspec.Struct, frozen=True):
    version: str
    timestamp: datetime
    status: str = "ok"


class Ready(msgspec.Struct, frozen=True):
    status: str = "ready"


class Integrations(msgspec.Struct, frozen=True):
    integrations: tuple[Integration, ...]


@get("/", opt=PUBLIC, security=[{}])
async def get_health(
    health: NamedDependency[SkipValidation[Health]], clock: NamedDependency[SkipValidation[Clock]]
) -> Alive:
    """The process is alive. Touches nothing else: a broken store must not make anyone restart it."""
    return Alive(health.version, clock.now())


@get("/ready", opt=PUBLIC, security=[{}])
async def get_readiness(health: NamedDependency[SkipValidation[Health]]) -> Ready:
    """Titus can work: its store answers and has today's schema. 503 until then."""
    waiting = await health.waiting_for()
    if waiting:
        raise Unavailable(f"Waiting for {', '.join(waiting)}", waitingFor=waiting)
    return Ready()


@get("/integrations", opt=PUBLIC, security=[{}])
async def list_integrations(health: NamedDependency[SkipValidation[Health]]) -> Integrations:
    """What Titus is connected to, how it stood there when it was last looked at, and which settings the rest would
    need. Names only, never values. Asks nobody but the store, and does without it."""
    try:
        found = {one.name: one for one in await health.standings.standings()}
    except Unavailable:
        found = {}
    return Integrations(tuple(_shown(one, found.get(one.name)) for one in health.integrations))


def _shown(integration: Integration, standing: Standing | None) -> Integration:
    """What was seen of a provider while it was configured is of no use when it is not any more."""
    if standing is None or not integration.configured:
        return integration
    detail, at = standing.detail or None, standing.checked_at
    return msgspec.structs.replace(integration, standing=standing.level, detail=detail, checked_at=at)


router = StaffSection("/api/health", route_handlers=[get_health, get_readiness, list_integrations], tags=["Health"])
