"""pyairtable against the sandbox: whatever it offers on records and metadata."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pyairtable
import pyairtable.formulas
import pytest
import requests
from pyairtable import orm
from pyairtable.api.base import Base
from pyairtable.api.table import Table
from pyairtable.api.workspace import Workspace
from pyairtable.formulas import EQ, LOWER, OR, Formula, FunctionCall, match
from pyairtable.models import WebhookNotification
from requests.adapters import HTTPAdapter

from tests.adapters.elevenlabs.stage import Ear
from tests.adapters.sandbox_airtable.served import Served, served
from titus_adapters.sandbox.airtable.desk import WORKSPACE
from titus_adapters.sandbox.airtable.formula.functions import FUNCTIONS
from titus_adapters.sandbox.airtable.formula.special import SPECIAL
from titus_adapters.sandbox.twilio.engine.wire import wire_to

COVERED = {
    pyairtable.Api: {
        *("whoami", "base", "bases", "create_base", "table", "workspace", "request", "get", "post", "patch", "delete"),
        *("iterate_requests", "chunked", "build_url", "api_key", "urls", "enterprise"),
    },
    Base: {
        *("table", "tables", "create_table", "schema", "webhooks", "webhook", "add_webhook", "collaborators", "name"),
        *("urls", "shares", "delete"),
    },
    Table: {
        *("get", "iterate", "all", "first", "create", "batch_create", "update", "batch_update", "batch_upsert"),
        *("delete", "batch_delete", "comments", "add_comment", "schema", "create_field", "upload_attachment"),
        *("id", "id_or_name", "api", "urls"),
    },
    Workspace: {"create_base", "collaborators", "bases", "name", "delete", "move_base", "urls"},
}
"""What the tests below use. A new version that offers more is noticed."""


class Content(HTTPAdapter):
    """Uploads go to a host that pyairtable writes into its addresses; here it is the sandbox."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        request.url = self._origin + (request.url or "").partition("content.airtable.com")[2]
        return super().send(request, *args, **more)


@pytest.fixture(scope="module")
def ear() -> Ear:
    return Ear()


@pytest.fixture(scope="module")
def server(ear: Ear) -> Iterator[Served]:
    with served(wire_to({"titus.test": ear})) as server:
        yield server


@pytest.fixture
def api(server: Served) -> Iterator[pyairtable.Api]:
    api = pyairtable.Api(server.token, endpoint_url=server.url, retry_strategy=None)
    api.session.trust_env = False
    api.session.mount("http://content.airtable.com", Content(server.origin))
    for table in ("Clients", "Notes"):
        server.base.table(table).rows.clear()
        server.base.base.rewire()
        server.base.table(table)._order = None
    yield api
    api.session.close()


@pytest.fixture
def clients(api: pyairtable.Api) -> Table:
    return api.table("appTitusSandbox00", "Clients")


def pass_time(server: Served, seconds: float | None = None) -> None:
    requests.post(f"{server.url}/control/time", json={"seconds": seconds}, timeout=10).raise_for_status()


def status_of(refused: requests.HTTPError) -> int:
    assert refused.response is not None
    return refused.response.status_code


def test_everything_that_pyairtable_offers_is_known_here() -> None:
    for owner, covered in COVERED.items():
        offered = {name for name, _ in inspect.getmembers(owner) if not name.startswith("_") and name.islower()}
        fields = {"api", "id", "name", "base", "permission_level", "endpoint_url", "session", "use_field_ids"}
        assert offered - covered - fields == set(), owner


def test_who_am_i_and_which_bases_are_there(api: pyairtable.Api) -> None:
    assert api.whoami()["id"] == "usrTitusService00"
    (base, *_) = api.bases()
    assert (base.id, base.permission_level) == ("appTitusSandbox00", "create")
    assert api.base("appTitusSandbox00", validate=True).name == "Titus sandbox"


