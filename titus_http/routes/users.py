"""Staff users, for administrators. Keys are today's (`legacy-contract.md` §1.15)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody, SkipValidation
from msgspec import UNSET, UnsetType

from titus_core.accounts.change_user import ChangeUser, UserChange
from titus_core.accounts.create_user import CreateUser, NewUser
from titus_core.accounts.model import Role, User
from titus_core.accounts.policy import Permission
from titus_core.accounts.ports import AccountReader
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import UserId
from titus_http.routes.inputs import etag, expected_version, known_id, phone, stamp
from titus_http.routes.menu import MENU
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import needs


class StaffUser(msgspec.Struct, frozen=True):
    id: int
    email: str
    name: str
    role: str
    job_title: str
    permissions: dict[str, str]
    phone_number: str
    active: bool
    created_at: str | None


class UserCreated(msgspec.Struct, frozen=True, rename={"welcome_email_queued": "welcomeEmailQueued"}):
    """No mail is sent: passwords do not travel by mail."""

    id: int
    success: bool = True
    welcome_email_queued: bool = False


class NewStaffUser(msgspec.Struct, frozen=True):
    """Today's clients also send `permissions` and `sendWelcomeEmail`: both are ignored, a role says what one may."""

    email: str
    password: str
    name: str
    role: Role
    job_title: str = ""
    phone_number: str = ""


class StaffUserChange(msgspec.Struct, frozen=True):
    """What is not named stays. An empty `phone_number` takes it away."""

    name: str | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    job_title: str | UnsetType = UNSET
    phone_number: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    password: str | UnsetType = UNSET


class UserChanged(msgspec.Struct, frozen=True):
    user: StaffUser
    success: bool = True


@get("/", opt=needs(Permission.VIEW_USERS))
async def list_users(account_reader: NamedDependency[SkipValidation[AccountReader]]) -> list[StaffUser]:
    """All users, inactive ones included."""
    return [_view(user) for user in await account_reader.users()]


@post("/", status_code=201, opt=needs(Permission.MANAGE_USERS))
async def add_user(
    request: Request[Any, Any, Any], data: JSONBody[NewStaffUser], create_user: NamedDependency[CreateUser]
) -> Response[UserCreated]:
    """Let someone use Titus."""
    command = NewUser(
        actor=signed_in(request).actor,
        email=data.email,
        name=data.name,
        role=data.role,
        password=data.password,
        job_title=data.job_title,
        phone=phone(data.phone_number, "phone_number") if data.phone_number.strip() else None,
    )
    user = await create_user(command)
    return Response(UserCreated(user.id), headers=etag(user.version) | {"Location": f"/api/admin/users/{user.id}"})


@get("/{user_id:int}", opt=needs(Permission.VIEW_USERS))
async def get_user(
    user_id: FromPath[int], account_reader: NamedDependency[SkipValidation[AccountReader]]
) -> Response[StaffUser]:
    """One user, with the version that `If-Match` wants."""
    user = await account_reader.user(UserId(known_id(user_id)))
    if user is None:
        raise NotFound("There is no such user", user_id=user_id)
    return Response(_view(user), headers=etag(user.version))


@patch("/{user_id:int}", opt=needs(Permission.MANAGE_USERS))
async def update_user(
    request: Request[Any, Any, Any],
    user_id: FromPath[int],
    data: JSONBody[StaffUserChange],
    change_user: NamedDependency[ChangeUser],
    if_match: Annotated[str | None, HeaderParameter(name="If-Match")] = None,
) -> Response[UserChanged]:
    """Change a user. Another password, another role or `active: false` ends their sessions."""
    number = data.phone_number
    command = UserChange(
        actor=signed_in(request).actor,
        user_id=UserId(known_id(user_id)),
        version=expected_version(if_match),
        name=data.name,
        role=data.role,
        job_title=data.job_title,
        phone=UNSET if number is UNSET else (phone(number, "phone_number") if number.strip() else None),
        active=data.active,
        password=data.password,
    )
    user = await change_user(command)
    return Response(UserChanged(_view(user)), headers=etag(user.version))


def _view(user: User) -> StaffUser:
    return StaffUser(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role.value,
        job_title=user.job_title,
        permissions=MENU[user.role],
        phone_number=user.phone or "",
        active=user.active,
        created_at=stamp(user.created_at),
    )


router = StaffSection("/api/admin/users", route_handlers=[list_users, add_user, get_user, update_user], tags=["Users"])
