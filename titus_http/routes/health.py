"""Is Titus there, can it work, and what is it connected to?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable
from titus_http.security.policies import PUBLIC


class Integration(msgspec.Struct, frozen=True):
    """A provider or store. `missing` names the settings that would turn it on."""

    name: str
    configured: bool
    missing: tuple[str, ...] = ()


class Health(msgspec.Struct, frozen=True):
    """What the health routes tell. `waiting_for` answers what keeps Titus from working, in words; nothing: it is
    usable. It may raise `Unavailable`."""

    version: str
    waiting_for: Callable[[], Awaitable[tuple[str, ...]]]
    integrations: tuple[Integration, ...] = ()


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
    """What Titus is connected to, and which settings the rest would need. Names only, never values."""
    return Integrations(health.integrations)


router = Router("/api/health", route_handlers=[get_health, get_readiness, list_integrations], tags=["Health"])
