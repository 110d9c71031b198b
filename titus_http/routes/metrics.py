"""The figures of this process, for Prometheus. What each means: docs/operations/telemetry.md."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from titus_http.routes.sections import StaffSection
from titus_http.security.policies import MONITOR
from titus_http.telemetry import Telemetry

MEDIA_TYPE = "text/plain; version=0.0.4"


@get("/metrics", opt=MONITOR, security=[{"metricsToken": []}], media_type=MEDIA_TYPE)
async def read_metrics(telemetry: NamedDependency[SkipValidation[Telemetry]]) -> bytes:
    """Figures of this process in Prometheus' text format. With TITUS_METRICS_TOKEN as a bearer token; where none is
    set, for whoever asks from this machine."""
    return await telemetry.page()


router = StaffSection("/", route_handlers=[read_metrics], tags=["Health"])
