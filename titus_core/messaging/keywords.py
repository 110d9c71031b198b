"""Words by which people say that they want no more texts, or want them again (`twilio.md` §1.1, §4 row 24)."""

from __future__ import annotations

STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START = frozenset({"start", "unstop", "yes"})
"""Twilio's default keywords; a message counts only if it is nothing else."""


def stops(body: str, told: str = "") -> bool | None:
    """True: no more texts to this sender; False: texts again; None: it says neither. `told` is the provider's own
    word for it (`OptOutType`), where its advanced opt-out is on."""
    word = (told or body).strip().strip(".!").lower()
    if word in STOP:
        return True
    return False if word in START else None
