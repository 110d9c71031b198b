"""What Titus refuses or cannot do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from titus_core.kernel.errors import Conflict, ForeignAwait, Invalid, Misuse, NotFound, TitusError, Unavailable


def family(of: type[TitusError]) -> Iterator[type[TitusError]]:
    yield of
    for child in of.__subclasses__():
        yield from family(child)


ERRORS = [error for error in family(TitusError) if error.__module__ == TitusError.__module__]


def test_every_error_has_a_slug_of_its_own() -> None:
    codes = [error.code for error in ERRORS]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_has_a_title_and_a_docstring(error: type[TitusError]) -> None:
    assert error.title
    assert error.__doc__


def test_an_error_speaks_its_title_unless_it_is_told_better() -> None:
    assert str(NotFound(user_id=7)) == "There is no such thing"
    assert NotFound(user_id=7).data == {"user_id": 7}
    assert str(NotFound("no such person")) == "no such person"


def test_invalid_names_the_field_and_the_reason() -> None:
    error = Invalid("name", "must not be empty")
    assert str(error) == "name: must not be empty"
    assert error.data == {"field": "name", "reason": "must not be empty"}


def test_a_conflict_is_worth_trying_again_and_misuse_is_not() -> None:
    assert issubclass(Conflict, Unavailable)
    assert issubclass(ForeignAwait, Misuse)
    assert not issubclass(Misuse, Unavailable)
