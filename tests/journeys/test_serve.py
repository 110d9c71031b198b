"""`titus serve` as an operator runs it: a process on an empty folder, killed in the middle of a hunt, started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN = "AC" + "1" * 32, "an auth token for a test of a process"
CALL = "CA" + "1" * 32
PASSWORD = "a quiet river bend"


class Server:
    """The process, and the way to it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{
                name: value for name, value in os.environ.items() if not name.startswith(("TWILIO", "TITUS", "RAILWAY"))
            },
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "DATABASE_URL": f"sqlite:///{home / 'titus.db'}",
            "RAILWAY_VOLUME_MOUNT_PATH": str(home),
            "TITUS_SECRET_KEY": "0123456789abcdef" * 4,
            # No API: Twilio is asked for nothing, its webhooks are taken all the same.
            "TWILIO_AUTH_TOKEN": TOKEN,
        }
        self.process: subprocess.Popen[str] | None = None
        self.http = httpx.AsyncClient(base_url=self.url)

    def command(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a short `titus` command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "titus_http.cli", *arguments],
            env=self.environment,
            cwd=self.home,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def launch(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "titus_http.cli", "serve"],
            env=self.environment,
            cwd=self.home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    async def start(self) -> None:
        """Launch it, and wait until it says that it is ready."""
        self.launch()
        async with asyncio.timeout(30):
            while not await self._is_ready():  # noqa: ASYNC110 (another process: there is no event to wait for)
                await asyncio.sleep(0.05)

    def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=30)

    async def webhook(self, path: str, **fields: str) -> str:
        """A signed request; the answer's text."""
        url = f"{self.url}/api/voice/webhook/{path}"
        form = {"CallSid": CALL, "From": "+61491570006", "To": "+61255500001", "CallStatus": "in-progress", **fields}
        headers = {
            "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, form),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer = await self.http.post(url, content=urlencode(form), headers=headers)
        assert answer.status_code == 200
        return answer.text

    async def _is_ready(self) -> bool:
        try:
            return (await self.http.get("/api/health/ready")).status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path)
    await server.start()
    yield server
    await server.http.aclose()
    if server.process is not None and server.process.poll() is None:
        server.end(signal.SIGKILL)


async def staffed(server: Server) -> dict[str, str]:
    """An administrator by the command line, beside the running server; two members and a group over REST."""
    made = server.command(
        "users", "create", "--email", "robin@x.example", "--name", "Robin", "--role", "superadmin", "--password-stdin",
        stdin=PASSWORD,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    boss = await signed_in(server, "robin@x.example")
    for name, phone in (("al", "0491 570 156"), ("bo", "0491 570 157")):
        user = {"email": f"{name}@x.example", "password": PASSWORD, "name": name, "role": "office_staff"}
        added = await server.http.post("/api/admin/users", json={**user, "phone_number": phone}, headers=boss)
        assert added.status_code in {200, 201}, added.text
        own = await signed_in(server, f"{name}@x.example")
        await server.http.post("/api/voice/availability", json={"status": "available"}, headers=own)
    members = [{"userId": 2, "endpoint": "phone"}, {"userId": 3, "endpoint": "phone"}]
    group = await server.http.post("/api/voice/hunt-groups", json={"name": "Intake", "members": members}, headers=boss)
    assert group.status_code == 201, group.text
    return boss


async def signed_in(server: Server, email: str) -> dict[str, str]:
    answer = await server.http.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.json()['token']}"}


async def test_a_hunt_survives_the_death_of_the_process(server: Server) -> None:
    boss = await staffed(server)
    first = await server.webhook("inbound", CallStatus="ringing")
    assert "+61491570156" in first
    server.end(signal.SIGKILL)
    await server.start()
    assert await server.webhook("inbound", CallStatus="ringing") == first
    assert "+61491570157" in await server.webhook(f"hunt-step?callSid={CALL}&step=1", DialCallStatus="no-answer")
    detail = (await server.http.get(f"/api/voice/calls/{CALL}", headers=boss)).json()
    assert [attempt["result"] for attempt in detail["attempts"]] == ["no_answer", None]
    assert server.end(signal.SIGTERM) == 0


async def test_a_second_server_on_the_file_is_refused_in_one_line(server: Server) -> None:
    second = server.command("serve", "--port", str(server.port + 1))
    assert second.returncode != 0
    assert len(second.stderr.strip().splitlines()) == 1
    assert str(server.process.pid if server.process else "") in second.stderr
