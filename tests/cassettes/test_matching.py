"""A cassette must be able to fail: a request that Titus changed is not answered by what was recorded before."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytest_socket import SocketBlockedError
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.request import Request

from tests.cassettes.every_cassette import CASSETTES, named
from tests.cassettes.providers import PROVIDERS
from tests.cassettes.replay import replayed
from tests.cassettes.tape import FOLDER, given_of, place, replaying

pytestmark = pytest.mark.usefixtures("no_network")


def changed(request: Request) -> Iterator[tuple[str, Request]]:
    """The same request with one thing that is not the same."""
    uri, body, kind = request.uri, request.body or b"", request.headers.get("content-type", "")
    separator = "&" if "?" in uri else "?"
    yield "method", Request("PATCH", uri, body, request.headers)
    yield (
        "path",
        Request(request.method, uri.replace("/v1/", "/v2/").replace("/2010-", "/2011-"), body, request.headers),
    )
    yield "query", Request(request.method, f"{uri}{separator}More=1", body, request.headers)
    yield "blank in the query", Request(request.method, f"{uri}{separator}More=", body, request.headers)
    more = b"&More=" if "form" in kind else b"More"
    content = body[:-1] + b',"more":1}' if "json" in kind else body + more
    yield "body", Request(request.method, uri, content, request.headers)


@pytest.mark.parametrize("path", CASSETTES, ids=named)
def test_only_what_was_recorded_is_answered(path: Path) -> None:
    with replaying(path) as tape:
        for request in tape.requests:
            assert tape.can_play_response_for(request)
            for what, other in changed(request):
                assert not tape.can_play_response_for(other), what


@pytest.mark.parametrize("path", CASSETTES, ids=named)
def test_the_host_is_a_setting_and_does_not_matter(path: Path) -> None:
    with replaying(path) as tape:
        for request in tape.requests:
            host = request.uri.split("/")[2]
            elsewhere = request.uri.replace(f"https://{host}/", "http://127.0.0.1:4010/")
            assert tape.can_play_response_for(Request(request.method, elsewhere, request.body, request.headers))


@pytest.mark.parametrize("path", CASSETTES, ids=named)
def test_each_exchange_is_answered_once(path: Path) -> None:
    with replaying(path) as tape:
        for request in tape.requests:
            tape.play_response(request)
        assert not any(tape.can_play_response_for(request) for request in tape.requests)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("twilio/call", {"call": f"CA{9:032d}"}),
        ("twilio/calls-listed", {"page": 3}),
        ("twilio/text-sent", {"phone": "+61491570158"}),
        ("elevenlabs/conversation", {"conversation": f"conv_{9:026d}"}),
        ("elevenlabs/conversations-ended", {"agent": "agent_02"}),
        ("elevenlabs/call-registered", {"agent": "agent_02"}),
    ],
)
async def test_adapters_that_ask_for_something_else_get_no_answer(name: str, change: dict[str, str]) -> None:
    path = FOLDER / f"{name}.yaml"
    with pytest.raises(CannotOverwriteExistingCassetteException):
        await replayed(path, replace(given_of(path), **change))


async def test_a_client_that_takes_it_for_a_broken_network_is_not_answered_either() -> None:
    """Anthropic's client makes an error of its own of everything; the replay says that the cassette was not asked."""
    path = place("anthropic", "summary")
    with pytest.raises(AssertionError, match="0 of 1 exchanges"):
        await replayed(path, replace(given_of(path), model="claude-haiku-5-5"))


def test_while_cassettes_are_played_back_there_is_no_network() -> None:
    with pytest.warns(UserWarning, match="tried to use socket"), pytest.raises(SocketBlockedError):
        socket.socket()


async def test_a_cassette_that_is_not_there_answers_nothing(tmp_path: Path) -> None:
    with replaying(tmp_path / "none.yaml"):
        async with PROVIDERS["elevenlabs"].open(PROVIDERS["elevenlabs"].replayed(given_of(CASSETTES[0]))) as api:
            with pytest.raises(CannotOverwriteExistingCassetteException):
                await api.get("/v1/convai/agents", dict)


@pytest.mark.filterwarnings("ignore:The model:DeprecationWarning")  # Anthropic's client knows of one that ends
@pytest.mark.parametrize("path", CASSETTES, ids=named)
async def test_what_a_scenario_says_of_its_answer_holds_whoever_gave_it(path: Path) -> None:
    scenario = PROVIDERS[path.parent.name].scenario(path.stem)
    assert scenario.holds(given_of(path), await replayed(path))
