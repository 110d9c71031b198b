"""Which words may name a file."""

from __future__ import annotations

import pytest

from titus_core.kernel.errors import Invalid
from titus_core.kernel.files import LONGEST_KEY, check_key


@pytest.mark.parametrize("key", ["a", "recordings/RE1.mp3", "a/b/c-d_e.f", "a" * LONGEST_KEY])
def test_a_name(key: str) -> None:
    check_key(key)


@pytest.mark.parametrize("key", ["", "/a", "../a", "a/.b", "a b", "a" * (LONGEST_KEY + 1)])
def test_no_name(key: str) -> None:
    with pytest.raises(Invalid):
        check_key(key)
