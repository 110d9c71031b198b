"""`titus sandbox`: every provider played on one port, and a page to play with them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from litestar import Litestar, MediaType, Response, get

from titus_adapters.sandbox.part import Part

PAGE = Path(__file__).parent / "page.html"
HERE = "<!-- parts -->"


def create_sandbox_app(*parts: Part) -> Litestar:
    """An ASGI app with every part below its own name, and the control page at `/`."""
    page = PAGE.read_text("utf-8").replace(HERE, "\n".join(part.section for part in parts))

    @get("/", include_in_schema=False)
    async def control_page() -> Response[str]:
        return Response(page, media_type=MediaType.HTML)

    @contextlib.asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        tasks = [asyncio.ensure_future(part.run()) for part in parts if part.run is not None]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    return Litestar(
        route_handlers=[control_page, *(route for part in parts for route in part.routes)],
        lifespan=[running],
        openapi_config=None,
        logging_config=None,
    )
