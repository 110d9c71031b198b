"""`titus users create`: a member of staff, the first one above all."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from typing import TYPE_CHECKING

from titus_http.cli.failures import Failed, Wrong

if TYPE_CHECKING:
    from titus_core.accounts.create_user import NewUser
    from titus_core.accounts.model import User
    from titus_http.cli.arguments import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser("users", help="look after the users")
    parts = parser.add_subparsers(metavar="command", required=True)
    create = parts.add_parser(
        "create", help="create a user", description="Create a user; the password is asked for, or read from stdin."
    )
    create.add_argument("--email", required=True)
    create.add_argument("--name", required=True)
    create.add_argument("--role", required=True, help="superadmin, director, …; a wrong one lists all")
    create.add_argument("--password-stdin", action="store_true", help="read the password from stdin, one line")
    create.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from titus_core.accounts.create_user import NewUser
    from titus_core.accounts.model import Role
    from titus_core.kernel.actor import OPERATOR
    from titus_core.kernel.errors import AlreadyExists

    if options.role not in set(Role):
        raise Wrong(f"--role: must be one of {', '.join(Role)}")
    role, password = Role(options.role), _password(options)
    command = NewUser(actor=OPERATOR, email=options.email, name=options.name, role=role, password=password)
    try:
        user = asyncio.run(_create(command))
    except AlreadyExists as error:
        raise Wrong(f"--email: {error}") from error
    print(f"Created user {user.id}: {user.email}, {user.role}.")
    return 0


def _password(options: argparse.Namespace) -> str:
    if options.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise Wrong("--password-stdin: there is no password on stdin")
        return password
    if not sys.stdin.isatty():
        raise Wrong("--password-stdin: needed where there is no terminal to ask in")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise Wrong("the two passwords are not the same")
    return password


async def _create(command: NewUser) -> User:
    from titus_http import bootstrap, settings

    async with bootstrap.open_titus(settings.load()) as running:
        if not await running.store.is_migrated():
            raise Failed("DATABASE_URL: the database has not today's tables; run `titus db upgrade`")
        return await running.titus.use_cases.create_user(command)
