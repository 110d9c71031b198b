"""One morning of a client: make, link, filter, sort, page, update, conflict, attach, delete. What it is told must not
depend on the store behind."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx

from tests.contracts.records.base import catalogue
from titus_core.records.catalogue import Field, Policy


def is_told_everywhere(field: Field) -> bool:
    return field.computed is None or field.computed.policy is Policy.RECOMPUTE


UNLIKE = {"createdTime", "version", "url", "next", "created", "changed", "renamed", "madeBy", "changedBy"}
"""What differs by design: moments, addresses, and who made a record: to Airtable that is always the service's user."""

NOT_COMPUTED = {field.api for field in catalogue().named("allPeople").fields if not is_told_everywhere(field)}
LEFT_OUT = NOT_COMPUTED | {"asOf"}
"""What Titus does not compute is only told by the store that does; how old a list is, only by one that keeps copies."""

PEOPLE, HOMES = "/api/records/allPeople", "/api/records/homes"


async def play(client: httpx.AsyncClient) -> list[Any]:
    """Everything that was answered, without what no two runs share: ids become the order in which they were met."""
    told = Told()
    home = await told.of(client.post(HOMES, json={"fields": {"home": "Wattle House", "address": "1 Wattle St"}}))
    people = await told.of(
        client.post(
            PEOPLE,
            json={"records": [{"fields": _person(place, home["id"])} for place in range(7)]},
            headers={"idempotency-key": "seven people"},
        )
    )
    again = await told.of(
        client.post(
            PEOPLE,
            json={"records": [{"fields": _person(place, home["id"])} for place in range(7)]},
            headers={"idempotency-key": "seven people"},
        )
    )
    assert [one["id"] for one in again["items"]] == [one["id"] for one in people["items"]]
    await told.of(client.get(f"{HOMES}/{home['id']}"))
    await _read(client, told)
    await _change(client, told, people["items"], home["id"])
    await _attach(client, told, people["items"][0]["id"])
    await told.of(client.delete(f"{PEOPLE}/{people['items'][3]['id']}"))
    await told.of(client.get(f"{PEOPLE}/{people['items'][3]['id']}"))
    await told.of(client.get(f"{HOMES}/{home['id']}"))
    await _refused(client, told, people["items"][1]["id"])
    return told.all


