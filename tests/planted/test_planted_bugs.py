"""The simulation finds bugs that are put there on purpose; else it would prove nothing. `make proof PART=planted` looks
longer, and for those too that need it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.planted.bugs import BUGS, NO_BUG, RARE
from tests.planted.planting import Bug, Stale, check, hunt

HISTORIES = range(500)
CPU_SECONDS = 20.0
QUICK = [bug for slug, bug in BUGS.items() if slug not in RARE]


def test_every_bug_can_still_be_planted() -> None:
    """A change of the code may make one stale: then it is to be written anew, not left out."""
    for bug in (*BUGS.values(), NO_BUG):
        check(bug)


def test_a_bug_whose_text_is_gone_is_an_error() -> None:
    with pytest.raises(Stale):
        hunt(replace(NO_BUG, text="this was never there"), seeds=range(1), cpu_seconds=CPU_SECONDS)


def test_each_bug_has_its_own_name_and_breaks_something() -> None:
    for bug in BUGS.values():
        assert bug.text != bug.planted
        assert bug.breaks.endswith(".")
    assert set(BUGS) >= RARE


@pytest.mark.parametrize("bug", QUICK, ids=lambda bug: bug.slug)
def test_a_planted_bug_is_found(bug: Bug) -> None:
    assert hunt(bug, seeds=HISTORIES, cpu_seconds=CPU_SECONDS).found is not None


@pytest.mark.parametrize("bug", [None, NO_BUG], ids=["nothing planted", "nothing changed"])
def test_nothing_is_found_where_there_is_no_bug(bug: Bug | None) -> None:
    verdict = hunt(bug, seeds=HISTORIES, cpu_seconds=CPU_SECONDS)
    assert (verdict.found, verdict.histories) == (None, len(HISTORIES))
