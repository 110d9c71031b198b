"""What the control side says and takes."""

from __future__ import annotations

import msgspec

from titus_adapters.sandbox.anthropic.catalogue import Lifecycle, Model
from titus_adapters.sandbox.anthropic.faults import Fault
from titus_adapters.sandbox.anthropic.replies import Reply
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox, Asked


class SetReplies(msgspec.Struct, frozen=True, kw_only=True):
    """In place of all answers still to come; then the default again."""

    replies: list[Reply] = []


class SetFaults(msgspec.Struct, frozen=True, kw_only=True):
    """Replaces all faults; an empty list means fair weather."""

    faults: list[Fault] = []


class State(msgspec.Struct, frozen=True, kw_only=True):
    """`asked` has the newest request first."""

    models: list[Model]
    replies: list[Reply]
    faults: list[Fault]
    asked: list[Asked]


def state_of(sandbox: AnthropicSandbox) -> State:
    return State(
        models=sandbox.catalogue.listed(frozenset(Lifecycle)),
        replies=sandbox.waiting,
        faults=sandbox.faults.waiting,
        asked=list(reversed(sandbox.asked)),
    )
