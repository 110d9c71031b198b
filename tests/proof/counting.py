"""Counts as a table."""

from __future__ import annotations

from collections import Counter


def table(counts: Counter[tuple[str, int]]) -> str:
    """A line a kind: how many there were, and of those how many got which status."""
    kinds: dict[str, dict[int, int]] = {}
    for (kind, status), number in sorted(counts.items()):
        kinds.setdefault(kind, {})[status] = number
    return "\n".join(
        f"  {kind}: {sum(statuses.values()):,} ({', '.join(f'{status}: {n:,}' for status, n in statuses.items())})"
        for kind, statuses in kinds.items()
    )
