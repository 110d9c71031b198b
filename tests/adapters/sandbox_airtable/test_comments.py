"""Comments on records."""

from __future__ import annotations

from tests.adapters.sandbox_airtable.stage import Stage


async def test_comments_are_written_listed_edited_and_deleted(stage: Stage) -> None:
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    path = f"Clients/{ada['id']}/comments"
    status, first = await stage.ask("POST", path, json={"text": "Hello @[usrAliceSupport00] and @[usrNobody0000000x]"})
    assert status == 200
    assert first["author"]["email"] == "crm@example.org.au"
    assert first["mentioned"]["usrAliceSupport00"]["displayName"] == "Alice Support"
    _, second = await stage.ask("POST", path, json={"text": "Again", "parentCommentId": first["id"]})
    assert second["parentCommentId"] == first["id"]
    assert [one["id"] for one in (await stage.get(path))["comments"]] == [second["id"], first["id"]]
    await stage.airtable.run_for(5)
    _, edited = await stage.ask("PATCH", f"{path}/{first['id']}", json={"text": "Bye"})
    assert (edited["text"], edited["lastUpdatedTime"]) == ("Bye", "2026-11-23T01:00:05.000Z")
    assert await stage.ask("DELETE", f"{path}/{second['id']}") == (200, {"id": second["id"], "deleted": True})
    assert len((await stage.get(path))["comments"]) == 1


async def test_comments_come_in_pages(stage: Stage) -> None:
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    path = f"Clients/{ada['id']}/comments"
    for number in range(5):
        await stage.ask("POST", path, json={"text": str(number)})
    first = await stage.get(path, pageSize=3)
    rest = await stage.get(path, pageSize=3, offset=first["offset"])
    assert [one["text"] for one in first["comments"] + rest["comments"]] == ["4", "3", "2", "1", "0"]
    assert rest["offset"] is None
    for wrong in ("pageSize=101", "offset=x"):
        assert (await stage.refused("GET", f"{path}?{wrong}"))[0] == 422


async def test_what_others_wrote_is_theirs(stage: Stage) -> None:
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    path = f"Clients/{ada['id']}/comments"
    _, comment = await stage.ask("POST", path, json={"text": "mine"})
    alice = stage.airtable.token(user=stage.airtable.house.users["usrAliceSupport00"])
    headers = {"authorization": f"Bearer {alice}"}
    assert (await stage.refused("DELETE", f"{path}/{comment['id']}", headers=headers))[0] == 403


async def test_a_comment_needs_a_record_a_text_and_a_parent_that_is_there(stage: Stage) -> None:
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    path = f"Clients/{ada['id']}/comments"
    assert (await stage.refused("POST", path, json={"text": ""}))[0] == 422
    assert (await stage.refused("POST", path, json={"text": "x", "parentCommentId": "comNowhere0000000"}))[0] == 404
    assert (await stage.refused("PATCH", f"{path}/comNowhere0000000", json={"text": "x"}))[0] == 404
    assert (await stage.refused("GET", "Clients/recNowhere0000000/comments"))[0] == 404