def test_records_are_made_read_changed_and_deleted(clients: Table) -> None:
    made = clients.create({"Name": "Ada", "Budget": 5})
    assert clients.get(made["id"]) == made
    assert clients.get(made["id"], use_field_ids=True)["fields"]["fldName0000000000"] == "Ada"
    assert clients.update(made["id"], {"Budget": 6})["fields"]["Name"] == "Ada"
    replaced = clients.update(made["id"], {"Budget": 7}, replace=True)
    assert "Name" not in replaced["fields"]
    assert clients.update(made["id"], {"Status": "Brand new"}, typecast=True)["fields"]["Status"] == "Brand new"
    assert clients.delete(made["id"]) == {"id": made["id"], "deleted": True}
    with pytest.raises(requests.HTTPError) as refused:
        clients.get(made["id"])
    assert status_of(refused.value) == 403


def test_batches_go_in_tens(server: Served, clients: Table) -> None:
    made = clients.batch_create([{"Name": f"N{number:02d}"} for number in range(25)])
    assert len(made) == 25
    changed = clients.batch_update([{"id": one["id"], "fields": {"Budget": 1}} for one in made])
    assert {one["fields"]["Budget"] for one in changed} == {1}
    replaced = clients.batch_update([{"id": made[0]["id"], "fields": {"Budget": 2}}], replace=True)
    assert "Name" not in replaced[0]["fields"]
    result = clients.batch_upsert([{"fields": {"Name": name}} for name in ("N01", "New")], key_fields=["Name"])
    assert (len(result["createdRecords"]), result["updatedRecords"]) == (1, [made[1]["id"]])
    deleted = clients.batch_delete([one["id"] for one in made])
    assert [one["deleted"] for one in deleted] == [True] * 25
    assert [record["fields"]["Name"] for record in server.base.records("Clients")] == ["New"]


def test_lists_take_every_option(clients: Table) -> None:
    clients.batch_create([{"Name": name, "Budget": len(name)} for name in ("Ada", "Benjamin", "Cy", "Dorothea", "Eve")])
    assert [len(page) for page in clients.iterate(page_size=2)] == [2, 2, 1]
    assert len(clients.all(max_records=3)) == 3
    by_budget = clients.all(sort=["-Budget", "Name"], fields=["Name"])
    assert [one["fields"]["Name"] for one in by_budget] == ["Benjamin", "Dorothea", "Ada", "Eve", "Cy"]
    assert len(clients.all(formula=match({"Budget": 3}))) == 2
    assert len(clients.all(formula=OR(EQ(LOWER(pyairtable.formulas.Field("Name")), "cy"), match({"Name": "Eve"})))) == 2
    assert clients.first(formula=match({"Name": "Nobody"})) is None
    first = clients.first(sort=["Name"])
    assert first is not None
    assert first["fields"]["Name"] == "Ada"
    assert len(clients.all(view="Grid view", use_field_ids=True)) == 5
    text = clients.all(cell_format="string", time_zone="Australia/Sydney", user_locale="en-au", fields=["Budget"])
    assert {one["fields"]["Budget"] for one in text} == {"$2.00", "$3.00", "$8.00"}
    assert [one["commentCount"] for one in clients.all(count_comments=True)] == [0] * 5


def test_a_list_whose_address_would_be_too_long_is_asked_for_in_a_body(server: Served, clients: Table) -> None:
    made = clients.batch_create([{"Name": f"N{number}"} for number in range(3)])
    ids = [one["id"] for one in made] + [f"recNobody{number:08d}" for number in range(500)]
    found = clients.all(formula=OR(*[EQ(Formula("RECORD_ID()"), record_id) for record_id in ids]), page_size=2)
    assert {one["id"] for one in found} == {one["id"] for one in made}
    assert server.airtable.desk.journal.where("POST", "listRecords", 200)


def test_quotes_and_backslashes_in_values_are_just_that(clients: Table) -> None:
    names = ["O'Brien", 'a "b"', "back\\slash", "{curly}", "100%"]
    clients.batch_create([{"Name": name} for name in names])
    for name in names:
        found = clients.all(formula=match({"Name": name}))
        assert [one["fields"]["Name"] for one in found] == [name]


