"""Makes cassettes: against the sandbox, which plays every scenario, or against an owner's account, carefully."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.adapters.elevenlabs.stage import serving
from tests.cassettes import owner
from tests.cassettes.leaks import leaks
from tests.cassettes.providers import PROVIDERS, Account, Provider
from tests.cassettes.scenario import Given, Kind, Scenario, answered
from tests.cassettes.scenes.scene import START
from tests.cassettes.scrubbing import Scrubber
from tests.cassettes.shapes import differences
from tests.cassettes.tape import FOLDER, REAL, label, place, read, recording

MOST_DIFFERENCES = 12


class Take(NamedTuple):
    """One cassette to be made."""

    path: Path
    provider: Provider
    scenario: Scenario
    account: Account
    given: Given
    scrubber: Scrubber
    against: str


class Played:
    """Of what `titus sandbox` serves, on a loopback socket and in virtual time; made anew for each scenario, so that
    cassettes do not depend on one another."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._only = options.only
        self._folder = options.into or FOLDER

    def refusal(self, name: str) -> str:
        return ""

    async def record(self, name: str) -> bool:
        provider, good = PROVIDERS[name], True
        for scenario in chosen(provider, self._only):
            scene = await provider.played(scenario.name)
            async with serving(scene.app) as origin:
                account = scene.account(f"{origin}/{name}")
                scrubber = Scrubber(name, account.base_url, ours=(*provider.ours, *provider.theirs))
                path = place(name, scenario.name, self._folder)
                take = Take(path, provider, scenario, account, scene.given, scrubber, "sandbox")
                good = await taken(take) and good
        return good


class Real:
    """Of a real account. It is only read, unless the owner says otherwise."""

    def __init__(self, options: argparse.Namespace, environment: Mapping[str, str]) -> None:
        self._only = options.only
        self._folder = options.into or REAL
        self._effects = options.with_effects
        self._phone = options.phone.replace(" ", "")
        self._environment = environment

    def refusal(self, name: str) -> str:
        """Why nothing can be recorded; blank: it can."""
        absent = owner.missing(name, self._environment)
        return f"{' and '.join(absent)} not set: nothing was asked or recorded" if absent else ""

    async def record(self, name: str) -> bool:
        provider, good = PROVIDERS[name], True
        account, given = await owner.found(name, self._environment, self._phone)
        earlier = timedelta(seconds=int((datetime.now(UTC) - START).total_seconds()))
        for scenario in chosen(provider, self._only):
            if why_not := self._left_out(scenario, given):
                print(f"left out {name}/{scenario.name}: {why_not}")
                continue
            scrubber = Scrubber(name, account.base_url, earlier=earlier, ours=provider.ours)
            path = place(name, scenario.name, self._folder)
            good = await taken(Take(path, provider, scenario, account, given, scrubber, "real")) and good
            _compare(path, place(name, scenario.name))
        return good

    def _left_out(self, scenario: Scenario, given: Given) -> str:
        if scenario.kind is Kind.PLAYED:
            return f"{scenario.kind.value}: the sandbox plays it"
        if scenario.kind is Kind.COSTS and not self._effects:
            return f"{scenario.kind.value}: asks for --with-effects"
        absent = [name for name in scenario.needs if not getattr(given, name)]
        return f"there is no {' and no '.join(absent)} to ask with" if absent else ""


async def taken(take: Take) -> bool:
    """Whether the cassette was made. One that is there already stays until the new one is whole, tells what it should,
    and holds nothing that looks like a secret."""
    take.path.parent.mkdir(parents=True, exist_ok=True)
    fresh = take.path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    try:
        answer = await _played(take, fresh)
        if faults := _faults(take, fresh, answer):
            print(f"not written {take.path}: {'; '.join(faults)}", file=sys.stderr)
            return False
        fresh.replace(take.path)
    finally:
        fresh.unlink(missing_ok=True)
    print(f"wrote {take.path} ({len(read(take.path)['interactions'])} exchanges)")
    return True


async def _played(take: Take, path: Path) -> object:
    given = take.scenario.of(take.given)
    async with take.provider.open(take.account) as adapters:
        with recording(path, take.scrubber) as tape:
            answer = await answered(take.scenario, adapters, given)
            label(tape, take.scrubber.given(given), take.against)
    return answer


def _faults(take: Take, path: Path, answer: object) -> list[str]:
    """Why this is no cassette to keep."""
    faults = sorted(set(leaks(read(path))))
    try:
        good = take.scenario.holds(take.scenario.of(take.given), answer)
    except (AttributeError, TypeError):
        good = False  # something of another kind
    return faults if good else [*faults, f"the answer was {answer!r:.100}"]


def _compare(real: Path, played: Path) -> None:
    """Say where the real provider's answers are formed otherwise than the sandbox's."""
    if not (real.exists() and played.exists()):
        return
    lines = differences(read(real), read(played))
    for line in lines[:MOST_DIFFERENCES]:
        print(f"  {line}")
    if len(lines) > MOST_DIFFERENCES:
        print(f"  and {len(lines) - MOST_DIFFERENCES} more differences")


def chosen(provider: Provider, only: str | None) -> list[Scenario]:
    return [scenario for scenario in provider.scenarios if only in {None, scenario.name}]
