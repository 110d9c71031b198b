"""Plays the recorded arrival orders of `../shared/reference/twilio/payloads` as signed requests."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from titus_core.calls.model import Call
from titus_http.bootstrap import TEST_BASE_URL

PAYLOADS = Path(__file__).parents[3] / "shared" / "reference" / "twilio" / "payloads"
TOKEN = "titus-fixture-auth-token-0000001"
ACCOUNT = "AC00000000000000000000000000000001"
CALL = "CAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1"
PHONES = ("+61400000201", "+61400000202", "+61400000203")
_STEP = re.compile(r"\(step (\d)\) (\w+)")
_AGAIN = re.compile(r"(\w+) \((new|same) idempotency token\)")


@cache
def payload(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return loaded


class Provider:
    """Sends payloads to Titus, signed by Twilio's own library, and remembers the answers."""

    def __init__(self, app: Any) -> None:
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=TEST_BASE_URL)
        self._validator = RequestValidator(TOKEN)
        self._sent = 0

    async def arrive(self, words: str) -> httpx.Response:
        """One line of a scenario: a payload's name, maybe with its step, or with what is said of its token."""
        if (step := _STEP.fullmatch(words)) is not None:
            return await self.step(int(step[1]), step[2])
        if (again := _AGAIN.fullmatch(words)) is not None:
            return await self.send(again[1], new_token=again[2] == "new")
        return await self.send(words)

    async def step(self, step: int, name: str) -> httpx.Response:
        """The end of the dial of a later step: other leg, other address, other token."""
        leg = payload(name)["params"]["DialCallSid"][:-1] + str(step)
        url = payload(name)["url"].replace("step=1", f"step={step}")
        return await self.send(name, url=url, new_token=True, DialCallSid=leg)

    async def send(
        self, name: str, *, url: str | None = None, new_token: bool = False, **changes: str | None
    ) -> httpx.Response:
        template = payload(name)
        params = {key: value for key, value in {**template["params"], **changes}.items() if value is not None}
        address = (url or template["url"]).replace("https://titus.example.org.au", TEST_BASE_URL)
        self._sent += 1
        token = template["headers"]["I-Twilio-Idempotency-Token"]
        headers = {
            "X-Twilio-Signature": self._validator.compute_signature(address, params),
            "I-Twilio-Idempotency-Token": f"another-{self._sent}" if new_token else token,
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }
        response = await self._client.post(address, content=urlencode(params), headers=headers)
        assert response.status_code == 200, f"{name}: {response.status_code} {response.text}"
        return response

    async def follow_to_agent(self) -> httpx.Response:
        """Twilio follows the redirect to our agent path."""
        url = f"{TEST_BASE_URL}/api/voice/webhook/agent?callSid={CALL}&stage=1"
        return await self.send("voice_incoming_mobile", url=url, new_token=True)


def facts(call: Call) -> dict[str, Any]:
    """What of a call every order of the same facts must agree on: no times, no versions."""
    return {
        "status": call.status,
        "duration": call.duration,
        "legs": [(leg.id, leg.status, leg.duration, leg.address) for leg in call.legs],
        "recordings": call.recordings,
    }
