"""Programs that print ratios, each against a peer or a floor in the same run. Never tests."""
