"""Web pages of our own: plain HTML and scripts, no framework."""
