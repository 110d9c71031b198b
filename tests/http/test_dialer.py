"""The dialer's page and its parts, as any client gets them; tests/browser looks at it in a browser."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from wave import open as open_wave

import pytest
from litestar.testing import TestClient

from tests.http.staff_app import BASE_URL, Staff, StaffWorld

PAGE = "/dialer"


def test_the_page_is_for_anybody_and_allows_nothing_but_ourselves_and_twilio(staff: Staff) -> None:
    answer = staff.client.get(PAGE)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["worker-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"].split() == [
        "'self'",
        "wss://voice-js.roaming.twilio.com",
        "https://eventgw.twilio.com",
    ]


def test_all_that_the_page_names_is_ours_and_is_there(staff: Staff) -> None:
    page = staff.client.get(PAGE).text
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(named) == 4
    assert all(address.startswith("/dialer/") for address in named)
    for address in named:
        expected = 404 if address.endswith("voice-sdk.js") else 200  # not installed here
        assert staff.client.get(address).status_code == expected, address
    assert "onclick" not in page
    assert "<script>" not in page


def test_the_scripts_import_what_is_there(staff: Staff) -> None:
    for name in ("dialer.js", "phone.js", "api.js", "ticker.js"):
        answer = staff.client.get(f"{PAGE}/{name}")
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        for module in re.findall(r'from "\./([^"]+)"', answer.text):
            assert staff.client.get(f"{PAGE}/{module}").status_code == 200


def test_the_heartbeat_goes_by_a_clock_that_browsers_do_not_slow_down(staff: Staff) -> None:
    phone = staff.client.get(f"{PAGE}/phone.js").text
    (clock,) = re.findall(r'new Worker\("([^"]+)"\)', phone)
    assert staff.client.get(clock).status_code == 200
    assert "setInterval" not in phone


@pytest.mark.parametrize("sound", ["ring.wav", "tone.wav"])
def test_the_sounds_are_made_here(staff: Staff, sound: str) -> None:
    answer = staff.client.get(f"{PAGE}/{sound}")
    assert answer.headers["content-type"] == "audio/wav"
    with open_wave(BytesIO(answer.content)) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, 8000)
        assert file.getnframes() > 800


@pytest.mark.parametrize("name", ["index.html", "nothing.js", "..%2Ftones.py", "%2e%2e", "tones.py"])
def test_nothing_else_is_given_out(staff: Staff, name: str) -> None:
    assert staff.client.get(f"{PAGE}/{name}").status_code == 404


def test_the_sdk_is_served_from_where_it_was_installed(tmp_path: Path) -> None:
    sdk = tmp_path / "twilio.min.js"
    sdk.write_text("globalThis.Twilio = {}")
    world = StaffWorld(voice_sdk=sdk)
    with TestClient(world.app, raise_server_exceptions=False, base_url=BASE_URL) as client:
        answer = client.get(f"{PAGE}/voice-sdk.js")
        assert (answer.status_code, answer.text) == (200, "globalThis.Twilio = {}")
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
