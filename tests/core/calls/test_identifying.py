"""Whose number it is: never one of several as if it were surely they."""

from __future__ import annotations

import pytest

from titus_core.calls.identifying import Identity, identity_of
from titus_core.calls.ports import CallerKind, KnownCaller
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber

NUMBER = PhoneNumber("+61491570006")


def has(*names: str) -> tuple[KnownCaller, ...]:
    return tuple(KnownCaller(NUMBER, f"rec{place}", name) for place, name in enumerate(names))


def test_a_number_that_nobody_has_names_nobody() -> None:
    assert identity_of(()) == Identity(None, None, None)


def test_who_has_a_number_alone_is_named_with_their_record_and_coordinator() -> None:
    known = KnownCaller(NUMBER, "rec1", "Wren Adeyemi", UserId(7), CallerKind.CLIENT)
    assert identity_of((known,)) == Identity("Wren Adeyemi", "rec1", UserId(7))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("Bo Lee", "Ann Lee"), "Ann Lee or Bo Lee"),
        (("Cy", "Bo", "Ann"), "Ann, Bo or Cy"),
        (("Ann", "Bo", "Cy", "Di"), None),
        (("Ann Lee", " ann  LEE "), "ann LEE"),
    ],
)
def test_several_with_one_number_are_all_named_or_none_and_no_record_is(names: tuple[str, ...], told: str) -> None:
    assert identity_of(has(*names)) == Identity(told, None, None)


@pytest.mark.parametrize(
    ("coordinators", "told"), [((7, 7), UserId(7)), ((7, 8), None), ((7, None), None), ((None, None), None)]
)
def test_a_coordinator_is_theirs_only_if_all_agree(coordinators: tuple[int, int], told: UserId | None) -> None:
    callers = [KnownCaller(NUMBER, f"rec{n}", "A", UserId(n) if n else None) for n in coordinators]
    assert identity_of(callers).coordinator == told
