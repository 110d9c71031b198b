"""What an administrator sees of a live Titus over HTTP, and has done."""

from __future__ import annotations

from typing import Any, Self

import httpx
import msgspec

from titus_adapters.passwords import Argon2Hasher
from titus_core.accounts.create_user import CreateUser, NewUser
from titus_core.accounts.model import Role
from titus_core.jobs.model import JobState
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import AlreadyExists
from titus_http.routes.jobs import JobPage, JobView
from titus_http.routes.ledger import GapView

EMAIL, PASSWORD = "robin@titus.example.org.au", "a quiet river bend"


async def hire(store: Any, clock: Clock) -> None:
    """The administrator."""
    boss = NewUser(actor=OPERATOR, email=EMAIL, name="Robin", role=Role.SUPERADMIN, password=PASSWORD)
    try:
        await CreateUser(store, Argon2Hasher(), clock)(boss)
    except AlreadyExists:
        return


class Office:
    """Signed in at one server, as long as the block lasts."""

    def __init__(self, port: int) -> None:
        self._http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api", trust_env=False, timeout=30.0)

    async def __aenter__(self) -> Self:
        signed_in = await self._http.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        self._http.headers["Authorization"] = f"Bearer {signed_in.raise_for_status().json()['token']}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def stuck(self) -> tuple[JobView, ...]:
        answer = await self._http.get("/admin/jobs", params={"state": JobState.STUCK.value, "limit": 1000})
        return tuple(msgspec.json.decode(answer.raise_for_status().content, type=JobPage).jobs)

    async def gaps(self) -> tuple[GapView, ...]:
        answer = await self._http.get("/voice/ledger/gaps")
        return msgspec.json.decode(answer.raise_for_status().content, type=tuple[GapView, ...])

    async def try_again(self, job: JobView) -> None:
        """Or have it dropped, if the same waits anyway."""
        answer = await self._http.post(f"/admin/jobs/{job.id}/retry")
        if answer.status_code == httpx.codes.NOT_FOUND:
            answer = await self._http.delete(f"/admin/jobs/{job.id}")
        answer.raise_for_status()
