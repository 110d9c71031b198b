"""The restore drill: data copied while a server works on it, lost, brought back by the command, and worked on."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from msgspec.json import decode
from msgspec.structs import replace

from tests.journeys.stage import ALICE, BEN, CALLER, PHONES, TITUS_NUMBER, Stage
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, NeverAnswers, PhoneBehaviour
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.calls.history import AnyCallEvent, fold
from titus_core.calls.model import Call
from titus_core.calls.ports import CallFilter
from titus_core.kernel.events import Recorded
from titus_http.cli import main

R = TypeVar("R")
Told = Callable[[], str]
DATABASE = "DATABASE_URL"
STORES = ("sqlite", "postgres")


class Place:
    """A database that holds Titus, and one of the same kind where nothing is yet."""

    def __init__(self, url: str, empty_url: str) -> None:
        self.url, self.empty_url = url, empty_url


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """`DATABASE_URL` names the full one; PostgreSQL's programs, of the server's version, are on the PATH."""
    monkeypatch.chdir(tmp_path)
    if request.param == "sqlite":
        place = Place(f"sqlite:///{tmp_path / 'titus.db'}", f"sqlite:///{tmp_path / 'new' / 'titus.db'}")
    else:
        monkeypatch.setenv("PATH", f"{request.getfixturevalue('postgres_programs')}{os.pathsep}{os.environ['PATH']}")
        place = Place(request.getfixturevalue("postgres_url"), request.getfixturevalue("empty_postgres_url"))
    monkeypatch.setenv(DATABASE, place.url)
    assert main(["db", "upgrade"]) == 0
    in_store(place.url, a_morning)
    return place


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """What commands said on stderr since it was last asked."""
    return lambda: capsys.readouterr().err


def in_store(url: str, work: Callable[[Any], Awaitable[R]]) -> R:
    async def run() -> R:
        async with store_at(url) as store:
            return await work(store)

    return asyncio.run(run())


def store_at(url: str) -> Any:
    file = url.removeprefix("sqlite:///")
    return PostgresStore(PostgresSettings(url)) if file == url else SqliteStore(SqliteSettings(Path(file)))


async def a_morning(store: Any) -> None:
    """Two calls: one is answered, one leaves a message."""
    stage = Stage(store)
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN)
    for reaction in (Answers(presses="1", talks=60), NeverAnswers()):
        await take_call(stage, reaction)


async def one_more_call(store: Any) -> None:
    await take_call(Stage(store, seed=1), Answers(presses="1", talks=60))


async def take_call(stage: Stage, reaction: PhoneBehaviour) -> None:
    stage.twilio.world.phone(PHONES[ALICE], NeverAnswers())
    stage.twilio.world.phone(PHONES[BEN], reaction)
    stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER)
    await stage.settle()


async def everything(store: Any) -> list[tuple[Call, tuple[Recorded, ...]]]:
    """All calls with their events, each call the fold of them."""
    found = []
    for row in (await store.reader.calls(CallFilter(), 100, None)).items:
        call, events = await store.reader.call(row.sid), await store.reader.events(row.sid)
        folded = fold((decode(event.data, type=AnyCallEvent), event.at) for event in events)
        assert folded is not None
        assert replace(folded, version=call.version) == call
        found.append((call, events))
    return found


def test_a_copy_comes_back_and_its_events_fold_to_the_same_state(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = in_store(place.url, everything)
    assert len(before) == 2
    assert main(["backup", "copy"]) == 0
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    monkeypatch.setenv(DATABASE, place.empty_url)
    assert main(["restore", "copy"]) == 0
    assert in_store(place.empty_url, everything) == before
    in_store(place.empty_url, one_more_call)
    assert len(in_store(place.empty_url, everything)) == 3


def test_data_is_replaced_only_when_asked_and_kept(place: Place, tmp_path: Path, told: Told) -> None:
    assert main(["backup", "copy"]) == 0
    in_store(place.url, one_more_call)
    later = in_store(place.url, everything)
    assert main(["restore", "copy"]) == 1
    assert "holds data" in told()
    assert in_store(place.url, everything) == later
    assert main(["restore", "copy", "--replace"]) == 0
    assert in_store(place.url, everything) == later[1:]
    [kept] = tmp_path.glob("titus-replaced-*.backup")
    assert main(["restore", str(kept), "--replace"]) == 0
    assert in_store(place.url, everything) == later


async def test_a_copy_made_while_calls_come_in_is_one_moment(place: Place, tmp_path: Path) -> None:
    """The server's store is open and written to; each call of the copy is whole, or not there at all."""
    store = store_at(place.url)
    store.claim()
    async with store:
        copying = asyncio.create_task(asyncio.to_thread(main, ["backup", "copy"]))
        for seed in range(1, 6):
            await take_call(Stage(store, seed=seed), NeverAnswers())
        assert await copying == 0
        assert await asyncio.to_thread(main, ["restore", "copy", "--replace"]) == 1
    assert await asyncio.to_thread(main, ["restore", "copy", "--replace"]) == 0
    assert len(await asyncio.to_thread(in_store, place.url, everything)) >= 2


@pytest.mark.parametrize("harm", [b"", b"not a copy at all", None])
def test_a_copy_that_is_not_whole_changes_nothing(place: Place, harm: bytes | None, tmp_path: Path, told: Told) -> None:
    assert main(["backup", "copy"]) == 0
    whole = (tmp_path / "copy").read_bytes()
    (tmp_path / "copy").write_bytes(whole[: len(whole) // 2] if harm is None else harm)
    before = in_store(place.url, everything)
    assert main(["restore", "copy", "--replace"]) == 1
    assert told().startswith("titus: ")
    assert in_store(place.url, everything) == before


def test_nothing_is_written_over_and_nothing_is_made_of_nothing(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    (tmp_path / "copy").write_text("last week's")
    assert main(["backup", "copy"]) == 2
    assert "exists already" in told()
    assert (tmp_path / "copy").read_text() == "last week's"
    assert main(["restore", "another"]) == 2
    monkeypatch.setenv(DATABASE, place.empty_url)
    assert main(["backup", "new copy"]) == 1
    assert "nothing to copy" in told()
    assert [file.name for file in tmp_path.glob("*cop*")] == ["copy"]
