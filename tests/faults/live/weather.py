"""What goes wrong on the way from the providers to Titus besides kills; for Twilio, the issue's rates."""

from __future__ import annotations

from titus_adapters.sandbox.elevenlabs import weather as elevenlabs
from titus_adapters.sandbox.twilio.chaos import Chaos, Drop, Duplicate, Kind, Refuse, Reorder, Rule
from titus_adapters.sandbox.twilio.switches import Switches

REPORTS: tuple[Kind, ...] = ("leg_status", "call_status", "recording_status")
_QUESTIONS: tuple[Kind, ...] = ("incoming", "dial_action", "gather", "record_action", "redirect", "leg_url", "fallback")


def chaos(seed: int) -> Chaos:
    """20 % repeated (half of them at once, half late and with another token), 20 % of the reports out of order, some
    recordings very late, 1 % of the reports lost; and a proxy that now and then refuses a question."""
    return Chaos(
        Rule(fault=Duplicate(after=0.0), probability=0.1),
        Rule(fault=Duplicate(after=25.0, same_token=False), probability=0.1),
        Rule(fault=Reorder(window=6.0), kinds=REPORTS, probability=0.2),
        Rule(fault=Reorder(window=150.0), kinds=("recording_status",), probability=0.1),
        Rule(fault=Drop(), kinds=REPORTS, probability=0.01),
        Rule(fault=Refuse(), kinds=_QUESTIONS, probability=0.005),
        seed=seed,
    )


SWITCHES = (
    Switches(),
    Switches(action_after_hangup="no-answer", dial_bridged=False, first_pick_up_cancels_others=True),
    Switches(action_after_hangup="never", after_unanswered_bridge="in-progress", leg_of_gone_caller="no-answer"),
)
"""What Twilio leaves open: one world has one of these."""


def bad_post(seed: int) -> elevenlabs.Weather:
    """Of what the agent's provider posts: lost, twice, late, forged, refused on its way, and without an answer."""
    return elevenlabs.Weather(
        elevenlabs.Rule(fault=elevenlabs.Drop(), probability=0.1),
        elevenlabs.Rule(fault=elevenlabs.Duplicate(), probability=0.1),
        elevenlabs.Rule(fault=elevenlabs.Reorder(120.0), probability=0.1),
        elevenlabs.Rule(fault=elevenlabs.WrongSignature(), probability=0.05),
        elevenlabs.Rule(fault=elevenlabs.Refuse(), probability=0.05),
        elevenlabs.Rule(fault=elevenlabs.Lose(), probability=0.05),
        seed=seed,
    )
