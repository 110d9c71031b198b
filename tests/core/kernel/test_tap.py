"""What a store tells whoever counts."""

from __future__ import annotations

from titus_core.kernel.unit_of_work import Tap, Untapped


def test_a_store_may_be_listened_to_by_nobody() -> None:
    tap: Tap = Untapped()
    tap.stored(())
    tap.conflicted()
