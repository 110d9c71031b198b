"""Who is rung, in which order, and when: members, strategies, hours, availability."""
