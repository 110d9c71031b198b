"""What the telephone knows of callers follows the records, in the background, and never by guessing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.crm.base import catalogue
from tests.core.crm.registry import Registry, run
from titus_adapters.number_rules import PhoneNumberRules
from titus_core.accounts.model import Role, User
from titus_core.calls.identifying import Identity, identity_of
from titus_core.crm.refresh_callers import WATERMARK, WHOLE, WHOLE_EVERY, RefreshCallers
from titus_core.kernel.errors import Invalid, Refused, Unavailable
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.watermarks import Watermark
from titus_core.records.catalogue import Privacy
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import Changes, Query, RecordPage

MOBILE, WRITTEN = PhoneNumber("+61491570006"), "0491 570 006"
OTHER, OTHER_WRITTEN = PhoneNumber("+61491570156"), "0491 570 156"


class Watched:
    """The registers' store, which counts what is asked, and may be out of reach."""

    def __init__(self, registry: Registry) -> None:
        self._records = registry.records
        self.down = False
        self.tells_changes: Exception | None = None
        self.page = 100
        self.as_of: datetime | None = None
        self.asked: list[str] = []

    async def query(self, query: Query) -> RecordPage:
        self._ask(f"query {query.table}")
        return replace(await self._records.query(replace(query, limit=self.page)), as_of=self.as_of)

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        raise AssertionError("it asks only for the fields that it needs")

    async def changes(self, since: str | None) -> Changes:
        self._ask("changes")
        if self.tells_changes is not None:
            raise self.tells_changes
        told = await self._records.changes(since)
        return replace(told, more=True) if told.touched else told

    def _ask(self, what: str) -> None:
        if self.down:
            raise Unavailable("the records cannot be asked")
        self.asked.append(what)


class Line(Registry):
    """The registers, and the telephone that is kept like them."""

    def __init__(self, *without: str) -> None:
        super().__init__(catalogue(*without))
        self.watched = Watched(self)
        watched: Any = self.watched
        self.refresh = RefreshCallers(
            self.storage, watched, self.storage.reader, self.storage.reader, PhoneNumberRules(), self.clock
        )

    def refreshed(self, after: float = 120) -> None:
        self.clock.advance(after)
        self.watched.asked.clear()
        run(self.refresh())

    def calls(self, number: PhoneNumber = MOBILE) -> Identity:
        async def ask(tx: Any, _: None) -> Identity:
            return identity_of(await tx.known_callers.with_number(number))

        return run(self.storage.transact(ask, None))

    def mark(self, name: str) -> Watermark | None:
        return run(self.storage.reader.watermark(name))

    def employ(self, number: int, email: str, *, active: bool = True) -> None:
        async def save(tx: Any, _: None) -> None:
            user_id = UserId(number)
            tx.users.save(
                User(id=user_id, email=email, name=email, role=Role.TEAM_LEADER, password_hash="", active=active)
            )

        run(self.storage.transact(save, None))


@pytest.fixture
def line() -> Line:
    line = Line()
    line.refreshed()
    return line


def test_a_contact_that_is_added_is_named_at_their_next_call(line: Line) -> None:
    assert line.calls() == Identity()
    ann = line.add("all_contacts", first_name="Ann", last_name="Lee", mobile=WRITTEN)
    assert line.calls() == Identity()
    line.refreshed()
    assert line.calls() == Identity("Ann Lee", ann, None)


def test_who_is_renamed_is_called_by_the_new_name(line: Line) -> None:
    ann = line.add("clients", client_name="Ann Lee", mobile=WRITTEN)
    line.refreshed()
    line.change("clients", ann, client_name="Ann Lee-Park")
    line.refreshed()
    assert line.calls().name == "Ann Lee-Park"


def test_a_number_that_moved_to_somebody_else_is_theirs_alone(line: Line) -> None:
    ann = line.add("all_contacts", first_name="Ann", mobile=WRITTEN)
    bo = line.add("all_contacts", first_name="Bo", mobile=OTHER_WRITTEN)
    line.refreshed()
    line.change("all_contacts", ann, mobile=None)
    line.change("all_contacts", bo, mobile=WRITTEN)
    line.refreshed()
    assert line.calls() == Identity("Bo", bo, None)
    assert line.calls(OTHER) == Identity()


