"""The REST application. Twilio's webhooks stand in front of it (`webhooks/twilio/edge.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec
from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from titus_http.openapi import openapi_config
from titus_http.page_files import PageFiles
from titus_http.problems import exception_handlers
from titus_http.routes import dialer, staff_dependencies, staff_routers
from titus_http.routes.health import Health, Integration
from titus_http.routes.legacy_paths import not_built
from titus_http.security.guards import Guard, check_policies
from titus_http.security.monitors import Monitors
from titus_http.security.origin import Site
from titus_http.security.policies import PUBLIC
from titus_http.security.requests import MAX_BODY, BoundedRequest, check_address
from titus_http.telemetry import SILENT, Telemetry
from titus_http.use_cases import UseCases, constant

VERSION = version("titus")


class AppSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the REST application is seen from outside. `cors_origins` may read answers in a browser; `static_dir` holds
    today's web pages, `voice_sdk` is the file of Twilio's SDK for the browser dialer; `monitors` may read figures."""

    site: Site
    cors_origins: tuple[str, ...] = ()
    static_dir: Path | None = None
    voice_sdk: Path | None = None
    monitors: Monitors = Monitors()


def create_app(
    use_cases: UseCases,
    health: Health,
    webhooks: Sequence[ControllerRouterHandler],
    settings: AppSettings,
    telemetry: Telemetry = SILENT,
) -> Litestar:
    """All routes but Twilio's. Stand `LegacyPaths` in front of it."""
    site = settings.site
    cors = CORSConfig(allow_origins=list(settings.cors_origins), allow_credentials=True)
    return Litestar(
        [*staff_routers(), dialer.router, *webhooks, *_pages(settings.static_dir)],
        dependencies=staff_dependencies(use_cases, site, health, telemetry)
        | {"voice_sdk": constant(settings.voice_sdk)},
        guards=[check_address, Guard(use_cases.resume_session, site, settings.monitors)],
        exception_handlers=exception_handlers(site.base_url, not_built),
        request_class=BoundedRequest,
        request_max_body_size=MAX_BODY,
        openapi_config=openapi_config(VERSION),
        cors_config=cors if settings.cors_origins else None,
        on_startup=[check_policies],
        logging_config=None,
    )


def integrations(missing: Mapping[str, tuple[str, ...]], sections: Sequence[str]) -> tuple[Integration, ...]:
    """What health tells of the sections of the settings: which are complete, and what the others lack."""
    return tuple(Integration(name, name not in missing, missing.get(name, ())) for name in sections)


def _pages(folder: Path | None) -> list[ControllerRouterHandler]:
    if folder is None:
        return []
    router = create_static_files_router(
        path="/",
        directories=[folder],
        file_system=PageFiles(),
        html_mode=True,
        include_in_schema=False,
        opt=PUBLIC,
    )
    return [router]
