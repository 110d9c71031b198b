"""Users are made and changed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.core.accounts.people import PASSWORD, Accounts
from titus_core.accounts.change_user import UserChange
from titus_core.accounts.create_user import NewUser
from titus_core.accounts.events import UserSaved
from titus_core.accounts.model import Role, User
from titus_core.accounts.policy import TABLE, Permission, demand, may
from titus_core.accounts.rules import facts
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.errors import AlreadyExists, Invalid, NotFound, Refused, Stale, Unauthenticated
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber

NEW = NewUser(
    actor=OPERATOR,
    email=" New.Person@Titus.Example ",
    name=" New Person ",
    role=Role.MANAGER,
    password=PASSWORD,
    job_title="Coordinator",
    phone=PhoneNumber("+61491570006"),
)


async def test_a_new_user_is_stored_with_a_hash_and_can_sign_in() -> None:
    accounts = Accounts()
    user = await accounts.create(NEW)

    assert (user.email, user.name, user.version) == ("new.person@titus.example", "New Person", 1)
    assert await accounts.store.reader.user(user.id) == user
    assert await accounts.token(user)


async def test_the_trail_tells_of_a_new_user_without_the_secret() -> None:
    accounts = Accounts()
    user = await accounts.create(NEW)

    (event,) = accounts.events(f"user:{user.id}")
    assert event == UserSaved(user_id=user.id, before=None, after=facts(user), password_changed=True)
    assert PASSWORD not in repr(event)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": f"{'x' * 250}@titus.example"}, "email"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"job_title": "x" * 101}, "job_title"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 201}, "password"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "password"),
        ({"password": "new.person@titus.example"}, "password"),
    ],
)
async def test_a_user_who_breaks_a_rule_is_refused_by_the_field_s_name(wrong: dict[str, Any], field: str) -> None:
    accounts = Accounts()
    with pytest.raises(Invalid) as caught:
        await accounts.create(msgspec.structs.replace(NEW, **wrong))
    assert caught.value.data["field"] == field


async def test_an_address_has_one_user_even_an_inactive_one() -> None:
    accounts = Accounts()
    user = await accounts.person(7, active=False)
    with pytest.raises(AlreadyExists):
        await accounts.create(msgspec.structs.replace(NEW, email=user.email.upper()))


async def test_only_a_superadmin_makes_a_superadmin() -> None:
    accounts = Accounts()
    director = await accounts.person(1, Role.DIRECTOR)
    superadmin = await accounts.person(2, Role.SUPERADMIN)
    wanted = msgspec.structs.replace(NEW, role=Role.SUPERADMIN)

    with pytest.raises(Refused):
        await accounts.create(msgspec.structs.replace(wanted, actor=director.actor))
    assert (await accounts.create(msgspec.structs.replace(wanted, actor=superadmin.actor))).role is Role.SUPERADMIN


async def test_only_a_superadmin_changes_a_superadmin() -> None:
    accounts = Accounts()
    director = await accounts.person(1, Role.DIRECTOR)
    superadmin = await accounts.person(2, Role.SUPERADMIN)

    for change in (
        UserChange(actor=director.actor, user_id=superadmin.id, name="Somebody"),
        UserChange(actor=director.actor, user_id=director.id, role=Role.SUPERADMIN),
    ):
        with pytest.raises(Refused):
            await accounts.change(change)


@pytest.mark.parametrize("change", [{"role": Role.CEO}, {"active": False}])
async def test_nobody_changes_their_own_role_or_closes_their_own_account(change: dict[str, Any]) -> None:
    accounts = Accounts()
    director = await accounts.person(1, Role.DIRECTOR)
    with pytest.raises(Refused):
        await accounts.change(UserChange(actor=director.actor, user_id=director.id, **change))


async def test_what_is_not_named_stays_and_the_trail_has_before_and_after() -> None:
    accounts = Accounts()
    before = await accounts.person(7)

    after = await accounts.change(
        UserChange(actor=OPERATOR, user_id=before.id, version=1, job_title="Lead", phone=PhoneNumber("+61491570156"))
    )

    assert (after.name, after.role, after.job_title, after.version) == (before.name, before.role, "Lead", 2)
    assert accounts.events("user:7")[-1] == UserSaved(user_id=before.id, before=facts(before), after=facts(after))


async def test_a_change_that_changes_nothing_is_no_event() -> None:
    accounts = Accounts()
    user = await accounts.person(7)
    assert await accounts.change(UserChange(actor=OPERATOR, user_id=user.id, name=user.name)) == user
    assert accounts.events("user:7") == []


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        ({"password": "another quiet river"}, True),
        ({"role": Role.MANAGER}, True),
        ({"active": False}, True),
        ({"name": "Renamed"}, False),
    ],
)
async def test_sessions_end_when_the_user_may_be_someone_else_by_now(change: dict[str, Any], ends: bool) -> None:
    accounts = Accounts()
    user = await accounts.person(7)
    token = await accounts.token(user)

    await accounts.change(UserChange(actor=OPERATOR, user_id=user.id, **change))

    if ends:
        with pytest.raises(Unauthenticated):
            await accounts.resume(token)
    else:
        assert (await accounts.resume(token)).name == "Renamed"


async def test_an_unknown_user_and_a_stale_version_are_told_apart() -> None:
    accounts = Accounts()
    user = await accounts.person(7)
    with pytest.raises(NotFound):
        await accounts.change(UserChange(actor=OPERATOR, user_id=UserId(9), name="x"))
    with pytest.raises(Stale):
        await accounts.change(UserChange(actor=OPERATOR, user_id=user.id, version=4, name="x"))


async def test_no_password_is_shown_when_a_command_is_printed() -> None:
    change = UserChange(actor=OPERATOR, user_id=UserId(1), password=PASSWORD)
    assert PASSWORD not in repr(NEW) + repr(change)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
async def test_who_may_do_what_is_what_the_table_says(permission: Permission, role: Role) -> None:
    user = User(id=UserId(1), email="a@titus.example", name="A", role=role, password_hash="")
    assert may(user, permission) is (role in TABLE[permission])
    assert not may(msgspec.structs.replace(user, active=False), permission)
    if may(user, permission):
        demand(user, permission)
    else:
        with pytest.raises(Refused) as caught:
            demand(user, permission)
        assert caught.value.data == {"permission": permission.value}
