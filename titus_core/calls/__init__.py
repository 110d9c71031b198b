"""One call from ring to summary. `routing.decide` is the heart: pure, total, deterministic."""
