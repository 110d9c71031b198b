"""Words every area may use."""
