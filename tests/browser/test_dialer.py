"""The dialer in a real browser: Chromium, headless. Twilio cannot be reached from a test, so a stand-in takes the place
of its SDK; that the real one loads under our policy is tested where `make assets` was run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from tests.core.calls.builders import arrived, group
from tests.http.staff_app import PASSWORD, StaffWorld, at_once, hire
from titus_adapters.memory.dialler import MemoryTokens
from titus_core.calls.history import evolve
from titus_core.hunt_groups.availability import Presence
from titus_core.kernel.ids import CallId, UserId
from titus_http.bootstrap import VOICE_SDK

ROOT = Path(__file__).parents[2]
STAND_IN = Path(__file__).parent / "stand_in_sdk.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PLAYWRIGHT = ROOT / "assets" / "node_modules" / "playwright-core"
OLGA = UserId(3)
SID = CallId("CA" + "0" * 32)

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)"),
    pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js is installed"),
    pytest.mark.skipif(not PLAYWRIGHT.is_dir(), reason="playwright-core is not installed (make assets)"),
]


@contextmanager
def serving(voice_sdk: Path | None) -> Iterator[tuple[StaffWorld, str]]:
    """Titus with its people on a port of this machine, and a call of somebody known."""
    world = StaffWorld(browser_tokens=MemoryTokens(), voice_sdk=voice_sdk, development=True)
    hire(world)
    at_once(world.store.transact(_save, evolve(None, arrived(group(OLGA), participant="Mia Tran"), world.clock.now())))
    server = uvicorn.Server(uvicorn.Config(world.app, port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield world, f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


def seen(story: str, host: str) -> dict[str, Any]:
    """What the browser saw."""
    command = ["node", str(Path(__file__).parent / "dialer.mjs"), story, f"http://{host}", str(CHROMIUM)]
    done = subprocess.run(
        [*command, "olga@titus.example", PASSWORD, SID],
        cwd=ROOT,
        env=os.environ.copy(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["errors"] == []
    assert told["violations"] == []
    return told


def test_a_day_at_the_dialer() -> None:
    """Sign in, be rung and see by whom, accept, mute, press a key, hang up; decline; call out; go offline."""
    with serving(STAND_IN) as (world, host):
        told = seen("day", host)
        state = world.store._state
        assert state.heartbeats[OLGA] == world.clock.now()
        assert state.availability[OLGA].presence is Presence.AVAILABLE
        assert state.sessions == {}
    assert told["caller"] == ["Mia Tran", "+61491570006, for Intake"]
    assert (told["partner"], told["stranger"], told["markup"]) == ("Mia Tran", "+61491570156", "<b>Ann</b>")
    assert (told["talkingAfter"], told["ringingAfter"], told["ringingAfterCancel"]) == (False, False, False)
    assert told["log"] == [
        *("accept", "mute false", "mute true", "digits 5", "disconnect"),
        "reject",
        *('connect {"To":"0491 570 110"}', "mute false", "disconnect"),
        "token user_3 may call and be called",
        "destroy",
    ]
    assert told["beats"] == [1, 4, 4]  # at once, three in a minute, none while offline
    assert told["workers"] == 0
    assert told["hosts"] == [host]
    assert all(sound.startswith("/dialer/") for sound in told["sounds"])


def test_without_the_sdk_the_page_says_so() -> None:
    with serving(Path("nowhere.js")) as (world, host):
        told = seen("bare", host)
        assert OLGA not in world.store._state.heartbeats
    assert told["disabled"] is True
    assert told["hosts"] == [host]


@pytest.mark.skipif(not VOICE_SDK.is_file(), reason="Twilio's Voice SDK is not installed (make assets)")
def test_the_real_sdk_loads_under_our_policy_and_asks_nobody_but_twilio() -> None:
    with serving(VOICE_SDK) as (world, host):
        told = seen("sdk", host)
        assert OLGA not in world.store._state.heartbeats  # Twilio is not there, so nobody is rung here
    assert (told["sdk"], told["online"]) == ("function", False)
    assert set(told["hosts"]) <= {host, "voice-js.roaming.twilio.com", "eventgw.twilio.com"}
    assert "voice-js.roaming.twilio.com" in told["hosts"]


async def _save(tx: Any, call: Any) -> None:
    tx.calls.save(call)
