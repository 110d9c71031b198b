"""What a store can keep. Bootstrap compares needs with promises at start; the contract suite asserts each."""

from __future__ import annotations

import msgspec


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """Each is kept, or declared absent; none is half true.

    - `atomic`: a unit of work is stored whole or not at all.
    - `optimistic_locking`: of two concurrent changes of one version, one is told.
    - `read_your_writes`: what one unit of work committed, the next one sees.
    - `unique_keys`: a second row with the same unique key is refused.
    - `durable`: what was acknowledged survives the end of the process.
    - `many_processes`: several processes may work on the store at once.
    """

    atomic: bool
    optimistic_locking: bool
    read_your_writes: bool
    unique_keys: bool
    durable: bool
    many_processes: bool

    def lacks(self, needed: Promises) -> tuple[str, ...]:
        """The names of the promises that are needed and not kept."""
        wanted = msgspec.structs.asdict(needed)
        return tuple(name for name, kept in msgspec.structs.asdict(self).items() if wanted[name] and not kept)


LIVE_STATE = Promises(
    atomic=True,
    optimistic_locking=True,
    read_your_writes=True,
    unique_keys=True,
    durable=False,
    many_processes=False,
)
"""What calls, users, sessions and events need of their store. Durability is asked for on top, in production."""