def test_every_function_that_pyairtable_writes_is_one_that_the_sandbox_knows() -> None:
    functions = inspect.getmembers(pyairtable.formulas, inspect.isfunction)
    made = {FunctionCall, "FunctionCall"}
    names = {name for name, one in functions if inspect.signature(one).return_annotation in made}
    assert len(names) > 70
    assert names <= FUNCTIONS.keys() | SPECIAL.keys()


def test_dates_and_moments_in_formulas_are_found(api: pyairtable.Api, server: Served) -> None:
    notes = api.table("appTitusSandbox00", "Notes")
    at = datetime(2026, 2, 26, 1, 30, tzinfo=UTC)
    (made,) = notes.batch_create([{"At": at.isoformat()}])
    assert [one["id"] for one in notes.all(formula=match({"At": at}))] == [made["id"]]
    assert notes.all(formula=match({"At": (">", at)})) == []


def test_comments_are_written_edited_and_deleted(clients: Table) -> None:
    made = clients.create({"Name": "Ada"})
    comment = clients.add_comment(made["id"], "Hello @[usrAliceSupport00]")
    assert comment.mentioned["usrAliceSupport00"].display_name == "Alice Support"
    clients.add_comment(made["id"], "Yes?", parent_comment_id=comment.id)
    comment.text = "Never mind"
    comment.save()
    assert [one.text for one in clients.comments(made["id"])] == ["Yes?", "Never mind"]
    comment.delete()
    assert len(clients.comments(made["id"])) == 1


def test_attachments_are_uploaded(api: pyairtable.Api, tmp_path: Path) -> None:
    notes = api.table("appTitusSandbox00", "Notes")
    made = notes.create({"Text": "with a file"})
    file = tmp_path / "a.txt"
    file.write_text("hello")
    result = notes.upload_attachment(made["id"], "Files", file)
    (shown,) = result["fields"]["fldFiles000000000"]
    assert requests.get(shown["url"], timeout=10).content == b"hello"
    notes.upload_attachment(made["id"], "fldFiles000000000", "b.txt", b"bye", "text/plain")
    assert len(notes.get(made["id"])["fields"]["Files"]) == 2


def test_the_schema_is_read_and_changed(api: pyairtable.Api) -> None:
    base = api.base("appTitusSandbox00")
    assert [table.name for table in base.tables()][:2] == ["Clients", "Notes"]
    schema = base.schema().table("Clients")
    assert schema.field("Budget").options.symbol == "$"  # type: ignore[union-attr]
    assert schema.view("Grid view").visible_field_ids
    table = base.create_table(
        "Courses", [{"name": "Course", "type": "singleLineText"}], description="what people learn"
    )
    field = table.create_field("Minutes", "number", description="how long", options={"precision": 0})
    field.name = "Duration"
    field.save()
    courses = table.schema(force=True)
    assert courses.field("Duration").description == "how long"
    courses.name, courses.description = "Lessons", "as before"
    courses.save()
    assert base.schema(force=True).table("Lessons").id == table.id
    for name in ("Start", "End"):
        table.create_field(name, "date", options={"dateFormat": {"name": "iso"}})
    lessons = base.schema(force=True).table("Lessons")
    lessons.set_date_dependency("Start", "End", "Duration", "flexible")
    lessons.save()
    settings = base.schema(force=True).table("Lessons").date_dependency
    assert settings is not None
    assert settings.rescheduling_mode == "flexible"
    lessons.views[0].delete()
    assert base.schema(force=True).table("Lessons").views == []


def test_a_base_is_created_in_a_workspace(api: pyairtable.Api) -> None:
    tables = [{"name": "Only", "fields": [{"name": "A", "type": "singleLineText"}]}]
    made = api.create_base(WORKSPACE, "New base", tables)
    assert made.permission_level == "owner"
    assert [table.name for table in made.tables()] == ["Only"]
    again = api.workspace(WORKSPACE).create_base("Another", tables)
    assert again.name == "Another"


def test_collaborators_come_and_go(api: pyairtable.Api) -> None:
    collaborators = api.base("appTitusSandbox00").collaborators()
    collaborators.add_user("usrAliceSupport00", "read")
    (alice,) = collaborators.individual_collaborators.via_base
    assert (alice.user_id, alice.permission_level) == ("usrAliceSupport00", "read")
    collaborators.update("usrAliceSupport00", "edit")
    collaborators.remove("usrAliceSupport00")
    assert api.base("appTitusSandbox00").collaborators(force=True).individual_collaborators.via_base == []


