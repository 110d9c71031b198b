"""What providers tell us: a folder a provider, and in it the signature, the payloads and the routes."""
