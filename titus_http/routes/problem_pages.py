"""The documentation of problem types, at the addresses that problems name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from litestar import MediaType, get
from litestar.params import FromPath

from titus_http.problems import UnknownPath
from titus_http.routes.sections import Section
from titus_http.security.policies import PUBLIC

PAGES = Path(__file__).parents[2] / "docs" / "problems"


@get("/", media_type=MediaType.TEXT, opt=PUBLIC, security=[{}])
async def list_problems() -> str:
    """All problem types."""
    return "\n".join(f"/problems/{code}" for code in sorted(_pages())) + "\n"


@get("/{code:str}", media_type=MediaType.TEXT, opt=PUBLIC, security=[{}])
async def get_problem(code: FromPath[str]) -> str:
    """What this type of problem means, and what to do about it."""
    page = _pages().get(code)
    if page is None:
        raise UnknownPath
    return page


@lru_cache(maxsize=1)
def _pages() -> dict[str, str]:
    return {file.stem: file.read_text() for file in PAGES.glob("*.md")}


router = Section("/problems", route_handlers=[list_problems, get_problem], tags=["Problems"])
