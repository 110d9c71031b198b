"""Conversations with the agent, no two alike: whoever reads one, or its summary, can tell whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from titus_adapters.sandbox.elevenlabs.scripts import Line, Script

_ONSETS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_SYLLABLES = [onset + vowel for onset in _ONSETS for vowel in _VOWELS]


def talks(most: int) -> Iterator[Script]:
    """So many; the sandbox gives each conversation the next one."""
    return (_talk(_name(nth)) for nth in range(most))


def _name(nth: int) -> str:
    """A made-up word that nothing else is called: five syllables by a digest, out of a billion and a half."""
    digest = sha256(str(nth).encode()).digest()
    return "".join(_SYLLABLES[byte % len(_SYLLABLES)] for byte in digest[:5]).capitalize()


def name_in(script: Script) -> str:
    """The word that tells this conversation from all others."""
    text = script.lines[0].text
    assert text is not None
    return text.split()[1].rstrip(",")


def _talk(name: str) -> Script:
    return Script(
        lines=(
            Line(role="agent", at=0, text=f"Hello {name}, how can I help?"),
            Line(role="user", at=4, text=f"It is {name} again. Please call me back."),
            Line(role="agent", at=9, text="Somebody will. Goodbye."),
        ),
        summary=f"{name} asked for a call back.",
    )
