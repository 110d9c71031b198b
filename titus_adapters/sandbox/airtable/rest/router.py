"""All of the Web API below `/airtable`."""

from typing import Any

from litestar import MediaType, Request, Response, Router, route
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from titus_adapters.sandbox.airtable.desk import Desk
from titus_adapters.sandbox.airtable.refusals import Refused
from titus_adapters.sandbox.airtable.rest import building, collaborators, comments, metadata, records, uploads, webhooks
from titus_adapters.sandbox.airtable.rest.door import Door
from titus_adapters.sandbox.airtable.rest.errors import on_http_error, on_refused
from titus_adapters.sandbox.airtable.rest.routing import Call, dispatch, pieces_of
from titus_adapters.sandbox.airtable.rest.visit import provide_visit

LARGEST = 16 * 1024 * 1024
"""Bytes of a request: room for the largest upload in base 64."""

ROUTES = (
    *metadata.ROUTES,
    *building.ROUTES,
    *collaborators.ROUTES,
    *comments.ROUTES,
    *uploads.ROUTES,
    *webhooks.ROUTES,
    *records.ROUTES,
)


@route("/{rest:path}", http_method=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def airtable(request: Request[Any, Any, Any], rest: FromPath[str]) -> Response[Any]:
    """Whatever is not among the routes is for enterprises, who alone find it: everybody else is told 404."""
    answer = await dispatch(ROUTES, Call(provide_visit(request), request), request.method, pieces_of(request.scope))
    if answer is None:
        return Response(b"", status_code=200, media_type=MediaType.JSON)
    return Response(answer, status_code=200, media_type=MediaType.JSON)


def rest_router(desk: Desk, *, strict: bool = False) -> Router:
    """Any token will do unless `strict`."""
    return Router(
        path="/v0",
        route_handlers=[airtable],
        middleware=[Door(lambda: desk, strict=strict)],
        exception_handlers={Refused: on_refused, HTTPException: on_http_error},
        request_max_body_size=LARGEST,
    )
