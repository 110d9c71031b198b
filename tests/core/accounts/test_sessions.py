"""Signing in, coming back, signing out."""

from __future__ import annotations

import msgspec
import pytest

from tests.core.accounts.people import MINUTE, PASSWORD, Accounts
from titus_core.accounts.events import SignedIn, SignedOut
from titus_core.accounts.model import SESSION_IDLES, SESSION_LASTS, Session, User, token_hash
from titus_core.accounts.ports import AccountTx
from titus_core.accounts.resume_session import ResumeSession
from titus_core.accounts.sign_in import NO_HASH, Credentials
from titus_core.kernel.errors import Unauthenticated
from titus_core.kernel.ids import UserId


class StaleReader:
    """Sees one session as it was."""

    def __init__(self, found: tuple[Session, User] | None) -> None:
        self._found = found

    async def users(self) -> tuple[User, ...]:
        return ()

    async def user(self, user_id: UserId) -> User | None:
        return None

    async def session(self, token_hash: str) -> tuple[Session, User] | None:
        return self._found


async def test_who_knows_the_password_gets_a_session_that_names_them() -> None:
    accounts = Accounts()
    user = await accounts.person(7)

    session = await accounts.sign_in(Credentials("  P7@Titus.Example ", PASSWORD))

    assert session.user == user
    assert await accounts.resume(session.token) == user


async def test_only_the_hash_of_the_token_is_stored() -> None:
    accounts = Accounts()
    token = await accounts.token(await accounts.person(7))

    stored = await accounts.session(token)
    assert stored is not None
    assert stored.token_hash == token_hash(token)
    assert token not in repr(stored)
    assert await accounts.store.reader.session(token) is None


async def test_signing_in_and_out_is_on_the_trail() -> None:
    accounts = Accounts()
    token = await accounts.token(await accounts.person(7))
    await accounts.sign_out(token)

    assert accounts.events("user:7") == [SignedIn(user_id=UserId(7)), SignedOut(user_id=UserId(7))]


@pytest.mark.parametrize("email", ["p7@titus.example", "nobody@titus.example", ""])
async def test_whatever_is_wrong_the_answer_is_the_same(email: str) -> None:
    accounts = Accounts()
    await accounts.person(7)

    with pytest.raises(Unauthenticated, match="Invalid email or password"):
        await accounts.sign_in(Credentials(email, "not the password"))


async def test_an_unknown_person_costs_the_same_work_as_a_known_one() -> None:
    accounts = Accounts()
    known = await accounts.person(7)
    for email in (known.email, "nobody@titus.example"):
        with pytest.raises(Unauthenticated):
            await accounts.sign_in(Credentials(email, "not the password"))

    assert accounts.hasher.verified == [known.password_hash, NO_HASH]


async def test_an_inactive_user_cannot_sign_in() -> None:
    accounts = Accounts()
    user = await accounts.person(7, active=False)

    with pytest.raises(Unauthenticated):
        await accounts.sign_in(Credentials(user.email, PASSWORD))


async def test_a_password_that_changes_while_it_is_verified_is_not_accepted() -> None:
    accounts = Accounts()
    user = await accounts.person(7)
    verify = accounts.hasher.verify

    async def verify_slowly(password: str, hashed: str) -> bool:
        matches = await verify(password, hashed)
        await accounts.store.transact(_set_hash, user.id)
        return matches

    accounts.hasher.verify = verify_slowly  # type: ignore[method-assign]
    with pytest.raises(Unauthenticated):
        await accounts.sign_in(Credentials(user.email, PASSWORD))


async def test_an_outdated_hash_is_replaced_at_the_next_sign_in() -> None:
    accounts = Accounts()
    user = await accounts.person(7)
    accounts.hasher.generation = 2

    await accounts.token(user)

    stored = await accounts.store.reader.user(user.id)
    assert stored is not None
    assert stored.password_hash == f"plain$2${PASSWORD}"
    assert await accounts.token(user)


async def test_a_session_idles_out() -> None:
    accounts = Accounts()
    token = await accounts.token(await accounts.person(7))
    accounts.clock.advance(SESSION_IDLES)

    with pytest.raises(Unauthenticated, match="Invalid session"):
        await accounts.resume(token)


async def test_a_session_in_use_does_not_idle_out_but_ends_after_its_time() -> None:
    accounts = Accounts()
    token = await accounts.token(await accounts.person(7))
    for _ in range(int(SESSION_LASTS / (SESSION_IDLES / 2)) - 1):
        accounts.clock.advance(SESSION_IDLES / 2)
        await accounts.resume(token)
    accounts.clock.advance(SESSION_IDLES / 2)

    with pytest.raises(Unauthenticated):
        await accounts.resume(token)


async def test_whoever_only_stays_does_not_keep_the_session_from_idling_out() -> None:
    accounts = Accounts()
    user = await accounts.person(7)
    token = await accounts.token(user)
    accounts.clock.advance(SESSION_IDLES / 2)
    assert await accounts.resume.look(token) == user
    accounts.clock.advance(SESSION_IDLES / 2)

    with pytest.raises(Unauthenticated):
        await accounts.resume.look(token)


async def test_use_is_noted_at_most_once_a_minute() -> None:
    accounts = Accounts()
    token = await accounts.token(await accounts.person(7))
    began = accounts.clock.now()

    for seen in (began, began + MINUTE):
        accounts.clock.advance(MINUTE / 2)
        await accounts.resume(token)
        session = await accounts.session(token)
        assert session is not None
        assert session.seen_at == seen


async def test_a_store_that_cannot_write_turns_nobody_away() -> None:
    accounts = Accounts()
    user = await accounts.person(7)
    token = await accounts.token(user)
    accounts.clock.advance(MINUTE)
    accounts.store.faults.before_commit()

    assert await accounts.resume(token) == user


async def test_a_session_that_ended_meanwhile_is_not_brought_back_by_its_use() -> None:
    accounts = Accounts()
    token = await accounts.token(await accounts.person(7))
    reader = StaleReader(await accounts.store.reader.session(token_hash(token)))
    await accounts.sign_out(token)
    accounts.clock.advance(MINUTE)

    await ResumeSession(reader, accounts.store, accounts.clock)(token)

    assert await accounts.session(token) is None


async def test_unknown_tokens_open_nothing_and_end_nothing() -> None:
    accounts = Accounts()
    await accounts.token(await accounts.person(7))

    await accounts.sign_out("0" * 64)
    with pytest.raises(Unauthenticated):
        await accounts.resume("0" * 64)
    assert accounts.events("user:7") == [SignedIn(user_id=UserId(7))]


async def test_signing_in_sweeps_away_sessions_that_are_over() -> None:
    accounts = Accounts()
    user = await accounts.person(7)
    old = await accounts.token(user)
    accounts.clock.advance(SESSION_LASTS + MINUTE)
    new = await accounts.token(user)

    assert await accounts.session(old) is None
    assert await accounts.session(new) is not None


async def test_no_password_is_shown_when_a_command_is_printed() -> None:
    assert PASSWORD not in repr(Credentials("p7@titus.example", PASSWORD))


async def _set_hash(tx: AccountTx, user_id: UserId) -> None:
    user = await tx.users.get(user_id)
    assert user is not None
    tx.users.save(msgspec.structs.replace(user, password_hash="plain$1$another"))
