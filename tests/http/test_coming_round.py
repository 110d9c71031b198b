"""What comes round by itself goes on coming round, whatever one look came to."""

from __future__ import annotations

from typing import Any, cast

import pytest

from titus_core.kernel.errors import Unavailable
from titus_http.callers_first import CallersFirst
from titus_http.jobs import Working


@pytest.mark.parametrize("error", [Unavailable("the store is away"), ValueError("anything")])
async def test_a_look_that_fails_is_followed_by_the_next_one(error: Exception) -> None:
    looks: list[int] = []

    async def periodic() -> None:
        looks.append(len(looks))
        if len(looks) == 1:
            raise error

    working = Working(cast("Any", None), {}, cast("Any", periodic), CallersFirst())
    await working.look()
    await working.look()
    assert looks == [0, 1]