def test_webhooks_tell_and_are_verified(server: Served, ear: Ear, api: pyairtable.Api, clients: Table) -> None:
    base = api.base("appTitusSandbox00")
    specification = {"options": {"filters": {"dataTypes": ["tableData"]}}}
    made = base.add_webhook("https://titus.test/airtable", specification)
    clients.batch_create([{"Name": f"N{number}"} for number in range(3)])
    record = clients.create({"Name": "Ada"})
    clients.update(record["id"], {"Name": "Eve"})
    clients.delete(record["id"])
    pass_time(server)
    heard = ear.heard[-1]
    header = heard.headers["x-airtable-content-mac"]
    told = WebhookNotification.from_request(heard.body.decode(), header, made.mac_secret_base64)
    assert (told.base.id, told.webhook.id) == (base.id, made.id)
    webhook = base.webhook(made.id)
    payloads = list(webhook.payloads())
    assert [payload.cursor for payload in payloads] == [1, 2, 3, 4]
    changes = [payload.changed_tables_by_id["tblClients0000000"] for payload in payloads]
    assert len(changes[0].created_records_by_id) == 3
    current = changes[2].changed_records_by_id[record["id"]].current
    assert current.cell_values_by_field_id["fldName0000000000"] == "Eve"
    assert changes[3].destroyed_record_ids == [record["id"]]
    assert len(list(webhook.payloads(cursor=2, limit=2))) == 2
    webhook.disable_notifications()
    assert base.webhooks()[0].are_notifications_enabled is False
    webhook.enable_notifications()
    webhook.extend_expiration()
    webhook.delete()
    assert base.webhooks() == []


def test_what_only_enterprises_may_is_not_found(api: pyairtable.Api) -> None:
    base, workspace = api.base("appTitusSandbox00"), api.workspace(WORKSPACE)
    for ask in (
        base.shares,
        base.delete,
        workspace.collaborators,
        workspace.bases,
        workspace.delete,
        lambda: workspace.name,
        lambda: workspace.move_base(base, "wspOther000000000"),
        lambda: api.enterprise("entSomething00000").info(),
        lambda: api.enterprise("entSomething00000").users(["usrAliceSupport00"]),
        lambda: list(api.enterprise("entSomething00000").audit_log(page_limit=1)),
    ):
        with pytest.raises(requests.HTTPError) as refused:
            ask()
        assert status_of(refused.value) == 404


def test_a_refusal_says_why(clients: Table) -> None:
    with pytest.raises(requests.HTTPError, match="UNKNOWN_FIELD_NAME"):
        clients.create({"Nope": 1})


def test_its_object_mapping_reads_and_writes(server: Served, api: pyairtable.Api) -> None:
    class Client(orm.Model):
        Meta: ClassVar[dict[str, Any]] = {
            "api_key": server.token,
            "base_id": "appTitusSandbox00",
            "table_name": "Clients",
        }
        name = orm.fields.TextField("Name")
        status = orm.fields.SelectField("Status")
        budget = orm.fields.CurrencyField("Budget")
        number = orm.fields.AutoNumberField("Number")
        modified = orm.fields.LastModifiedTimeField("Modified")

    Client.meta.__dict__["api"] = api  # the only way to tell it of another address
    ada = Client(name="Ada", status="Active")
    assert ada.save().created
    ada.budget = 5
    assert ada.save().updated
    again = Client.from_id(ada.id)
    assert (again.budget, again.number is not None, again.modified is not None) == (5, True, True)
    assert [one.name for one in Client.all(formula=match({"Status": "Active"}))] == ["Ada"]
    Client.batch_save([Client(name="Ben"), Client(name="Cy")])
    assert len(Client.all()) == 3
    ada.add_comment("Hello")
    assert [one.text for one in ada.comments()] == ["Hello"]
    assert ada.delete()
    Client.batch_delete(Client.all())
    assert Client.first() is None
