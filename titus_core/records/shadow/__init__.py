"""Two stores side by side: one answers, the other is looked at. What they say differently is counted."""
