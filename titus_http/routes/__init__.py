"""The REST API for staff, a file per area.

`create_app` composes it so:

    Litestar(
        staff_routers(),
        dependencies=staff_dependencies(use_cases, site, health),
        guards=[Guard(use_cases.resume_session, site)],
        exception_handlers=exception_handlers(site.base_url, not_built),
        request_class=BoundedRequest, request_max_body_size=MAX_BODY,
        openapi_config=openapi_config(version), on_startup=[check_policies], logging_config=None,
    )

behind `LegacyPaths`.
"""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from titus_http.routes import (
    audio,
    auth,
    availability,
    callbacks,
    calls,
    clients,
    contact_entries,
    contacts,
    conversations,
    events,
    health,
    hunt_groups,
    jobs,
    ledger,
    legacy_groups,
    messages,
    metrics,
    outbound,
    problem_pages,
    record_differences,
    record_files,
    records,
    stats,
    transcripts,
    users,
    voice_settings,
)
from titus_http.routes.health import Health
from titus_http.security.origin import Site
from titus_http.telemetry import SILENT, Telemetry
from titus_http.use_cases import UseCases, constant, dependencies


def staff_routers() -> list[Router]:
    """All routes for staff."""
    voice = (
        calls,
        outbound,
        callbacks,
        conversations,
        transcripts,
        audio,
        messages,
        events,
        hunt_groups,
        legacy_groups,
        availability,
        voice_settings,
    )
    areas = (
        auth,
        users,
        *voice,
        contacts,
        contact_entries,
        clients,
        records,
        record_files,
        record_differences,
        ledger,
        stats,
        jobs,
        health,
        metrics,
        problem_pages,
    )
    return [area.router for area in areas]


def staff_dependencies(
    use_cases: UseCases, site: Site, health: Health, telemetry: Telemetry = SILENT
) -> dict[str, Provide]:
    """What the routes ask for by name."""
    rest = {"site": site, "health": health, "telemetry": telemetry}
    return dependencies(use_cases) | {name: constant(value) for name, value in rest.items()}
