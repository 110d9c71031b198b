"""What the work at hand belongs to."""

from __future__ import annotations

import pytest

from titus_core.kernel.correlation import Correlation, about, correlation
from titus_core.kernel.ids import CallId

CALL, OTHER = CallId("CA" + "1" * 32), CallId("CA" + "2" * 32)


def test_nothing_is_known_at_first() -> None:
    assert correlation() == Correlation()


def test_what_is_said_inside_adds_to_what_is_known_outside() -> None:
    with about(request_id="r-1", trace_id="0" * 32), about(call_id=CALL), about(job_kind="keep_recording", job_id=0):
        assert correlation() == Correlation("r-1", CALL, "keep_recording", 0, "0" * 32)


def test_what_is_said_inside_is_forgotten_outside_even_after_an_error() -> None:
    with about(call_id=CALL) as known:
        with pytest.raises(LookupError), about(call_id=OTHER, job_id=7):
            raise LookupError
        assert correlation() == known == Correlation(call_id=CALL)
    assert correlation() == Correlation()
