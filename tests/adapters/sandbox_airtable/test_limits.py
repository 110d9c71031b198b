"""How often Airtable may be asked, in virtual time: nobody sleeps."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from tests.adapters.sandbox_airtable.stage import Stage, staged
from titus_adapters.sandbox.airtable.house import User
from titus_adapters.sandbox.airtable.switches import Switches


@pytest.fixture
async def limited() -> AsyncIterator[Stage]:
    async with staged(limited=True) as stage:
        yield stage


async def statuses(stage: Stage, count: int, path: str = "Clients", token: str = "") -> list[int]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return [(await stage.ask("GET", path, headers=headers))[0] for _ in range(count)]


async def test_the_sixth_request_of_a_second_locks_the_base_for_thirty_seconds(limited: Stage) -> None:
    assert await statuses(limited, 6) == [200] * 5 + [429]
    await limited.airtable.run_for(29.9)
    assert await statuses(limited, 1) == [429]
    await limited.airtable.run_for(0.2)
    assert await statuses(limited, 1) == [200]


async def test_the_window_slides(limited: Stage) -> None:
    for _ in range(20):
        assert await statuses(limited, 1) == [200]
        await limited.airtable.run_for(0.2)
    await statuses(limited, 2)
    await limited.airtable.run_for(0.1)
    assert 429 in await statuses(limited, 3)


async def test_metadata_webhooks_and_uploads_of_a_base_count_too(limited: Stage) -> None:
    base = limited.base.id
    for path in (f"/v0/meta/bases/{base}/tables", f"/v0/bases/{base}/webhooks", "Clients", "Notes"):
        assert await statuses(limited, 1, path) == [200]
    await limited.ask("POST", "recNowhere0000000/Files/uploadAttachment", json={})
    assert await statuses(limited, 1) == [429]


async def test_other_bases_and_what_belongs_to_none_are_not_locked(limited: Stage) -> None:
    other = limited.airtable.base(id="appOther000000000")
    await statuses(limited, 6)
    assert await statuses(limited, 1, f"/v0/meta/bases/{other.id}/tables") == [200]
    assert await statuses(limited, 1, "/v0/meta/whoami") == [200]


async def test_all_tokens_of_a_user_share_fifty_a_second(limited: Stage) -> None:
    airtable = limited.airtable
    airtable.house.limits = msgspec.structs.replace(airtable.house.limits, per_base=1000)
    first, second = airtable.token(), airtable.token()
    assert await statuses(limited, 25, token=first) == [200] * 25
    assert await statuses(limited, 26, token=second) == [200] * 25 + [429]
    assert await statuses(limited, 1, "/v0/meta/whoami", first) == [429]
    somebody = airtable.token(user=User(id="usrSomebody000000", email="else@example.org.au"))
    assert await statuses(limited, 1, token=somebody) == [200]


@pytest.mark.parametrize(("extends", "status"), [(False, 200), (True, 429)])
async def test_a_request_within_the_lock_may_make_it_longer(limited: Stage, extends: bool, status: int) -> None:
    limited.airtable.set_switches(Switches(lock_extended_by_requests=extends))
    await statuses(limited, 6)
    await limited.airtable.run_for(20)
    await statuses(limited, 1)
    await limited.airtable.run_for(11)
    assert await statuses(limited, 1) == [status]
    await limited.airtable.run_for(30)
    assert await statuses(limited, 1) == [200]


async def test_somebody_else_may_lock_the_base(limited: Stage) -> None:
    limited.airtable.lock(limited.base.id, 5)
    assert await statuses(limited, 1) == [429]
    await limited.airtable.run_for(5)
    assert await statuses(limited, 1) == [200]


async def test_a_429_tells_when_to_come_back_only_if_the_switch_says_so(limited: Stage) -> None:
    limited.airtable.lock(limited.base.id, 12)
    path = f"/v0/{limited.base.id}/Clients"
    assert "retry-after" not in (await limited.client.get(path)).headers
    limited.airtable.set_switches(Switches(retry_after_on_429=True))
    assert (await limited.client.get(path)).headers["retry-after"] == "12"


async def test_a_used_up_quota_refuses_all_but_metadata_until_next_month(limited: Stage) -> None:
    airtable = limited.airtable
    airtable.house.limits = msgspec.structs.replace(airtable.house.limits, monthly=1000)
    airtable.use_quota(999)
    assert await statuses(limited, 1) == [200]
    status, kind, _ = await limited.refused("GET", "Clients")
    assert (status, kind) == (429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED")
    assert await statuses(limited, 1, f"/v0/meta/bases/{limited.base.id}/tables") == [200]
    await airtable.run_for(86_400)
    assert await statuses(limited, 1) == [429]
    await airtable.run_for(8 * 86_400)  # it is November at first
    assert await statuses(limited, 1) == [200]


async def test_refused_requests_use_no_quota(limited: Stage) -> None:
    await statuses(limited, 10)
    assert limited.airtable.desk.meter.used_in(limited.base.base.workspace_id, limited.airtable.now) == 5


async def test_every_request_is_in_the_journal(limited: Stage) -> None:
    await limited.create("Clients", {"Name": "Ada"})
    await statuses(limited, 6)
    asked = limited.airtable.requests
    assert [one.status for one in asked] == [200] * 5 + [429] * 2
    journal = limited.airtable.desk.journal
    (made,) = journal.where("POST", "Clients", 200)
    assert b"Ada" in made.body
    assert (made.base_id, made.user_id) == (limited.base.id, "usrTitusService00")
