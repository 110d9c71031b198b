"""What one provider brings to `titus sandbox`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from litestar.types import ControllerRouterHandler


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """`routes` begin with `/<name>`; `section` is HTML for the control page; `run` goes on while the server does."""

    name: str
    routes: Sequence[ControllerRouterHandler]
    section: str = ""
    run: Callable[[], Awaitable[None]] | None = None
