"""What Titus asks of Twilio: a scenario for each method of each port, and for each kind of answer that matters."""

from __future__ import annotations

from tests.cassettes.scenarios import calls, numbers, recordings, texts

SCENARIOS = (*calls.SCENARIOS, *recordings.SCENARIOS, *texts.SCENARIOS, *numbers.SCENARIOS)
