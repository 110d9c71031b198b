"""How the webhook is doing, as ElevenLabs tells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.adapters.elevenlabs.stage import POST_CALL, SECRET, Stage
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.watching import LATELY, WebhookWatch
from titus_adapters.sandbox.elevenlabs.restfaults import Nonsense, Refusal
from titus_adapters.sandbox.elevenlabs.scripts import Script
from titus_adapters.sandbox.elevenlabs.subscription import PATIENCE, Subscription
from titus_core.providers.model import Level, Seen


def now(stage: Stage) -> datetime:
    return datetime.fromtimestamp(stage.agents.now, UTC)


async def seen(stage: Stage, url: str = POST_CALL, later: timedelta = timedelta()) -> Seen:
    return await WebhookWatch(stage.api, url).look(now(stage) + later)


def subscribed(stage: Stage) -> Subscription:
    stage.agents.script(Script(audio=False))
    return stage.agents.subscribe(POST_CALL, SECRET)


async def test_a_webhook_that_works_is_well(stage: Stage) -> None:
    subscribed(stage)
    await stage.talked()
    assert await seen(stage) == Seen(Level.OK)


@pytest.mark.parametrize("url", ["https://titus.test/elsewhere", "https://other.test/post-call"])
async def test_a_webhook_that_leads_elsewhere_is_none(stage: Stage, url: str) -> None:
    assert (await seen(stage)).level is Level.WARNING
    subscribed(stage)
    told = await seen(stage, url)
    assert told.level is Level.WARNING
    assert told.detail.startswith("No webhook of the workspace leads to us")


async def test_a_failure_is_told_while_it_is_young(stage: Stage) -> None:
    subscribed(stage)
    stage.ear.statuses = [500]
    await stage.talked()
    told = await seen(stage)
    assert told == Seen(Level.WARNING, "The webhook works, and failed lately: the last failure was a 500")
    assert await seen(stage, later=LATELY + timedelta(seconds=1)) == Seen(Level.OK)


async def test_a_webhook_that_elevenlabs_has_given_up_is_down(stage: Stage) -> None:
    hook = subscribed(stage)
    stage.ear.statuses = [401] * PATIENCE
    for _ in range(PATIENCE):
        await stage.talked()
    assert hook.auto_disabled
    told = await seen(stage)
    assert told.level is Level.DOWN
    assert "too many failures (the last failure was a 401): enable it there by hand" in told.detail
    hook.enable()
    assert (await seen(stage)).level is Level.WARNING


async def test_a_webhook_that_a_person_disabled_is_down(stage: Stage) -> None:
    subscribed(stage).disabled = True
    assert (await seen(stage)).detail.startswith("The webhook is disabled at ElevenLabs")
    await stage.talked()
    assert stage.ear.heard == []


async def test_a_refused_key_is_down(stage: Stage) -> None:
    async with ElevenLabsApi(stage.settings("xi_of_nobody")) as api:
        told = await WebhookWatch(api, POST_CALL).look(now(stage))
    assert told == Seen(Level.DOWN, "ElevenLabs refuses the account or its key (invalid_api_key)")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Refusal(status=401, reason="missing_permissions"), "the key may not list webhooks"),
        (Refusal(status=403, reason="forbidden"), "the key may not list webhooks"),
        (Refusal(status=503, reason="busy"), "ElevenLabs answered 503 (busy)"),
        (Refusal(status=404, reason="gone"), "ElevenLabs answered 404 (gone)"),
        (Nonsense(), "ElevenLabs' answer could not be read"),
    ],
)
async def test_what_cannot_be_seen_is_a_warning(stage: Stage, fault: Refusal | Nonsense, words: str) -> None:
    stage.breaks(fault)
    assert await seen(stage) == Seen(Level.WARNING, f"How the webhook is doing could not be seen: {words}")
