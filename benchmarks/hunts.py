"""Callers whom Titus hunts for, stored beforehand, and the webhooks that move their hunts on.

Every call has a group of its own with six members, rung one after another, of whom the third is offline. So a call
has four steps that each go on to the next member; the third of the six is passed by with a word in the trail.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.accounts.model import Role, User
from titus_core.calls.delivering import store
from titus_core.calls.events import CallArrived
from titus_core.calls.hunting import Directory
from titus_core.calls.planning import Roster, make_plan
from titus_core.calls.routing import decide
from titus_core.hunt_groups.availability import MemberState, Presence
from titus_core.hunt_groups.model import Endpoint, HuntGroup, Member
from titus_core.hunt_groups.ports import Availability
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.ids import CallId, GroupId, UserId
from titus_core.kernel.phone import PhoneNumber
from titus_http.webhooks.twilio.links import Links

TOKEN = "an auth token for a benchmark"
CALLER, LINE = PhoneNumber("+61491570006"), PhoneNumber("+61255500001")
STEPS = 4
BLOCK = 2000
"""Calls that take their steps by turns: first all of them the first step, then all of them the second."""

_MEMBERS, _OFFLINE = 6, 3
_AT_ONCE = 2000


def hire(file: Path, calls: int) -> None:
    """A new database with the staff whom so many calls need."""
    asyncio.run(_stored(file, _hire, range(1, calls * _MEMBERS + 1)))


def begin(file: Path, calls: int) -> None:
    """That many callers arrive now, and the first member of each group is rung."""
    asyncio.run(_stored(file, _arrive, range(calls)))


def requests(calls: range, base_url: str) -> Iterator[bytes]:
    """Whole HTTP requests, to be sent in this order: the steps of these calls, block by block."""
    for start in range(calls.start, calls.stop, BLOCK):
        block = range(start, min(start + BLOCK, calls.stop))
        for step in range(1, STEPS + 1):
            for number in block:
                yield _request(number, step, base_url)


async def _stored(file: Path, work: Any, numbers: range) -> None:
    opened = SqliteStore(SqliteSettings(file))
    await opened.migrate()
    async with opened:
        for start in range(0, len(numbers), _AT_ONCE):
            await opened.transact(work, numbers[start : start + _AT_ONCE])


async def _hire(tx: Any, numbers: range) -> None:
    now = datetime.now(UTC)
    for number in numbers:
        state = _state(number)
        user = User(
            id=state.user_id,
            email=f"user{number}@example.org.au",
            name=state.name,
            role=Role.OFFICE_STAFF,
            password_hash="-",
            phone=state.phone,
            created_at=now,
            updated_at=now,
        )
        tx.users.save(user)
        tx.members.set_availability(Availability(state.user_id, state.presence, now))


def _state(number: int) -> MemberState:
    offline = (number - 1) % _MEMBERS == _OFFLINE - 1
    presence = Presence.OFFLINE if offline else Presence.AVAILABLE
    return MemberState(UserId(number), f"Person {number}", PhoneNumber(f"+6149157{number % 10_000:04}"), presence)


async def _arrive(tx: Any, numbers: range) -> None:
    now = datetime.now(UTC)
    for number in numbers:
        store(tx, None, decide(None, arrival(number), now, world(number)), now, TWILIO)


def arrival(number: int) -> CallArrived:
    """The caller with this number arrives, and is served by their own group."""
    members = tuple(Member(user_id, endpoint=Endpoint.PHONE) for user_id in _users(number))
    group = HuntGroup(id=GroupId(number + 1), name="Support line", members=members)
    sid = CallId(f"CA{number:032x}")
    plan = make_plan(group, sid, Roster(groups=(group,)))
    return CallArrived(call_id=sid, from_number=CALLER, to_number=LINE, caller=CALLER, plan=plan)


def world(number: int) -> Directory:
    """The members of that group."""
    return Directory({user_id: _state(user_id) for user_id in _users(number)})


def _users(number: int) -> list[UserId]:
    return [UserId(user) for user in range(number * _MEMBERS + 1, (number + 1) * _MEMBERS + 1)]


def _request(number: int, step: int, base_url: str) -> bytes:
    sid = f"CA{number:032x}"
    url = Links(base_url).hunt_step(CallId(sid), step).partition("#")[0]
    fields = _fields(sid, step)
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1")).decode()
    body, parts = urlencode(fields), urlsplit(url)
    head = (
        f"POST {parts.path}?{parts.query} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
        f"Content-Length: {len(body)}",
        "Accept: */*",
        "User-Agent: TwilioProxy/1.1",
        f"I-Twilio-Idempotency-Token: {step:08x}-0000-4000-8000-{number:012x}",
        f"X-Twilio-Signature: {signature}",
    )
    return "\r\n".join([*head, "", body]).encode()


def _fields(sid: str, step: int) -> dict[str, str]:
    """What Twilio posts when a dial has ended: 32 fields."""
    places = {f"{who}{place}": "" for who in ("Called", "Caller", "From", "To") for place in ("City", "State", "Zip")}
    countries = dict.fromkeys(("CalledCountry", "CallerCountry", "FromCountry", "ToCountry"), "AU")
    return {
        **places,
        **countries,
        "AccountSid": "AC" + "1" * 32,
        "ApiVersion": "2010-04-01",
        "Called": LINE,
        "Caller": CALLER,
        "CallSid": sid,
        "CallStatus": "in-progress",
        "CalledVia": LINE,
        "DialBridged": "false",
        "DialCallSid": f"CA{step}{sid[3:]}",
        "DialCallStatus": "no-answer",
        "Direction": "inbound",
        "From": CALLER,
        "StirVerstat": "TN-Validation-Passed-A",
        "StirPassportToken": "",
        "To": LINE,
        "SessionId": "",
    }
