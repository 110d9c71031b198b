"""Signing in and out, and who one is."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from titus_core.accounts.model import SESSION_LASTS, User
from titus_core.accounts.sign_in import Credentials, SignIn
from titus_core.accounts.sign_out import SignOut
from titus_core.kernel.errors import Refused
from titus_http.problems import Malformed
from titus_http.routes.inputs import Success
from titus_http.routes.menu import MENU
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.origin import Site, from_our_pages
from titus_http.security.policies import PUBLIC, SIGNED_IN
from titus_http.security.tokens import COOKIE, carried, well_formed


class Login(msgspec.Struct, frozen=True):
    email: str = ""
    password: str = ""


class SignedInUser(msgspec.Struct, frozen=True):
    """`permissions` says which menu entries today's pages draw."""

    id: int
    email: str
    name: str
    role: str
    job_title: str
    permissions: dict[str, str]


class LoggedIn(msgspec.Struct, frozen=True):
    token: str
    user: SignedInUser


class Me(msgspec.Struct, frozen=True):
    user: SignedInUser


@post("/login", status_code=200, opt=PUBLIC, security=[{}])
async def sign_in_with_password(
    request: Request[Any, Any, Any],
    data: JSONBody[Login],
    sign_in: NamedDependency[SignIn],
    site: NamedDependency[SkipValidation[Site]],
) -> Response[LoggedIn]:
    """Start a session. Our own pages also get it as a cookie."""
    if not data.email.strip() or not data.password:
        raise Malformed("Email and password required")
    session = await sign_in(Credentials(data.email, data.password))
    answer = LoggedIn(session.token, described(session.user))
    # Another site must not be able to sign its visitors in as somebody of its choice.
    cookies = [_cookie(session.token, site)] if from_our_pages(request, site) else []
    return Response(answer, cookies=cookies)


@post("/logout", status_code=200, opt=PUBLIC, security=[{}])
async def sign_out_of_session(
    request: Request[Any, Any, Any], sign_out: NamedDependency[SignOut], site: NamedDependency[SkipValidation[Site]]
) -> Response[Success]:
    """End the session, if there is one."""
    found = carried(request)
    if found is not None and found.by_cookie and not from_our_pages(request, site):
        raise Refused("A cookie is accepted only from our own pages")
    if found is not None and well_formed(found.token):
        await sign_out(found.token)
    return Response(Success(), cookies=[_cookie("", site)])


@get("/me", opt=SIGNED_IN)
async def get_me(request: Request[Any, Any, Any]) -> Me:
    """Who is signed in."""
    return Me(described(signed_in(request)))


def described(user: User) -> SignedInUser:
    return SignedInUser(user.id, user.email, user.name, user.role.value, user.job_title, MENU[user.role])


def _cookie(token: str, site: Site) -> Cookie:
    """The session's cookie; without a token, its end."""
    lifetime = int(SESSION_LASTS.total_seconds()) if token else 0
    return Cookie(
        key=COOKIE, value=token, path="/", max_age=lifetime, httponly=True, secure=site.secure, samesite="lax"
    )


router = StaffSection(
    "/api/auth", route_handlers=[sign_in_with_password, sign_out_of_session, get_me], tags=["Signing in"]
)
