"""Which events are steps of a hunt, in words that labels may have."""

from __future__ import annotations

from titus_core.calls.events import (
    AgentFailed,
    AgentServed,
    CallerHeld,
    CallerStranded,
    MemberSkipped,
    ScreeningAnswered,
    StageReached,
    VoicemailOffered,
    WaveEnded,
    WaveOffered,
)
from titus_core.kernel.events import Event


def step_of(event: Event) -> tuple[str, str] | None:
    """What was done, and what it came to where that is known by then; None for what is no step."""
    match event:
        case WaveOffered():
            return "offered", ""
        case WaveEnded(status=status):
            return "ended", status.value
        case MemberSkipped(reason=reason):
            return "skipped", reason.value
        case ScreeningAnswered(answer=answer):
            return "screened", answer.value
        case StageReached(to=stage):
            # "group Intake", "number +61…": the first word says what it is, the rest which one.
            return "went_on", stage.partition(" ")[0]
        case CallerHeld():
            return "held", ""
        case AgentServed():
            return "agent_served", ""
        case AgentFailed():
            return "agent_failed", ""
        case VoicemailOffered():
            return "voicemail_offered", ""
        case CallerStranded():
            return "stranded", ""
        case _:
            return None