def test_two_with_one_number_are_both_named_and_no_record_is_taken_for_theirs(line: Line) -> None:
    line.add("all_contacts", first_name="Bo", mobile=WRITTEN)
    line.add("clients", client_name="Ann", mobile="+61 491 570 006")
    line.refreshed()
    assert line.calls() == Identity("Ann or Bo", None, None)


def test_who_is_deleted_is_forgotten(line: Line) -> None:
    ann = line.add("all_contacts", first_name="Ann", mobile=WRITTEN)
    line.refreshed()
    line.remove("all_contacts", ann)
    line.refreshed()
    assert line.calls() == Identity()


def test_who_lost_their_name_is_nobody_and_an_emergency_number_is_another_persons(line: Line) -> None:
    ann = line.add("all_contacts", first_name="Ann", mobile=WRITTEN, emergency_phone=OTHER_WRITTEN)
    line.refreshed()
    assert line.calls(OTHER) == Identity()
    line.change("all_contacts", ann, first_name=None)
    line.refreshed()
    assert line.calls() == Identity()


def test_all_numbers_of_a_cell_are_theirs(line: Line) -> None:
    line.add("all_contacts", first_name="Ann", mobile=f"{WRITTEN} / {OTHER_WRITTEN}", phone="on request")
    line.refreshed()
    assert (line.calls().name, line.calls(OTHER).name) == ("Ann", "Ann")


def test_while_the_records_are_out_of_reach_callers_are_known_as_they_were_and_the_age_is_told(line: Line) -> None:
    line.add("all_contacts", first_name="Ann", mobile=WRITTEN)
    line.refreshed()
    before = line.mark(WATERMARK)
    line.watched.down = True
    for after in (120, WHOLE_EVERY.total_seconds()):
        with pytest.raises(Unavailable):
            line.refreshed(after)
    assert line.calls().name == "Ann"
    assert line.mark(WATERMARK) == before


def test_what_is_gone_is_only_forgotten_after_everything_was_read(line: Line) -> None:
    line.add("all_contacts", first_name="Ann", mobile=WRITTEN)
    line.refreshed()
    asked = line.watched.query

    async def breaks(query: Query) -> RecordPage:
        if query.table == line.catalogue.named("clients").id:
            raise Unavailable("in the middle")
        return RecordPage(()) if query.where is None else await asked(query)

    line.watched.query = breaks  # type: ignore[method-assign]  # a store that fails half-way
    with pytest.raises(Unavailable):
        line.refreshed(WHOLE_EVERY.total_seconds())
    assert line.calls().name == "Ann"


def test_what_a_cache_answers_is_as_old_as_it_says(line: Line) -> None:
    line.add("all_contacts", first_name="Ann", mobile=WRITTEN)
    line.watched.as_of = line.clock.now() - timedelta(minutes=20)
    line.refreshed()
    mark = line.mark(WATERMARK)
    assert mark is not None
    assert mark.at == line.watched.as_of
    line.watched.as_of = line.clock.now() + timedelta(days=1)
    line.refreshed(WHOLE_EVERY.total_seconds())
    mark = line.mark(WATERMARK)
    assert mark is not None
    assert mark.at == line.clock.now()


@pytest.mark.parametrize("field", ["mobile", "first_name", "email", "support_coordinator_link"])
def test_what_tells_of_health_stays_where_it_is(field: str) -> None:
    told, line = catalogue(), Line()
    tables = [
        replace(
            table,
            fields=tuple(replace(one, privacy=Privacy.HEALTH) if one.alias == field else one for one in table.fields),
        )
        for table in told.tables
    ]
    line.catalogue = replace(told, tables=tuple(tables))
    line.storage._state.catalogue = line.catalogue
    line.employ(7, "cora@example.org")
    cora = line.add("all_contacts", first_name="Cora", mobile=OTHER_WRITTEN, email="cora@example.org")
    client = line.add("clients", client_name="Ann", mobile=WRITTEN, support_coordinator_link=[cora])
    line.refreshed()
    expected = {
        "mobile": (Identity(), Identity()),
        "first_name": (Identity("Ann", client, UserId(7)), Identity()),
        "email": (Identity("Ann", client, None), Identity("Cora", cora, None)),
        "support_coordinator_link": (Identity("Ann", client, None), Identity("Cora", cora, None)),
    }
    assert (line.calls(), line.calls(OTHER)) == expected[field]


