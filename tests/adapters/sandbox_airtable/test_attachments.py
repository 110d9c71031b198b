"""Attachments: addresses that expire, uploads, and files that Airtable reads itself a moment later."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.adapters.sandbox_airtable.stage import Stage, staged
from titus_adapters.sandbox.airtable.faults import AttachmentsFail, CutOff, Fault
from titus_adapters.sandbox.airtable.switches import Switches
from titus_adapters.sandbox.twilio.engine.wire import wire_to

NOTE = "recNote0000000001"


async def somewhere(scope: Any, receive: Any, send: Any) -> None:
    """A web server with one file, one way to it, and one that goes in circles."""
    path = scope["path"]
    found = {"/a.pdf": 200, "/moved": 302, "/round": 302}.get(path, 404)
    location = [(b"location", b"https://files.test/" + (b"round" if path == "/round" else b"a.pdf"))]
    headers = [(b"content-type", b"application/pdf; charset=binary"), *(location if found == 302 else [])]
    await send({"type": "http.response.start", "status": found, "headers": headers})
    await send({"type": "http.response.body", "body": b"%PDF"})


@pytest.fixture
async def files() -> AsyncIterator[Stage]:
    """One note, and a web with files."""
    async with staged(wire=wire_to({"files.test": somewhere})) as stage:
        note = {"id": NOTE, "createdTime": "2026-01-01T00:00:00.000Z", "fields": {}}
        stage.base.load("Notes", [note])
        yield stage


async def cell(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await stage.get(f"Notes/{NOTE}"))["fields"].get("Files", [])
    return found


async def test_a_file_is_read_at_its_address_for_two_hours(files: Stage) -> None:
    files.base.attach("Notes", NOTE, "Files", "täst file.txt", b"hello")
    (shown,) = await cell(files)
    assert (shown["filename"], shown["size"], shown["type"]) == ("täst file.txt", 5, "text/plain")
    async with httpx.AsyncClient(transport=files.client._transport) as anybody:
        answer = await anybody.get(shown["url"])
        assert (answer.content, answer.headers["content-type"]) == (b"hello", "text/plain; charset=utf-8")
        await files.airtable.run_for(7199)
        assert (await anybody.get(shown["url"])).status_code == 200
        await files.airtable.run_for(2)
        assert (await anybody.get(shown["url"])).status_code == 410
        (again,) = await cell(files)
        assert again["id"] == shown["id"]
        assert (await anybody.get(again["url"])).content == b"hello"
        forged = again["url"].replace("/v3/u/00/00/1", "/v3/u/00/00/2")
        assert (await anybody.get(forged)).status_code == 403


async def test_images_have_thumbnails(files: Stage) -> None:
    files.base.attach("Notes", NOTE, "Files", "a.png", b"png", "image/png")
    (shown,) = await cell(files)
    assert shown["thumbnails"].keys() == {"small", "large", "full"}
    assert (await files.client.get(shown["thumbnails"]["small"]["url"])).content == b"png"


async def test_downloads_are_in_the_journal_and_may_fail(files: Stage) -> None:
    files.base.attach("Notes", NOTE, "Files", "a.txt", b"hello")
    (shown,) = await cell(files)
    files.airtable.break_rest(Fault(does=CutOff(after=2), path="/v3/"))
    with pytest.raises(httpx.RemoteProtocolError):
        await files.client.get(shown["url"])
    assert (await files.client.get(shown["url"])).content == b"hello"
    assert [one.fault for one in files.airtable.desk.journal.where(path="/v3/")] == ["CutOff", ""]


async def test_a_file_is_uploaded_and_added_to_the_cell(files: Stage) -> None:
    files.base.attach("Notes", NOTE, "Files", "first.txt", b"1")
    sent = {"contentType": "text/plain", "filename": "a.txt", "file": "aGVsbG8g\ndGl0dXM="}
    status, body = await files.ask("POST", f"{NOTE}/Files/uploadAttachment", json=sent)
    assert (status, body["id"]) == (200, NOTE)
    assert [one["filename"] for one in body["fields"]["fldFiles000000000"]] == ["first.txt", "a.txt"]
    assert (await files.client.get(body["fields"]["fldFiles000000000"][1]["url"])).content == b"hello titus"


async def test_an_upload_that_is_too_large_or_wrong_is_refused(files: Stage) -> None:
    path, sent = f"{NOTE}/Files/uploadAttachment", {"contentType": "text/plain", "filename": "a.txt"}
    whole = base64.b64encode(b"x" * 5 * 1024 * 1024).decode()
    over = base64.b64encode(b"x" * (5 * 1024 * 1024 + 1)).decode()
    assert (await files.ask("POST", path, json=sent | {"file": whole}))[0] == 200
    assert (await files.refused("POST", path, json=sent | {"file": over}))[:2] == (413, "REQUEST_TOO_LARGE")
    assert (await files.refused("POST", path, json=sent | {"file": "!"}))[0] == 422
    assert (await files.refused("POST", path, json=sent))[0] == 422
    no_files = f"{NOTE}/Text/uploadAttachment"
    assert (await files.refused("POST", no_files, json=sent | {"file": ""}))[1] == "INVALID_VALUE_FOR_COLUMN"
    nowhere = "recNowhere0000000/Files/uploadAttachment"
    assert (await files.refused("POST", nowhere, json=sent | {"file": ""}))[0] == 404


@pytest.mark.parametrize("path", ["a.pdf", "moved"])
async def test_a_file_given_by_its_address_is_read_a_moment_later(files: Stage, path: str) -> None:
    sent = {"Files": [{"url": f"https://files.test/{path}", "filename": "plan.pdf"}]}
    _, body = await files.ask("PATCH", f"Notes/{NOTE}", json={"fields": sent})
    (pending,) = body["fields"]["Files"]
    assert pending == {"id": pending["id"], "url": f"https://files.test/{path}", "filename": "plan.pdf"}
    await files.airtable.run_until_idle()
    (shown,) = await cell(files)
    assert (shown["id"], shown["size"], shown["type"]) == (pending["id"], 4, "application/pdf")
    assert (await files.client.get(shown["url"])).content == b"%PDF"


@pytest.mark.parametrize("url", ["https://files.test/gone", "https://files.test/round", "https://nowhere.test/x"])
@pytest.mark.parametrize(("how", "left"), [("vanish", 0), ("stay", 1)])
async def test_a_file_that_cannot_be_read_vanishes_or_stays_as_its_address(
    files: Stage, url: str, how: Any, left: int
) -> None:
    files.airtable.set_switches(Switches(failed_downloads=how))
    await files.ask("PATCH", f"Notes/{NOTE}", json={"fields": {"Files": [{"url": url}]}})
    await files.airtable.run_until_idle()
    assert len(await cell(files)) == left


async def test_files_are_kept_by_their_id_and_dropped_without_it(files: Stage) -> None:
    ids = [files.base.attach("Notes", NOTE, "Files", f"{name}.txt", b"x") for name in ("a", "b")]
    kept = {"fields": {"Files": [{"id": ids[1], "filename": "ignored"}]}}
    _, body = await files.ask("PATCH", f"Notes/{NOTE}", json=kept)
    assert [one["filename"] for one in body["fields"]["Files"]] == ["b.txt"]


@pytest.mark.parametrize("sent", ["x", ["x"], [{"url": 1}], [{"url": "ftp://x"}], [{"id": "attNowhere0000000"}], [{}]])
async def test_what_is_no_attachment_is_refused(files: Stage, sent: Any) -> None:
    refused = await files.refused("PATCH", f"Notes/{NOTE}", json={"fields": {"Files": sent}})
    assert refused[:2] == (422, "INVALID_VALUE_FOR_COLUMN")


async def test_a_write_may_succeed_without_its_attachments(files: Stage) -> None:
    files.airtable.break_rest(Fault(does=AttachmentsFail()))
    fields = {"Text": "hello", "Files": [{"url": "https://files.test/a.pdf"}]}
    status, body = await files.ask("POST", "Notes", json={"records": [{"fields": fields}]})
    assert status == 200
    assert body["details"] == {"message": "partialSuccess", "reasons": ["attachmentsFailedUploading"]}
    assert "Files" not in body["records"][0]["fields"]


async def test_formulas_and_text_see_names_and_addresses(files: Stage) -> None:
    files.base.attach("Notes", NOTE, "Files", "a.txt", b"x")
    assert len((await files.get("Notes", filterByFormula="FIND('a.txt',{Files}&'')"))["records"]) == 1