class Told:
    """Answers, with ids, times, links and versions made equal."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._ids: dict[str, str] = {}

    async def of(self, asking: Any) -> Any:
        answer: httpx.Response = await asking
        body = answer.json()
        self.all.append((answer.status_code, self._equal(body)))
        return body

    def _equal(self, told: Any, key: str = "") -> Any:
        if key in UNLIKE:
            return told is not None
        if isinstance(told, dict):
            return {name: self._equal(value, name) for name, value in told.items() if name not in LEFT_OUT}
        if isinstance(told, list):
            return [self._equal(one, key) for one in told]
        if isinstance(told, str):
            return re.sub(r"(rec|att)[A-Za-z0-9]{14}", self._met, told)
        return told

    def _met(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"{found[1]} {len(self._ids)}")


def _person(place: int, home: str) -> dict[str, Any]:
    names = ("Ann", "bob", "Cara", "Émile", "Dan", "O'Brien", "Zoe")
    return {
        "firstName": names[place],
        " Last Name ": "Example",
        "mobile": f"0491 570 {156 + place}",
        "status": ("Zebra", "active", "On hold, for now")[place % 3],
        "score": place - 2,
        "agreed": place % 2 == 0,
        "dateOfBirth": f"19{70 + place}-03-01",
        "seen": f"2026-11-2{place}T23:30:00+10:00",
        "home": [home] if place < 5 else [],
    }


async def _read(client: httpx.AsyncClient, told: Told) -> None:
    where = {
        "op": "and",
        "of": [
            {"op": "hasOption", "field": "status", "options": ["Zebra", "active"]},
            {"op": "not", "of": {"op": "contains", "field": "First  Name", "text": "ANN"}},
        ],
    }
    fields = "firstName,status,score,agreed,home"
    asked: dict[str, str | int] = {"filter": json.dumps(where), "sort": "status,-score", "fields": fields, "limit": 2}
    cursor: str | None = ""
    while cursor is not None:
        page = await told.of(client.get(PEOPLE, params=asked | ({"cursor": cursor} if cursor else {})))
        cursor = page["next"]
    day = json.dumps({"op": "eq", "field": "seen", "value": "2026-11-22"})
    await told.of(client.get(PEOPLE, params={"filter": day, "fields": "firstName,seen", "expand": "home"}))
    empty = json.dumps({"op": "empty", "field": "home"})
    await told.of(client.get(PEOPLE, params={"filter": empty, "fields": "firstName", "sort": "-firstName"}))


async def _change(client: httpx.AsyncClient, told: Told, people: list[Any], home: str) -> None:
    person = people[1]
    tag = (await client.get(f"{PEOPLE}/{person['id']}")).headers["etag"]
    changed = {"fields": {"score": 41.5, "status": None, "tags": ["A, B", "Admin"]}}
    await told.of(client.patch(f"{PEOPLE}/{person['id']}", json=changed, headers={"if-match": tag}))
    await told.of(client.patch(f"{PEOPLE}/{person['id']}", json={"fields": {"score": 1}}, headers={"if-match": tag}))
    await told.of(client.put(f"{PEOPLE}/{people[2]['id']}", json={"fields": {"firstName": "Cara", "score": 0}}))
    batch = [{"id": one["id"], "fields": {"agreed": True}} for one in people[4:6]]
    await told.of(client.patch(PEOPLE, json={"records": batch}))
    upsert = {"records": [{"fields": {"home": "Wattle House", "beds": 4}}, {"fields": {"home": "Banksia House"}}]}
    await told.of(client.post(HOMES, json=upsert | {"upsertOn": ["home"]}))
    await told.of(client.get(f"{HOMES}/{home}"))


async def _attach(client: httpx.AsyncClient, told: Told, person: str) -> None:
    put = client.post(
        f"{PEOPLE}/{person}/attachments/files",
        params={"filename": "plan.txt"},
        content=b"a plan",
        headers={"content-type": "text/plain"},
    )
    record = await told.of(put)
    file = await client.get(record["fields"]["files"][0]["url"])
    assert file.status_code == 200, file.text
    told.all.append((file.status_code, file.content, file.headers["content-type"]))


async def _refused(client: httpx.AsyncClient, told: Told, person: str) -> None:
    await told.of(client.post(PEOPLE, json={"fields": {"First Nam": "x"}}))
    await told.of(client.post(PEOPLE, json={"fields": {"score": "many"}}))
    await told.of(client.post(PEOPLE, json={"fields": {"status": "zebra"}}))
    await told.of(client.post(PEOPLE, json={"fields": {"home": ["recDoesNotExist00"]}}))
    await told.of(client.post(PEOPLE, json={"fields": {"doorCode": "1234"}}))
    await told.of(client.patch(f"{PEOPLE}/{person}", json={"fields": {"fullName": "x"}}))
    await told.of(client.get("/api/records/allPeeple"))
    await told.of(client.get(f"{PEOPLE}/recDoesNotExist00"))
    for asked in (
        {"filter": '{"op":"and","of":[{"op":"eq","field":"score","value":"x"}]}'},
        {"filter": '{"op":"and","of":[{"op":"eqq","field":"score","value":1}]}'},
        {"filter": '{"op":"eq","field":"doorCode","value":"1234"}'},
        {"filter": "AND({score}=1)"},
        {"sort": "doorCode"},
        {"sort": "home"},
        {"cursor": "eyJub3QiOiJvdXJzIn0"},
        {"limit": "101"},
    ):
        await told.of(client.get(PEOPLE, params=asked))