def test_only_what_changed_is_read_until_the_hour_is_over(line: Line) -> None:
    line.refreshed()
    assert line.watched.asked == ["changes"]
    line.add("all_contacts", first_name="Ann", mobile=WRITTEN)
    line.add("tasks", task_name="Nothing to do with callers")
    line.refreshed()
    assert line.watched.asked == ["changes", f"query {line.catalogue.named('all_contacts').id}", "changes"]
    line.refreshed(WHOLE_EVERY.total_seconds())
    assert line.watched.asked[0] == "changes"
    assert len(line.watched.asked) == 3
    mark = line.mark(WHOLE)
    assert mark is not None
    assert mark.at == line.clock.now()


def test_the_whole_look_goes_through_every_page_and_forgets_what_no_change_told_of(line: Line) -> None:
    ann = line.add("all_contacts", first_name="Ann", mobile=WRITTEN)
    for place in range(5):
        line.add("all_contacts", first_name=f"Cy {place}", mobile=f"+6149157011{place}")
    line.watched.page = 2
    line.refreshed(WHOLE_EVERY.total_seconds())
    assert line.calls(PhoneNumber("+61491570114")).name == "Cy 4"
    line.remove("all_contacts", ann)
    token = run(line.records.changes(None)).next
    mark = line.mark(WATERMARK)
    assert mark is not None

    async def miss(tx: Any, _: None) -> None:
        tx.watermarks.move(WATERMARK, Watermark(mark.at, mark.version, token))

    run(line.storage.transact(miss, None))
    line.refreshed()
    assert line.calls().name == "Ann"
    line.refreshed(WHOLE_EVERY.total_seconds())
    assert line.calls() == Identity()


@pytest.mark.parametrize("error", [Invalid("since", "is too old"), Refused("no webhooks any more")])
def test_a_token_that_leads_no_further_makes_it_read_everything(line: Line, error: Exception) -> None:
    line.add("all_contacts", first_name="Ann", mobile=WRITTEN)
    line.watched.tells_changes = error
    line.refreshed()
    assert line.calls().name == "Ann"


def test_a_store_that_tells_no_changes_is_read_whole_each_time(line: Line) -> None:
    line.watched.tells_changes = Refused("no webhooks for this token")
    line.refreshed(WHOLE_EVERY.total_seconds())
    line.add("all_contacts", first_name="Ann", mobile=WRITTEN)
    line.refreshed()
    assert line.calls().name == "Ann"


def test_a_clients_coordinator_is_the_user_with_the_contacts_address(line: Line) -> None:
    line.employ(7, "cora@example.org")
    line.employ(8, "gone@example.org", active=False)
    cora = line.add("all_contacts", first_name="Cora", email=" Cora@example.org ")
    gone = line.add("all_contacts", first_name="Gil", email="gone@example.org")
    client = line.add("clients", client_name="Ann", mobile=WRITTEN, support_coordinator_link=[cora, gone])
    line.refreshed()
    assert line.calls() == Identity("Ann", client, UserId(7))
    line.change("clients", client, support_coordinator_link=[gone])
    line.refreshed()
    assert line.calls() == Identity("Ann", client, None)


def test_nothing_is_written_where_nothing_is_different(line: Line) -> None:
    line.add("all_contacts", first_name="Ann", mobile=WRITTEN)
    line.refreshed()
    saved = line.calls()
    line.refreshed(WHOLE_EVERY.total_seconds())
    assert line.calls() == saved


@pytest.mark.parametrize("without", ["All Contacts", "All Contacts.Email"])
def test_a_base_without_some_of_it_tells_of_the_others(without: str) -> None:
    line = Line(without)
    line.add("clients", client_name="Ann", mobile=WRITTEN)
    line.refreshed()
    assert line.calls().name == "Ann"


def test_a_base_without_registers_tells_of_nobody_and_claims_no_look() -> None:
    line = Line("All Contacts", "Clients")
    line.refreshed()
    assert line.watched.asked == []
    assert line.mark(WATERMARK) is None


def test_before_there_is_a_catalogue_nothing_is_read() -> None:
    line = Line()
    line.storage._state.catalogue = None
    line.refreshed()
    assert line.watched.asked == []
