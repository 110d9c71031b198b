"""What a store can keep, and what is needed of it."""

from __future__ import annotations

from msgspec.structs import replace

from titus_core.kernel.promises import LIVE_STATE


def test_a_store_that_keeps_all_lacks_nothing() -> None:
    assert LIVE_STATE.lacks(LIVE_STATE) == ()
    assert replace(LIVE_STATE, durable=True).lacks(LIVE_STATE) == ()


def test_what_is_needed_and_not_kept_is_named() -> None:
    weak = replace(LIVE_STATE, atomic=False, optimistic_locking=False)
    assert weak.lacks(LIVE_STATE) == ("atomic", "optimistic_locking")
    assert LIVE_STATE.lacks(replace(LIVE_STATE, durable=True)) == ("durable",)
