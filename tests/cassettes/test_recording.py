"""The `record` command: against the sandbox it makes what is committed, against an account it is careful."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.elevenlabs.stage import serving
from tests.cassettes import record
from tests.cassettes.every_cassette import PLAYED, named
from tests.cassettes.leaks import leaks
from tests.cassettes.providers import PROVIDERS
from tests.cassettes.recording import Take, taken
from tests.cassettes.replay import replayed
from tests.cassettes.scenario import Kind
from tests.cassettes.scenes.scene import MEMBER
from tests.cassettes.scrubbing import Scrubber
from tests.cassettes.shapes import differences, shape
from tests.cassettes.strangers import (
    AGENT,
    API_KEY,
    OFFICE,
    PERSON,
    PLANTED,
    SID,
    TOKEN,
    Heard,
    elevenlabs_of_strangers,
    twilio_of_strangers,
)
from tests.cassettes.tape import given_of, place, read


def written(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.yaml"))


async def test_recording_anew_makes_cassettes_of_the_same_shape(tmp_path: Path) -> None:
    options = record.options([f"--into={tmp_path}"])
    assert await record.recorded(options, {}) == 0
    fresh = {named(path): shape(read(path)) for path in written(tmp_path)}
    assert fresh == {named(path): shape(read(path)) for path in PLAYED}


def test_there_is_a_cassette_for_each_scenario_and_none_besides() -> None:
    wanted = {f"{name}/{scenario.name}" for name, provider in PROVIDERS.items() for scenario in provider.scenarios}
    assert {named(path) for path in PLAYED} == wanted


def test_a_shape_tells_what_changed() -> None:
    before = read(place("twilio", "call-legs"))
    after = read(place("twilio", "call-legs"))
    response = after["interactions"][0]["response"]
    response["body"]["string"] = response["body"]["string"].replace('"duration": "20"', '"duration": 20')
    assert differences(after, before) == [
        "only real: 0 got .calls[].duration: int",
        "only sandbox: 0 got .calls[].duration: str",
    ]


# --- an owner's account ---------------------------------------------------------------------------------------------


class Account:
    """A made-up owner's accounts on a socket, and the environment that leads there."""

    def __init__(self, heard: Heard, origin: str) -> None:
        self.heard = heard
        self.environment = {
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_BASE_URL": f"{origin}/twilio",
            "TWILIO_PHONE_NUMBER": OFFICE,
            "ELEVENLABS_API_KEY": API_KEY,
            "ELEVENLABS_AGENT_ID": AGENT,
            "ELEVENLABS_BASE_URL": f"{origin}/elevenlabs",
        }


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    heard = Heard(await twilio_of_strangers(), await elevenlabs_of_strangers())
    async with serving(heard) as origin:
        yield Account(heard, origin)


@pytest.mark.parametrize("provider", ["twilio", "elevenlabs"])
async def test_an_account_is_only_read_and_nobody_is_recognised(
    account: Account, provider: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = record.options([provider, "--against=real", f"--into={tmp_path}"])
    assert await record.recorded(options, account.environment) == 0
    asked = {one.name: one.kind for one in PROVIDERS[provider].scenarios}
    assert {asked[path.stem] for path in written(tmp_path)} == {Kind.READS}
    assert account.heard.methods == {"GET"}
    for path in written(tmp_path):
        text = path.read_text("utf-8")
        assert [planted for planted in PLANTED if planted in text] == []
        assert list(leaks(read(path))) == []
        assert given_of(path).since.year == 2026
        assert PROVIDERS[provider].scenario(path.stem).holds(given_of(path), await replayed(path))
    told = capsys.readouterr().out
    left = {line.split()[2].rstrip(":").partition("/")[2] for line in told.splitlines() if line.startswith("left out")}
    assert left | {path.stem for path in written(tmp_path)} == set(asked)
    assert [planted for planted in PLANTED if planted in told] == []


async def test_what_costs_is_recorded_when_the_owner_says_so_and_whom_to_ring(account: Account, tmp_path: Path) -> None:
    only = [f"--into={tmp_path}", "--against=real", "--with-effects", f"--phone={PERSON}"]
    assert await record.recorded(record.options(["twilio", *only]), account.environment) == 0
    assert {"call-placed", "text-sent", "call"} <= {path.stem for path in written(tmp_path)}
    assert account.heard.methods == {"GET", "POST"}
    for path in written(tmp_path):
        assert [planted for planted in PLANTED if planted in path.read_text("utf-8")] == []
        assert PROVIDERS["twilio"].scenario(path.stem).holds(given_of(path), await replayed(path))


async def test_without_a_phone_nobody_is_rung(account: Account, tmp_path: Path) -> None:
    options = record.options(["twilio", "--against=real", "--with-effects", f"--into={tmp_path}"])
    assert await record.recorded(options, account.environment) == 0
    assert account.heard.methods == {"GET"}


@pytest.mark.parametrize("provider", list(PROVIDERS))
def test_without_keys_it_says_so_and_asks_nobody(
    provider: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert record.main([provider, "--against=real", f"--into={tmp_path}"], {}) == 1
    assert "not set: nothing was asked or recorded" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


async def test_keys_that_are_refused_are_told_in_a_line(
    account: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = account.environment | {"TWILIO_AUTH_TOKEN": "another"}
    assert await record.recorded(record.options(["twilio", "--against=real", f"--into={tmp_path}"]), wrong) == 1
    assert capsys.readouterr().err == "twilio: Twilio answered 401\n"


async def test_what_still_looks_like_somebody_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    provider, path = PROVIDERS["twilio"], tmp_path / "twilio" / "call.yaml"
    path.parent.mkdir()
    path.write_text("the one before")
    scene = await provider.played("call")
    async with serving(scene.app) as origin:
        settings = scene.account(f"{origin}/twilio")
        careless = Scrubber("twilio", settings.base_url, ours=[scene.given.call])
        take = Take(path, provider, provider.scenario("call"), settings, scene.given, careless, "sandbox")
        assert not await taken(take)
    assert "not written" in (told := capsys.readouterr().err)
    assert scene.given.call not in told
    assert [one.name for one in path.parent.iterdir()] == ["call.yaml"]
    assert path.read_text() == "the one before"


async def test_an_answer_that_is_not_what_a_scenario_says_is_not_written(tmp_path: Path) -> None:
    provider, path = PROVIDERS["twilio"], tmp_path / "twilio" / "call-placed.yaml"
    scene = await provider.played("calls-refused")
    async with serving(scene.app) as origin:
        settings = scene.account(f"{origin}/twilio")
        scrubber = Scrubber("twilio", settings.base_url)
        take = Take(path, provider, provider.scenario("call-placed"), settings, scene.given, scrubber, "sandbox")
        assert scene.given.phone == MEMBER
        assert not await taken(take)
    assert not path.exists()
