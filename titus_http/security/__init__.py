"""Who asks, what they may, and whether the request can be what it claims to be."""
