"""A model whose answers a test sets."""

from __future__ import annotations

from collections import deque

from titus_core.calls.conversations import Summary, Turn
from titus_core.kernel.errors import Refused, Unavailable


class MemorySummariser:
    """`calls.ports.Summariser`. `say`, `decline` and `fail` script the next answers, in this order; without a script it
    repeats the first words. `down` makes every question raise `Unavailable`. `asked` has what it was given."""

    def __init__(self) -> None:
        self.asked: list[tuple[Turn, ...]] = []
        self.down = False
        self._script: deque[str | Refused | Unavailable] = deque()

    def say(self, *texts: str) -> None:
        self._script.extend(texts)

    def decline(self, times: int = 1) -> None:
        """The next answers are refusals for good."""
        self._script.extend(Refused("The model stopped with refusal", provider="memory") for _ in range(times))

    def fail(self, times: int = 1) -> None:
        """The next questions find it busy."""
        self._script.extend(Unavailable(provider="memory") for _ in range(times))

    async def summarise(self, turns: tuple[Turn, ...]) -> Summary:
        if self.down:
            raise Unavailable(provider="memory")
        said = " ".join(word for turn in turns for word in turn.text.split())
        if not said:
            raise Refused("Nothing was said", provider="memory")
        self.asked.append(turns)
        answer = self._script.popleft() if self._script else f"It began with: {said[:60]}"
        if not isinstance(answer, str):
            raise answer
        return Summary(
            text=answer,
            model="memory",
            request_id=f"req_{len(self.asked)}",
            input_tokens=len(said.split()),
            output_tokens=len(answer.split()),
        )
